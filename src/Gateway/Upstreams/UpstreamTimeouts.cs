namespace Gateway.Upstreams;

/// <summary>How long the gateway waits. Settings: <c>Gateway:Upstream:FirstByteSeconds</c>, <c>Gateway:Upstream:IdleSeconds</c>.</summary>
public sealed record UpstreamTimeouts
{
    /// <summary>From the call to the first byte of the answer: reasoning models think in silence.</summary>
    public TimeSpan FirstByte { get; init; } = TimeSpan.FromSeconds(600);

    /// <summary>Between two bytes of a stream. Pings go on meanwhile, but must not hide that the upstream is dead.</summary>
    public TimeSpan Idle { get; init; } = TimeSpan.FromSeconds(300);

    /// <summary>So long an error of the upstream can still have its own HTTP status; then the stream begins.</summary>
    public TimeSpan Commit { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Silence that clients and proxies in between certainly bear.</summary>
    public TimeSpan Ping { get; init; } = TimeSpan.FromSeconds(15);
}
