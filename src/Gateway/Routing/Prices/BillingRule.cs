namespace Gateway.Routing.Prices;

/// <summary>By whose rules a provider bills what its answers say beside their tokens.</summary>
public enum BillingRule
{
    /// <summary>Tokens alone; what else an answer says is marked as not priced.</summary>
    Tokens,

    /// <summary>OpenAI's service tiers, and a search for each answer of its search models.</summary>
    OpenAi,

    /// <summary>Anthropic's tiers, speed and regions, and its fee for web searches.</summary>
    Anthropic,

    /// <summary>The answer says in <c>usage.cost</c> what it cost, in USD, as OpenRouter's do.</summary>
    Upstream,
}
