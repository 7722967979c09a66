using Gateway.Translation;

namespace Gateway.Metering;

/// <summary>What a model's tokens cost, in USD per million of each kind. Reasoning is output and priced as such.</summary>
/// <param name="Version">Which list, or which configured values, these are: a cost can be checked long after prices changed.</param>
/// <param name="Input">Input that no cache had a part in.</param>
/// <param name="Output">All output.</param>
public sealed record Price(string Version, decimal Input, decimal Output)
{
    private const decimal Million = 1_000_000;

    public required decimal CacheRead { get; init; }

    public required decimal CacheWrite5m { get; init; }

    public required decimal CacheWrite1h { get; init; }

    /// <summary>In USD, exact: nothing is rounded.</summary>
    public decimal CostOf(TokenUsage usage) =>
        ((usage.Input * Input)
            + (usage.CacheRead * CacheRead)
            + (usage.CacheWrite5m * CacheWrite5m)
            + (usage.CacheWrite1h * CacheWrite1h)
            + (usage.Output * Output)) / Million;

    /// <summary>Null when the price is unknown and there are tokens to pay for.</summary>
    public static decimal? CostOf(Price? price, TokenUsage usage) =>
        price?.CostOf(usage) ?? (usage.TotalInput + usage.Output == 0 ? 0m : null);
}
