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
}
