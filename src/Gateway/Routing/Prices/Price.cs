using System.Text.Json.Serialization;
using Gateway.Translation.Hub;

namespace Gateway.Routing.Prices;

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

    /// <summary>USD per thousand web searches that the upstream makes for an answer; null when nobody said.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public decimal? WebSearch { get; init; }

    /// <summary>What a request with a longer prompt costs, all of its tokens; null when length does not matter.</summary>
    [JsonIgnore]
    public LongPrompt? LongPrompt { get; init; }

    /// <summary>Nothing that is used of it costs anything.</summary>
    [JsonIgnore]
    public bool IsFree => Input + Output + CacheRead + CacheWrite5m + CacheWrite1h + (WebSearch ?? 0) == 0 && LongPrompt?.Price.IsFree != false;

    /// <summary>The prices that one request is billed at.</summary>
    public Price For(TokenUsage usage) => LongPrompt is { } longer && usage.TotalInput > longer.AboveTokens ? longer.Price : this;

    /// <summary>The prices of a dearer or cheaper way to be served.</summary>
    /// <param name="times">As much.</param>
    /// <param name="over">Divided by this: some lists are no decimal multiple of another.</param>
    /// <param name="way">Its name, for the version.</param>
    public Price Times(decimal times, decimal over, string way) => new($"{Version}+{way}", Input * times / over, Output * times / over)
    {
        CacheRead = CacheRead * times / over,
        CacheWrite5m = CacheWrite5m * times / over,
        CacheWrite1h = CacheWrite1h * times / over,
        WebSearch = WebSearch,
        LongPrompt = LongPrompt is { } longer ? longer with { Price = longer.Price.Times(times, over, way) } : null,
    };

    /// <summary>Exact: nothing is rounded.</summary>
    public Usd CostOf(TokenUsage usage) => For(usage).Sum(usage);

    /// <summary>What the same tokens would cost if all of the input went through a cache, where that is dearer.</summary>
    public Usd DearestCostOf(TokenUsage usage)
    {
        Price price = For(usage);
        decimal input = Math.Max(price.Input, Math.Max(price.CacheWrite5m, price.CacheWrite1h));
        return (price with { Input = input }).Sum(usage);
    }

    private Usd Sum(TokenUsage usage) =>
        Of(usage.Input, Input) + Of(usage.CacheRead, CacheRead) + Of(usage.CacheWrite5m, CacheWrite5m) + Of(usage.CacheWrite1h, CacheWrite1h)
            + Of(usage.Output, Output);

    private static Usd Of(long tokens, decimal perMillion) => Usd.Of(perMillion / Million) * tokens;

    /// <summary>Null when the price is unknown and there are tokens to pay for.</summary>
    public static Usd? CostOf(Price? price, TokenUsage usage) =>
        price?.CostOf(usage) ?? (usage.TotalInput + usage.Output == 0 ? Usd.Zero : null);
}

/// <summary>Other prices for a prompt of more than so many tokens, those read from and written to caches included.</summary>
public sealed record LongPrompt(long AboveTokens, Price Price);
