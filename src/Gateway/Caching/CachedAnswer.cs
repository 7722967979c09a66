namespace Gateway.Caching;

/// <summary>An answer as its first client got it, with the headers that tell where it came from.</summary>
/// <param name="Bytes">The body, events and pings of a stream included.</param>
/// <param name="Upstream">As in the header <c>x-gateway-upstream</c>.</param>
/// <param name="Translation">As in the header <c>x-gateway-translation</c>; null where there was none.</param>
/// <param name="StoredAt">When the answer was whole.</param>
/// <param name="ExpiresAt">From then on nobody gets it.</param>
internal sealed record CachedAnswer(ReadOnlyMemory<byte> Bytes, string Upstream, string? Translation, DateTimeOffset StoredAt, DateTimeOffset ExpiresAt);
