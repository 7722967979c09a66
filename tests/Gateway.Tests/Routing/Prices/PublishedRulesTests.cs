using System.Globalization;
using Gateway.Routing.Prices;
using Gateway.Translation.Hub;

namespace Gateway.Tests.Routing.Prices;

/// <summary>The tiers and speeds as their makers sell them: USD per million tokens of input, of a prompt that was read from a cache, and of output.</summary>
public sealed class PublishedRulesTests
{
    [Theory]
    [InlineData("api.openai.com", "gpt-6.2-sol", "fast", "2026-11-29", "4 0.2 20")]
    [InlineData("api.openai.com", "gpt-6.2-astra", "priority", "2026-11-29", "16 0.8 80")]
    [InlineData("api.openai.com", "gpt-6.1-sol", "fast", "2026-11-29", "4 0.2 20")]
    [InlineData("api.openai.com", "gpt-6.1-terra", "fast", "2026-11-29", "2 0.1 10")]
    [InlineData("api.openai.com", "gpt-6-astra", "fast", "2026-11-29", "20 2 100")]
    [InlineData("api.openai.com", "gpt-6-luna", "fast", "2026-11-29", "0.2 0.02 1")]
    [InlineData("api.openai.com", "gpt-5.6-sol", "priority", "2026-11-29", "8 0.8 40")]
    [InlineData("api.openai.com", "gpt-5.6-terra", "priority", "2026-11-29", "4 0.4 24")]
    [InlineData("api.openai.com", "gpt-5.6-luna", "priority", "2026-11-29", "0.4 0.04 2.4")]
    [InlineData("api.openai.com", "gpt-5.5", "priority", "2026-11-29", "12.5 1.25 75")]
    [InlineData("api.openai.com", "gpt-5.4-mini", "priority", "2026-11-29", "1.5 0.15 9")]
    [InlineData("api.openai.com", "gpt-5.1-codex", "priority", "2026-11-29", "2.5 0.25 20")]
    [InlineData("api.openai.com", "gpt-6-astra", "ultrafast", "2026-11-29", "60 6 300")]
    [InlineData("api.openai.com", "gpt-6.1-sol", "ultrafast", "2026-11-29", "12 0.6 60")]
    [InlineData("api.openai.com", "gpt-6.2-sol", "ultrafast", "2027-02-28", "6 0.3 30")]
    [InlineData("api.openai.com", "gpt-6.2-sol", "ultrafast", "2027-03-01", "12 0.6 60")]
    [InlineData("api.openai.com", "gpt-6-luna", "ultrafast", "2026-11-29", "0.1 0.01 0.5 service_tier=ultrafast")]
    [InlineData("api.openai.com", "gpt-6.1-terra", "flex", "2026-11-29", "0.5 0.025 2.5")]
    public void Tier_costs_what_openai_lists(string host, string model, string tier, string day, string expected) =>
        Assert.Equal(expected, Said(host, model, BillingRule.OpenAi, day, AnswerFacts.None with { ServiceTier = tier }));

    [Theory]
    [InlineData("claude-fable-5-2", "16 0.4 80")]
    [InlineData("claude-opus-5-5", "8 0.4 40")]
    [InlineData("claude-opus-5", "10 1 50")]
    [InlineData("claude-opus-4-8", "10 1 50")]
    [InlineData("claude-opus-4-6", "30 3 150")]
    [InlineData("claude-sonnet-5-5", "2 0.1 10 speed=fast")]
    public void Speed_costs_what_anthropic_lists(string model, string expected) =>
        Assert.Equal(expected, Said("api.anthropic.com", model, BillingRule.Anthropic, "2026-11-29", AnswerFacts.None with { Speed = "fast" }));

    /// <summary>Twice what a prompt of that length costs, and half of it.</summary>
    [Theory]
    [InlineData("fast", 272_000, "4 20")]
    [InlineData("fast", 272_001, "8 30")]
    [InlineData("batch", 272_001, "2 7.5")]
    public void Tier_of_a_long_prompt_is_that_of_its_length(string tier, long prompt, string expected)
    {
        Price price = PublishedRules.Apply(BuiltInPrices.Locate("api.openai.com", "gpt-6.2-sol")!.Value.Listed.Price, BillingRule.OpenAi, "gpt-6.2-sol", default, AnswerFacts.None with { ServiceTier = tier }, []).For(new TokenUsage { Input = prompt });
        Assert.Equal(expected, string.Create(CultureInfo.InvariantCulture, $"{price.Input:0.###} {price.Output:0.###}"));
    }

    /// <summary>Where speed is a model of its own, it costs the same.</summary>
    [Theory]
    [InlineData("claude-fable-5-2")]
    [InlineData("claude-opus-5-5")]
    [InlineData("claude-opus-5")]
    public void Fast_deployment_costs_what_the_fast_speed_costs(string model)
    {
        Price listed = BuiltInPrices.Locate("ours.services.ai.azure.com", model + "-fast")!.Value.Listed.Price;
        Price fast = PublishedRules.Apply(BuiltInPrices.Locate("api.anthropic.com", model)!.Value.Listed.Price, BillingRule.Anthropic, model, default, AnswerFacts.None with { Speed = "fast" }, []);
        Assert.Equal(fast with { Version = listed.Version }, listed);
    }

    private static string Said(string host, string model, BillingRule rule, string day, AnswerFacts facts)
    {
        List<string> unpriced = [];
        DateOnly on = DateOnly.Parse(day, CultureInfo.InvariantCulture);
        Price price = PublishedRules.Apply(BuiltInPrices.Locate(host, model)!.Value.Listed.On(on), rule, model, on, facts, unpriced);
        return string.Join(' ', [.. ((decimal[])[price.Input, price.CacheRead, price.Output]).Select(usd => usd.ToString("0.######", CultureInfo.InvariantCulture)), .. unpriced]);
    }
}
