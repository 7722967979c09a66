using Gateway.Translation.Errors;

namespace Gateway.Upstreams;

/// <summary>The client is told why it gets no answer. It has not got a byte yet, so another attempt may still be made.</summary>
/// <param name="Error">What is wrong, in the gateway's words.</param>
internal sealed record Refusal(GatewayError Error) : Outcome
{
    /// <summary>The upstream's own error, when the client may see it as it is.</summary>
    public RelayedError? Relayed { get; init; }

    /// <summary>Headers of the upstream that clients act on.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>Another upstream may do better: this one is down, busy or misconfigured.</summary>
    public bool MayFailOver => Error.Status is 408 or 429 or >= 500 || Error.Type is ErrorType.Billing;
}

/// <summary>The JSON of an error that passes as the upstream wrote it, but for what is private.</summary>
internal sealed record RelayedError(int Status, byte[] Body);
