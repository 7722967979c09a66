namespace Gateway.Upstreams;

/// <summary>What an upstream answered instead of an answer.</summary>
/// <param name="Refusal">The error.</param>
/// <param name="Rescued">An answer that was found inside it, in the upstream's form.</param>
internal sealed record UpstreamError(Refusal Refusal, byte[]? Rescued);
