using System.Collections.Frozen;
using System.Text.RegularExpressions;

namespace Gateway.Routing.Prices;

/// <summary>
/// Standard list prices of well-known models at their makers' own endpoints, as Anthropic and OpenAI published them for
/// November 2026. Batch, priority and fast rates, audio, and fees for server tools are not in it. A configured price
/// always wins.
/// </summary>
internal static partial class BuiltInPrices
{
    private const string Version = "builtin-2026-11";

    private static readonly FrozenDictionary<string, Price> s_anthropic = new Dictionary<string, Price>(StringComparer.Ordinal)
    {
        ["claude-fable-5-1"] = Claude(10m, 50m, read: 0.25m),
        ["claude-mythos-5-1"] = Claude(10m, 50m, read: 0.25m),
        ["claude-fable-5"] = Claude(10m, 50m),
        ["claude-mythos-5"] = Claude(10m, 50m),
        ["claude-opus-5-5"] = Claude(4m, 20m, read: 0.20m),
        ["claude-opus-5"] = Claude(5m, 25m),
        ["claude-opus-4-8"] = Claude(5m, 25m),
        ["claude-opus-4-7"] = Claude(5m, 25m),
        ["claude-opus-4-6"] = Claude(5m, 25m),
        ["claude-opus-4-5"] = Claude(5m, 25m),
        ["claude-opus-4-1"] = Claude(15m, 75m),
        ["claude-opus-4-0"] = Claude(15m, 75m),
        ["claude-opus-4"] = Claude(15m, 75m),
        ["claude-sonnet-5-5"] = Claude(2m, 10m, read: 0.10m),
        ["claude-sonnet-5"] = Claude(2m, 10m),
        ["claude-sonnet-4-6"] = Claude(3m, 15m),
        ["claude-sonnet-4-5"] = Claude(3m, 15m),
        ["claude-sonnet-4-0"] = Claude(3m, 15m),
        ["claude-sonnet-4"] = Claude(3m, 15m),
        ["claude-3-7-sonnet"] = Claude(3m, 15m),
        ["claude-haiku-5-5"] = Claude(0.10m, 0.50m) with { LongPrompt = new LongPrompt(100_000, Claude(0.50m, 2.50m)) },
        ["claude-haiku-4-5"] = Claude(1m, 5m),
        ["claude-3-5-haiku"] = Claude(0.80m, 4m),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, Price> s_openAi = new Dictionary<string, Price>(StringComparer.Ordinal)
    {
        ["gpt-6.1-sol"] = Gpt6(2m, 0.10m, 10m),
        ["gpt-6.1-terra"] = Gpt6(1m, 0.05m, 5m),
        ["gpt-6-astra"] = Gpt6(10m, 1m, 50m),
        ["gpt-6-sol"] = Gpt6(2m, 0.20m, 10m),
        ["gpt-6-luna"] = Gpt6(0.10m, 0.01m, 0.50m),
        ["gpt-5.6"] = Gpt6(4m, 0.40m, 20m),
        ["gpt-5.6-sol"] = Gpt6(4m, 0.40m, 20m),
        ["gpt-5.6-terra"] = Gpt6(2m, 0.20m, 12m),
        ["gpt-5.6-luna"] = Gpt6(0.20m, 0.02m, 1.20m),
        ["gpt-5.5"] = WithLongPrompts(Gpt(5m, 0.50m, 30m)),
        ["gpt-5.4"] = WithLongPrompts(Gpt(2.50m, 0.25m, 15m)),
        ["gpt-5.4-mini"] = Gpt(0.75m, 0.075m, 4.50m),
        ["gpt-5.4-nano"] = Gpt(0.20m, 0.02m, 1.25m),
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

    /// <summary>Whether the list has the very name, which bounds how many there are.</summary>
    public static bool Knows(string model) => s_anthropic.ContainsKey(model) || s_openAi.ContainsKey(model);

    /// <summary>Prices of some models there are known.</summary>
    public static bool HasList(string host) => ListOf(host) is not null;

    /// <summary>A model's name without the date of its snapshot.</summary>
    public static string WithoutDate(string model) => Snapshot().Replace(model, "");

    /// <param name="host">Of the provider's base URL: resellers and other regions have prices of their own.</param>
    /// <param name="model">The upstream's name, dated snapshots included.</param>
    public static Price? Find(string host, string model)
    {
        FrozenDictionary<string, Price>? list = ListOf(host);
        return list?.GetValueOrDefault(model) ?? list?.GetValueOrDefault(Snapshot().Replace(model, ""));
    }

    private static FrozenDictionary<string, Price>? ListOf(string host) => host switch
    {
        "api.anthropic.com" => s_anthropic,
        "api.openai.com" => s_openAi,
        _ => null,
    };

    /// <summary>The multiples of the input price hold for all of Anthropic's models, but newer ones read their cache for less.</summary>
    private static Price Claude(decimal input, decimal output, decimal? read = null) => new(Version, input, output)
    {
        CacheRead = read ?? input * 0.1m,
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

    /// <summary>From GPT-5.6 on, writing to the cache has a price of its own.</summary>
    private static Price Gpt6(decimal input, decimal cached, decimal output) =>
        WithLongPrompts(Gpt(input, cached, output) with { CacheWrite5m = input * 1.25m, CacheWrite1h = input * 1.25m });

    /// <summary>Above 272,000 tokens of prompt the whole request costs twice as much to read, and half as much again to write.</summary>
    private static Price WithLongPrompts(Price price) => price with
    {
        LongPrompt = new LongPrompt(272_000, new Price(Version, price.Input * 2, price.Output * 1.5m)
        {
            CacheRead = price.CacheRead * 2,
            CacheWrite5m = price.CacheWrite5m * 2,
            CacheWrite1h = price.CacheWrite1h * 2,
        }),
    };

    [GeneratedRegex(@"-(\d{8}|\d{4}-\d{2}-\d{2}|latest)$", RegexOptions.CultureInvariant)]
    private static partial Regex Snapshot();
}
