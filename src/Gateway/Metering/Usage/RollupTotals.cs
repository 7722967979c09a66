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

    public static RollupTotals Of(UsageEntry entry) => new()
    {
        Requests = entry.Requests,
        Refused = entry.Error is not null && entry.Timings.FirstTryMs is null ? entry.Requests : 0,
        Failed = entry.Error is not null && entry.Timings.FirstTryMs is not null ? 1 : 0,
        Tokens = entry.Usage,
        CostUsd = entry.Cost ?? 0,
        Unpriced = entry.Cost is null ? 1 : 0,
    };

    public RollupTotals Plus(RollupTotals other) => new()
    {
        Requests = Requests + other.Requests,
        Refused = Refused + other.Refused,
        Failed = Failed + other.Failed,
        Tokens = Tokens.Plus(other.Tokens),
        CostUsd = CostUsd + other.CostUsd,
        Unpriced = Unpriced + other.Unpriced,
    };

    /// <summary>What is left when some of them are taken away. Never below zero: the two may have been read a moment apart.</summary>
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
    };
}
