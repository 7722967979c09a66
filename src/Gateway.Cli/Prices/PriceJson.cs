using System.Text.Json.Serialization;
using Gateway.Routing.Prices;

namespace Gateway.Cli.Prices;

/// <summary>One row for machines; the price is null where nobody said it, and the cure says what to do.</summary>
internal sealed record PriceJson(string Model, string Target, string? From, decimal? ExampleUsd, string? Cure, string? Version, TokenPrices? Price, long? LongPromptAbove, TokenPrices? LongPrompt);

/// <summary>USD per million tokens of each kind.</summary>
internal sealed record TokenPrices(decimal Input, decimal Output, decimal CacheRead, [property: JsonPropertyName("cache_write_5m")] decimal CacheWrite5m, [property: JsonPropertyName("cache_write_1h")] decimal CacheWrite1h)
{
    public static TokenPrices? Of(Price? price) => price is null ? null : new(price.Input, price.Output, price.CacheRead, price.CacheWrite5m, price.CacheWrite1h);
}

/// <summary>What the command prints for machines.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(PriceJson[]))]
internal sealed partial class PriceJsonContext : JsonSerializerContext;
