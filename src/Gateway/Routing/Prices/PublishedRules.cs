using System.Collections.Frozen;
using Gateway.Translation.Hub;

namespace Gateway.Routing.Prices;

/// <summary>
/// What OpenAI and Anthropic publish, as of November 2026, about the bill of an answer beside the price of its tokens.
/// What they do not publish is named, so that nobody takes the cost for the whole truth.
/// </summary>
internal static class PublishedRules
{
    private const decimal Half = 0.5m;
    private const decimal UsRegion = 1.1m;
    private static readonly string[] s_usualTiers = ["auto", "default", "standard", "standard_only", "on_demand"];
    private static readonly string[] s_usualRegions = ["global", "not_available"];

    /// <summary>OpenAI's list for its tier "priority", which it calls "fast" since: times the standard price, for all kinds of tokens.</summary>
    private static readonly FrozenDictionary<string, (decimal Times, decimal Over)> s_priority = new Dictionary<string, (decimal, decimal)>(StringComparer.Ordinal)
    {
        ["gpt-6.2-astra"] = (2, 1),
        ["gpt-6.2-sol"] = (2, 1),
        ["gpt-6.1-sol"] = (2, 1),
        ["gpt-6.1-terra"] = (2, 1),
        ["gpt-6-astra"] = (2, 1),
        ["gpt-6-sol"] = (2, 1),
        ["gpt-6-luna"] = (2, 1),
        ["gpt-5.6"] = (2, 1),
        ["gpt-5.6-sol"] = (2, 1),
        ["gpt-5.6-terra"] = (2, 1),
        ["gpt-5.6-luna"] = (2, 1),
        ["gpt-5.5"] = (2.5m, 1),
        ["gpt-5.4"] = (2, 1),
        ["gpt-5.4-mini"] = (2, 1),
        ["gpt-5.2"] = (2, 1),
        ["gpt-5.1"] = (2, 1),
        ["gpt-5.1-codex"] = (2, 1),
        ["gpt-5-codex"] = (2, 1),
        ["gpt-5"] = (2, 1),
        ["gpt-5-mini"] = (1.8m, 1),
        ["gpt-4.1"] = (1.75m, 1),
        ["gpt-4.1-mini"] = (1.75m, 1),
        ["gpt-4.1-nano"] = (2, 1),
        ["gpt-4o"] = (1.7m, 1),
        ["gpt-4o-2024-05-13"] = (1.75m, 1),
        ["gpt-4o-mini"] = (5, 3),
        ["o3"] = (1.75m, 1),
        ["o4-mini"] = (20, 11),
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    /// <summary>OpenAI's list for its tier "ultrafast": until the day, and from then on.</summary>
    private static readonly FrozenDictionary<string, (decimal Until, DateOnly Day, decimal From)> s_ultrafast = new Dictionary<string, (decimal, DateOnly, decimal)>(StringComparer.Ordinal)
    {
        ["gpt-6.2-sol"] = (3, new DateOnly(2027, 3, 1), 6),
        ["gpt-6.1-sol"] = (6, DateOnly.MinValue, 6),
        ["gpt-6-astra"] = (6, DateOnly.MinValue, 6),
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    /// <summary>Anthropic's list for <c>speed: fast</c>.</summary>
    private static readonly FrozenDictionary<string, decimal> s_fast = new Dictionary<string, decimal>(StringComparer.Ordinal)
    {
        ["claude-opus-4-6"] = 6,
        ["claude-opus-4-7"] = 6,
        ["claude-opus-4-8"] = 2,
        ["claude-opus-5"] = 2,
        ["claude-opus-5-5"] = 2,
        ["claude-fable-5-2"] = 2,
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    /// <summary>The price at which this answer's tokens are billed.</summary>
    /// <param name="price">Of the model, as a rule.</param>
    /// <param name="rule">By whose rules.</param>
    /// <param name="model">As it is called there: a snapshot has what its model has, unless the list has its very name.</param>
    /// <param name="day">On which it was asked for (UTC).</param>
    /// <param name="facts">Of the answer.</param>
    /// <param name="unpriced">Takes what has no public price.</param>
    public static Price Apply(Price price, BillingRule rule, string model, DateOnly day, AnswerFacts facts, ICollection<string> unpriced)
    {
        price = OfTier(price, rule, model, day, facts.ServiceTier, unpriced);
        if (facts.Speed is { } speed && speed != "standard")
        {
            price = rule == BillingRule.Anthropic && speed == "fast" && TryFind(s_fast, model, out decimal times)
                ? price.Times(times, 1, "fast")
                : Unknown(price, $"speed={speed}", unpriced);
        }

        if (facts.Region is { } region && !s_usualRegions.Contains(region))
        {
            price = rule == BillingRule.Anthropic && region == "us" ? price.Times(UsRegion, 1, "us") : Unknown(price, $"inference_geo={region}", unpriced);
        }

        return price;
    }

    /// <summary>Of one web search; null when nobody says. Lists name it for a thousand.</summary>
    public static Usd? SearchFee(Price? price, BillingRule rule, string model)
    {
        decimal? thousand = price?.WebSearch ?? rule switch
        {
            BillingRule.Anthropic => 10m,
            BillingRule.OpenAi when model.StartsWith("gpt-4o", StringComparison.OrdinalIgnoreCase) => 25m,
            BillingRule.OpenAi when IsSearchModel(model) => 10m,
            _ => null,
        };
        return thousand is { } usd ? Usd.Of(usd / 1000) : null;
    }

    /// <summary>Searches that an answer does not count: OpenAI's search models make one for each.</summary>
    public static long UncountedSearches(BillingRule rule, string model) => rule == BillingRule.OpenAi && IsSearchModel(model) ? 1 : 0;

    private static bool IsSearchModel(string model) => model.Contains("-search-preview", StringComparison.OrdinalIgnoreCase) || model.Contains("-search-api", StringComparison.OrdinalIgnoreCase);

    private static Price OfTier(Price price, BillingRule rule, string model, DateOnly day, string? tier, ICollection<string> unpriced)
    {
        if (tier is null || s_usualTiers.Contains(tier))
        {
            return price;
        }

        bool published = rule is BillingRule.OpenAi or BillingRule.Anthropic;
        if (published && (tier == "batch" || (tier == "flex" && rule == BillingRule.OpenAi)))
        {
            return price.Times(Half, 1, tier);
        }

        if (rule == BillingRule.OpenAi && tier == "ultrafast" && TryFind(s_ultrafast, model, out (decimal Until, DateOnly Day, decimal From) ultra))
        {
            return price.Times(day < ultra.Day ? ultra.Until : ultra.From, 1, tier);
        }

        return rule == BillingRule.OpenAi && tier is "priority" or "fast" && TryFind(s_priority, model, out (decimal Times, decimal Over) factor)
            ? price.Times(factor.Times, factor.Over, "priority")
            : Unknown(price, $"service_tier={tier}", unpriced);
    }

    private static bool TryFind<T>(FrozenDictionary<string, T> list, string model, out T? found) =>
        list.TryGetValue(model, out found) || list.TryGetValue(BuiltInPrices.WithoutDate(model), out found);

    private static Price Unknown(Price price, string what, ICollection<string> unpriced)
    {
        unpriced.Add(what);
        return price;
    }
}
