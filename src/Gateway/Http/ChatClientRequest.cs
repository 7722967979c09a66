using Gateway.Routing;
using Gateway.Translation.Errors;

namespace Gateway.Http;

/// <summary>A request to <c>/v1/chat/completions</c>.</summary>
internal sealed class ChatClientRequest : IClientRequest
{
    public string Model => "";

    public bool Stream => false;

    public static ChatClientRequest? TryParse(ReadOnlyMemory<byte> body, out GatewayError? error)
    {
        error = GatewayError.InvalidRequest("/v1/chat/completions is not wired yet; use /v1/messages.");
        return body.Length < 0 ? new ChatClientRequest() : null;
    }

    public UpstreamCall? Prepare(Target target, CallContext context, out GatewayError? error)
    {
        error = GatewayError.InvalidRequest("not wired");
        return null;
    }

    public void Dispose()
    {
    }
}
