using System.Text.Json.Serialization;
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

    /// <summary>What a request with a longer prompt costs, all of its tokens; null when length does not matter.</summary>
    [JsonIgnore]
    public LongPrompt? LongPrompt { get; init; }

    /// <summary>The prices that one request is billed at.</summary>
    public Price For(TokenUsage usage) => LongPrompt is { } longer && usage.TotalInput > longer.AboveTokens ? longer.Price : this;

    /// <summary>In USD, exact: nothing is rounded.</summary>
    public decimal CostOf(TokenUsage usage) => For(usage).Sum(usage);

    private decimal Sum(TokenUsage usage) =>
        ((usage.Input * Input)
            + (usage.CacheRead * CacheRead)
            + (usage.CacheWrite5m * CacheWrite5m)
            + (usage.CacheWrite1h * CacheWrite1h)
            + (usage.Output * Output)) / Million;

    /// <summary>Null when the price is unknown and there are tokens to pay for.</summary>
    public static decimal? CostOf(Price? price, TokenUsage usage) =>
        price?.CostOf(usage) ?? (usage.TotalInput + usage.Output == 0 ? 0m : null);
}

/// <summary>Other prices for a prompt of more than so many tokens, those read from and written to caches included.</summary>
public sealed record LongPrompt(long AboveTokens, Price Price);
