using System.Collections.Frozen;
using System.Text.RegularExpressions;

namespace Gateway.Metering;

/// <summary>
/// Standard list prices of well-known models at their makers' own endpoints, as published in December 2025. Batch,
/// priority and long-context rates, audio, and fees for server tools are not in it; neither is any model whose
/// price depends on the length of the prompt alone. A configured price always wins.
/// </summary>
internal static partial class BuiltInPrices
{
    private const string Version = "builtin-2025-12";

    private static readonly FrozenDictionary<string, Price> s_anthropic = new Dictionary<string, Price>(StringComparer.Ordinal)
    {
        ["claude-opus-4-5"] = Claude(5m, 25m),
        ["claude-opus-4-1"] = Claude(15m, 75m),
        ["claude-opus-4-0"] = Claude(15m, 75m),
        ["claude-opus-4"] = Claude(15m, 75m),
        ["claude-sonnet-4-5"] = Claude(3m, 15m),
        ["claude-sonnet-4-0"] = Claude(3m, 15m),
        ["claude-sonnet-4"] = Claude(3m, 15m),
        ["claude-3-7-sonnet"] = Claude(3m, 15m),
        ["claude-haiku-4-5"] = Claude(1m, 5m),
        ["claude-3-5-haiku"] = Claude(0.80m, 4m),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, Price> s_openAi = new Dictionary<string, Price>(StringComparer.Ordinal)
    {
        ["gpt-5.2"] = Gpt(1.75m, 0.175m, 14m),
        ["gpt-5.1"] = Gpt(1.25m, 0.125m, 10m),
        ["gpt-5"] = Gpt(1.25m, 0.125m, 10m),
        ["gpt-5-mini"] = Gpt(0.25m, 0.025m, 2m),
        ["gpt-5-nano"] = Gpt(0.05m, 0.005m, 0.40m),
        ["gpt-4.1"] = Gpt(2m, 0.50m, 8m),
        ["gpt-4.1-mini"] = Gpt(0.40m, 0.10m, 1.60m),
        ["gpt-4.1-nano"] = Gpt(0.10m, 0.025m, 0.40m),
        ["gpt-4o"] = Gpt(2.50m, 1.25m, 10m),
        ["gpt-4o-2024-05-13"] = Gpt(5m, 5m, 15m),
        ["gpt-4o-mini"] = Gpt(0.15m, 0.075m, 0.60m),
        ["o3"] = Gpt(2m, 0.50m, 8m),
        ["o4-mini"] = Gpt(1.10m, 0.275m, 4.40m),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <param name="host">Of the provider's base URL: resellers and other regions have prices of their own.</param>
    /// <param name="model">The upstream's name, dated snapshots included.</param>
    public static Price? Find(string host, string model)
    {
        FrozenDictionary<string, Price>? list = host switch
        {
            "api.anthropic.com" => s_anthropic,
            "api.openai.com" => s_openAi,
            _ => null,
        };
        return list?.GetValueOrDefault(model) ?? list?.GetValueOrDefault(Snapshot().Replace(model, ""));
    }

    /// <summary>The multiples of the input price hold for all of Anthropic's models.</summary>
    private static Price Claude(decimal input, decimal output) => new(Version, input, output)
    {
        CacheRead = input * 0.1m,
        CacheWrite5m = input * 1.25m,
        CacheWrite1h = input * 2m,
    };

    /// <summary>Writing to the cache costs what input costs.</summary>
    private static Price Gpt(decimal input, decimal cached, decimal output) => new(Version, input, output)
    {
        CacheRead = cached,
        CacheWrite5m = input,
        CacheWrite1h = input,
    };

    [GeneratedRegex(@"-(\d{8}|\d{4}-\d{2}-\d{2}|latest)$", RegexOptions.CultureInvariant)]
    private static partial Regex Snapshot();
}
