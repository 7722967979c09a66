using Gateway.Translation.Errors;

namespace Gateway.Upstreams;

/// <summary>An attempt that failed before the client got a byte.</summary>
/// <param name="Error">What went wrong, in the gateway's words.</param>
/// <param name="Relayed">The upstream's own answer, when the client may see it as it is.</param>
internal sealed record UpstreamFailure(GatewayError Error, RelayedError? Relayed)
{
    /// <summary>Headers of the upstream that clients act on.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>An answer that was found inside the error, in the upstream's form.</summary>
    public byte[]? Rescued { get; init; }

    /// <summary>Another upstream may do better: this one is down, busy or misconfigured.</summary>
    public bool MayFailOver => Error.Status is 408 or 429 or >= 500 || Error.Type is ErrorType.Billing;
}

/// <summary>The JSON of an error that passes as the upstream wrote it, but for what is private.</summary>
internal sealed record RelayedError(int Status, byte[] Body);
