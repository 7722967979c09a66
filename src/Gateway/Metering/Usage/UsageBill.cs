using System.Text.Json.Serialization;
using Gateway.Requests;
using Gateway.Translation.Hub;

namespace Gateway.Metering.Usage;

/// <summary>Why an answer cost what it did, as it is kept and as operators read it.</summary>
/// <param name="PriceVersion">Of the price that was applied; <c>upstream</c> when the answer said its cost itself.</param>
/// <param name="AnsweredModel">Another model than the one that was asked.</param>
/// <param name="ServiceTier">As the upstream named it.</param>
/// <param name="WebSearches">That the upstream made.</param>
/// <param name="WebSearchUsd">A part of the cost; null when nobody said what searches cost.</param>
/// <param name="Parts">The calls of models that it took, where the upstream lists them.</param>
/// <param name="Unpriced">What has no known price: it is left out, or billed like the usual.</param>
/// <param name="Refused">Counts of the upstream that cannot be; an estimate stands in their place.</param>
public sealed record UsageBill(
    string? PriceVersion,
    string? AnsweredModel,
    string? ServiceTier,
    long WebSearches,
    decimal? WebSearchUsd,
    IReadOnlyList<UsagePart> Parts,
    IReadOnlyList<string> Unpriced,
    IReadOnlyList<string> Refused)
{
    public static UsageBill None { get; } = new(null, null, null, 0, null, [], [], []);

    [JsonIgnore]
    public bool ByUpstream => PriceVersion == "upstream";

    /// <summary>There is nothing to say but the price.</summary>
    [JsonIgnore]
    public bool IsPlain => AnsweredModel is null && ServiceTier is null && WebSearches + Parts.Count + Unpriced.Count + Refused.Count == 0;

    public static UsageBill Of(Bill bill) => new(
        bill.Version,
        bill.AnsweredModel,
        bill.ServiceTier,
        bill.WebSearches,
        bill.WebSearchCost,
        [.. bill.Parts.Select(UsagePart.Of)],
        bill.Unpriced,
        bill.Refused);

    /// <summary>What an operator should know about it.</summary>
    public IEnumerable<string> Notes()
    {
        if (ByUpstream)
        {
            yield return "The cost is what the upstream said.";
        }

        if (AnsweredModel is { } model)
        {
            yield return $"The upstream answered with '{model}', not with the model that it was asked for.";
        }

        foreach (string what in Unpriced)
        {
            yield return what switch
            {
                "web_search" => "What the upstream takes for a web search is unknown, so searches are not in the cost. Set Gateway:Models:[i]:Price:WebSearch.",
                "tokens" => "No price of the model is known, so its tokens are not in the cost. Set Gateway:Models:[i]:Price.",
                "code_execution" => "Code ran on the upstream's machines; what that costs is billed by the hour and not in the cost.",
                _ => $"No price is known for {what}: its tokens stand here at the price of the model that was asked, served as usual.",
            };
        }

        foreach (string count in Refused)
        {
            yield return $"The upstream's {count} cannot be and was refused; what stands in its place is the gateway's own.";
        }
    }
}

/// <summary>One call of a model among those that an answer took.</summary>
public sealed record UsagePart(
    string Model,
    long Input,
    long CacheRead,
    [property: JsonPropertyName("cache_write_5m")] long CacheWrite5m,
    [property: JsonPropertyName("cache_write_1h")] long CacheWrite1h,
    long Output,
    string? PriceVersion,
    decimal? CostUsd)
{
    public static UsagePart Of(BillPart part)
    {
        TokenUsage tokens = part.Tokens;
        return new UsagePart(part.Model, tokens.Input, tokens.CacheRead, tokens.CacheWrite5m, tokens.CacheWrite1h, tokens.Output, part.PriceVersion, part.Cost);
    }
}
