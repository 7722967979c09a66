using Gateway.Translation.Anthropic;
using Gateway.Translation.Errors;
using Gateway.Translation.Json;

namespace Gateway.Upstreams;

/// <summary>Turns an upstream's answer that is an error into a failure.</summary>
internal static class UpstreamResponses
{
    /// <summary>Errors say what they have to say at their beginning; some repeat the whole request after it.</summary>
    private const int MaxErrorBytes = 64 * 1024;

    /// <summary>The status is known, so nobody waits long for the words.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    /// <summary>Between servers of the same API its body may pass, cleaned of what is private.</summary>
    public static async Task<UpstreamFailure> ReadErrorAsync(HttpResponseMessage response, UpstreamCall call, TimeProvider time, CancellationToken cancellationToken)
    {
        int status = (int)response.StatusCode;
        Redactor redactor = call.Request.Redactor;
        UpstreamHeaders headers = new(response, redactor);
        using PooledBuffer body = new();

        // What came with another status is nothing to read: after switched protocols not even HTTP.
        bool whole = UpstreamErrors.IsError(status) && await TryReadAsync(response, body, time, cancellationToken);
        GatewayError error = UpstreamErrors.FromResponse(status, headers.Get, body.Span, call.Request.Target.Profile.ClientCredential, call.Size, redactor);
        bool relay = call.SameForm && whole && error.Message != UpstreamErrors.CredentialsRefused;
        return new UpstreamFailure(error, relay && redactor.ErrorObject(body.Span) is { } clean ? new RelayedError(status, clean) : null)
        {
            Headers = [.. headers.ForClient(call, time.GetUtcNow())],
            Rescued = call.SameForm ? null : FailedGeneration.ToCompletion(body.Span),
        };
    }

    /// <summary>False when the body is too long, or broke off: what came of it is read all the same.</summary>
    private static async ValueTask<bool> TryReadAsync(HttpResponseMessage response, PooledBuffer body, TimeProvider time, CancellationToken cancellationToken)
    {
        using CancellationTokenSource patience = new(s_patience, time);
        using CancellationTokenSource linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        try
        {
            await using Stream stream = await response.Content.ReadAsStreamAsync(linked.Token);
            return await UpstreamBody.TryReadAsync(stream, body, MaxErrorBytes, linked.Token);
        }
        catch (Exception e) when (e is IOException or HttpRequestException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }
}
