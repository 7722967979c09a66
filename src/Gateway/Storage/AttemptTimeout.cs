using Azure.Core;
using Azure.Core.Pipeline;

namespace Gateway.Storage;

/// <summary>
/// Gives each attempt the time that fits its call. The SDK knows one for all: what suits a point read would break off
/// every page of a thousand rows that a busy service sends, again and again.
/// </summary>
internal sealed class AttemptTimeout : HttpPipelineSynchronousPolicy
{
    private const string Property = nameof(AttemptTimeout);

    public static Dictionary<string, object?> Of(TimeSpan timeout) => new() { [Property] = timeout };

    public override void OnSendingRequest(HttpMessage message)
    {
        if (message.TryGetProperty(Property, out object? value) && value is TimeSpan timeout)
        {
            message.NetworkTimeout = timeout;
        }
    }
}
