using Gateway.Routing;
using Gateway.Routing.Prices;
using Gateway.Translation.Hub;

namespace Gateway.Requests;

/// <summary>
/// What one answer costs, and why: the price of the model that answered, in the way it was served, each call of a model
/// by itself; the fees for searches; or what the upstream says, where that is known to be true.
/// </summary>
/// <param name="Cost">Null when nobody said what the tokens cost.</param>
/// <param name="Price">At which the answer's own tokens are billed.</param>
public sealed record Bill(Usd? Cost, Price? Price)
{
    private const string UpstreamVersion = "upstream";

    /// <summary>The version of what was applied: a list's, the operator's own, or <c>upstream</c> when the answer said its cost.</summary>
    public string? Version => ByUpstream ? UpstreamVersion : Price?.Version;

    public bool ByUpstream { get; private init; }

    /// <summary>Another model than the one that was asked.</summary>
    public string? AnsweredModel { get; private init; }

    public string? ServiceTier { get; private init; }

    public long WebSearches { get; private init; }

    /// <summary>A part of the cost; null when nobody said what searches cost.</summary>
    public Usd? WebSearchCost { get; private init; }

    /// <summary>Calls of models that the answer took, where the upstream lists them.</summary>
    public IReadOnlyList<BillPart> Parts { get; private init; } = [];

    /// <summary>What the cost leaves out or takes at the usual price, because no price of it is known.</summary>
    public IReadOnlyList<string> Unpriced { get; private init; } = [];

    /// <summary>Counts of the upstream that were refused.</summary>
    public IReadOnlyList<string> Refused { get; private init; } = [];

    public static Bill Of(Target? target, Price? price, TokenUsage usage, AnswerFacts facts)
    {
        if (target is null)
        {
            return new Bill(Price.CostOf(price, usage), price);
        }

        BillingRule rule = target.Provider.Billing;
        Reckoning reckoning = new(target, price, facts);
        (Usd? tokens, Price? applied, IReadOnlyList<BillPart> parts) = reckoning.Tokens(usage);
        long searches = facts.WebSearches > 0 || usage.Output == 0 ? facts.WebSearches : PublishedRules.UncountedSearches(rule, target.UpstreamModel);
        Usd? searched = reckoning.Searches(searches);
        decimal? said = rule == BillingRule.Upstream ? facts.Cost : null;
        return new Bill(said is { } cost ? Usd.Of(cost) : reckoning.Sum(tokens, searched), said is null ? applied : null)
        {
            ByUpstream = said is not null,
            AnsweredModel = facts.Model is { } model && ModelName.IsAnother(target.UpstreamModel, model) ? model : null,
            ServiceTier = facts.ServiceTier,
            WebSearches = searches,
            WebSearchCost = said is null ? searched : null,
            Parts = parts,
            Unpriced = said is null ? reckoning.Unpriced : [],
            Refused = rule == BillingRule.Upstream ? facts.Refused : [.. facts.Refused.Where(name => !name.EndsWith("cost", StringComparison.Ordinal))],
        };
    }

    private sealed class Reckoning(Target target, Price? price, AnswerFacts facts)
    {
        private readonly HashSet<string> _unpriced = new(StringComparer.Ordinal);

        public IReadOnlyList<string> Unpriced => [.. _unpriced];

        public (Usd? Cost, Price? Price, IReadOnlyList<BillPart> Parts) Tokens(TokenUsage usage)
        {
            if (facts.RanCode)
            {
                _unpriced.Add("code_execution");
            }

            Price? main = PriceOf(facts.Model);
            if (facts.Iterations.Count == 0)
            {
                return (Price.CostOf(main, usage), main?.For(usage), []);
            }

            TokenUsage rest = usage.Beyond(facts.Iterations.Select(one => one.Usage));
            IEnumerable<(string? Model, TokenUsage Usage)> calls = facts.Iterations.Select(one => (one.Model, one.Usage));
            Usd? sum = Usd.Zero;
            List<BillPart> parts = [];
            foreach ((string? model, TokenUsage tokens) in rest.TotalInput + rest.Output > 0 ? calls.Append((null, rest)) : calls)
            {
                Price? one = model is null ? main : PriceOf(model);
                Usd? cost = Price.CostOf(one, tokens);
                sum += cost;
                parts.Add(new BillPart(model ?? facts.Model ?? target.UpstreamModel, tokens, one?.For(tokens).Version, cost));
            }

            return (sum, main?.For(usage), parts);
        }

        public Usd? Searches(long searches)
        {
            if (searches == 0)
            {
                return null;
            }

            Usd? fee = PublishedRules.SearchFee(price, target.Provider.Billing, target.UpstreamModel);
            if (fee is null)
            {
                _unpriced.Add("web_search");
            }

            return fee * searches;
        }

        /// <summary>A fee is money also where nobody said what the tokens cost; that is said, then.</summary>
        public Usd? Sum(Usd? tokens, Usd? searched)
        {
            if (tokens is null && searched is not null)
            {
                _unpriced.Add("tokens");
            }

            return tokens is null ? searched : tokens + (searched ?? Usd.Zero);
        }

        private Price? PriceOf(string? answered)
        {
            (Price? found, bool known) = answered is { } model && target.Prices is { } book ? book.Of(target, model) : (price, true);
            if (!known)
            {
                _unpriced.Add($"model={answered}");
            }

            return found is null ? null : PublishedRules.Apply(found, target.Provider.Billing, answered ?? target.UpstreamModel, target.PricedOn, facts, _unpriced);
        }
    }
}

/// <summary>One call of a model among those that an answer took.</summary>
/// <param name="Model">As the upstream names it.</param>
/// <param name="Tokens">Of this call.</param>
/// <param name="PriceVersion">Null when nobody said what it costs.</param>
/// <param name="Cost">In USD.</param>
public sealed record BillPart(string Model, TokenUsage Tokens, string? PriceVersion, Usd? Cost);
