using Gateway.Translation.Hub;

namespace Gateway.Metering.Usage;

/// <summary>Counts, tokens and money of many requests. Adding is exact, and its order does not matter.</summary>
public sealed record RollupTotals
{
    public static RollupTotals None { get; } = new();

    public long Requests { get; init; }

    /// <summary>Those that the gateway refused by itself: no upstream was called.</summary>
    public long Refused { get; init; }

    /// <summary>Those that ended in an error after an upstream was called, streams that broke among them.</summary>
    public long Failed { get; init; }

    public TokenUsage Tokens { get; init; }

    /// <summary>In USD, as far as prices were known.</summary>
    public decimal CostUsd { get; init; }

    /// <summary>Requests whose tokens are counted and whose cost is not, since nobody said the price.</summary>
    public long Unpriced { get; init; }

    /// <summary>Those that the response cache answered.</summary>
    public long Cached { get; init; }

    /// <summary>When the newest of them began; null where nobody knows, as of days that an older program counted.</summary>
    public DateTimeOffset? LastRequestAt { get; init; }

    /// <summary>How long those took that were answered: without error, and with the client there to the end.</summary>
    public DurationBuckets Latency { get; init; } = DurationBuckets.None;

    /// <summary>Of the streams among them: until the client was sent the first byte.</summary>
    public DurationBuckets FirstToken { get; init; } = DurationBuckets.None;

    public static RollupTotals Of(UsageEntry entry) => new()
    {
        Requests = entry.Requests,
        Refused = entry.Error is not null && entry.Timings.FirstTryMs is null ? entry.Requests : 0,
        Failed = entry.Error is not null && entry.Timings.FirstTryMs is not null ? 1 : 0,
        Tokens = entry.Usage,
        CostUsd = entry.Cost ?? 0,
        Unpriced = entry.Cost is null ? 1 : 0,
        Cached = entry.Cached ? entry.Requests : 0,
        LastRequestAt = entry.StartedAt,
        Latency = IsAnswered(entry) ? DurationBuckets.Of(entry.Timings.TotalMs) : DurationBuckets.None,
        FirstToken = IsAnswered(entry) && entry is { Stream: true, Timings.FirstEventMs: { } first } ? DurationBuckets.Of(first) : DurationBuckets.None,
    };

    public RollupTotals Plus(RollupTotals other) => new()
    {
        Requests = Requests + other.Requests,
        Refused = Refused + other.Refused,
        Failed = Failed + other.Failed,
        Tokens = Tokens.Plus(other.Tokens),
        CostUsd = CostUsd + other.CostUsd,
        Unpriced = Unpriced + other.Unpriced,
        Cached = Cached + other.Cached,
        LastRequestAt = other.LastRequestAt is null || LastRequestAt > other.LastRequestAt ? LastRequestAt : other.LastRequestAt,
        Latency = Latency.Plus(other.Latency),
        FirstToken = FirstToken.Plus(other.FirstToken),
    };

    /// <summary>
    /// What is left when some of them are taken away. Never below zero: the two may have been read a moment apart. When the
    /// newest of those that are left began nobody knows; it was not after the newest of all.
    /// </summary>
    public RollupTotals Minus(RollupTotals some) => new()
    {
        Requests = Math.Max(0, Requests - some.Requests),
        Refused = Math.Max(0, Refused - some.Refused),
        Failed = Math.Max(0, Failed - some.Failed),
        Tokens = new TokenUsage
        {
            Input = Math.Max(0, Tokens.Input - some.Tokens.Input),
            CacheRead = Math.Max(0, Tokens.CacheRead - some.Tokens.CacheRead),
            CacheWrite5m = Math.Max(0, Tokens.CacheWrite5m - some.Tokens.CacheWrite5m),
            CacheWrite1h = Math.Max(0, Tokens.CacheWrite1h - some.Tokens.CacheWrite1h),
            Output = Math.Max(0, Tokens.Output - some.Tokens.Output),
            Reasoning = Math.Max(0, Tokens.Reasoning - some.Tokens.Reasoning),
            Estimated = Tokens.Estimated && !some.Tokens.Estimated,
        },
        CostUsd = Math.Max(0, CostUsd - some.CostUsd),
        Unpriced = Math.Max(0, Unpriced - some.Unpriced),
        Cached = Math.Max(0, Cached - some.Cached),
        LastRequestAt = LastRequestAt,
        Latency = Latency.Minus(some.Latency),
        FirstToken = FirstToken.Minus(some.FirstToken),
    };

    private static bool IsAnswered(UsageEntry entry) => entry is { Error: null, ClientLeft: false, Requests: 1 };
}
