namespace Gateway.Translation;

/// <summary>
/// Tokens of one call by kind. The kinds of input do not overlap (Anthropic's way); OpenAI's totals are sums of them.
/// </summary>
public readonly record struct TokenUsage
{
    /// <summary>Input tokens that were neither read from nor written to a prompt cache.</summary>
    public long Input { get; init; }

    public long CacheRead { get; init; }

    /// <summary>Cache writes with the default lifetime of five minutes.</summary>
    public long CacheWrite5m { get; init; }

    public long CacheWrite1h { get; init; }

    /// <summary>All output tokens, reasoning included.</summary>
    public long Output { get; init; }

    /// <summary>The part of <see cref="Output"/> that was reasoning.</summary>
    public long Reasoning { get; init; }

    /// <summary>True when the upstream did not say and the gateway estimated.</summary>
    public bool Estimated { get; init; }

    public long CacheWrite => CacheWrite5m + CacheWrite1h;

    public long TotalInput => Input + CacheRead + CacheWrite;
}
