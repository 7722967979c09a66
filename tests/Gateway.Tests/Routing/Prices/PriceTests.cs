using Gateway.Routing;
using Gateway.Routing.Prices;
using Gateway.Settings;
using Gateway.Translation.Hub;
using Microsoft.Extensions.Configuration;

namespace Gateway.Tests.Routing.Prices;

public sealed class PriceTests
{
    [Fact]
    public void Cost_adds_each_kind_of_token_at_its_own_price()
    {
        Price price = Read(("Input", "3"), ("Output", "15"), ("CacheRead", "0.3"), ("CacheWrite5m", "3.75"), ("CacheWrite1h", "6")).Price!;
        TokenUsage usage = new() { Input = 1000, CacheRead = 100_000, CacheWrite5m = 2000, CacheWrite1h = 500, Output = 700, Reasoning = 600 };

        // 0.003 + 0.03 + 0.0075 + 0.003 + 0.0105; reasoning is in the output already.
        Assert.Equal(0.054m, price.CostOf(usage));
    }

    [Theory]
    [InlineData("3.75", "6", 0.0061)]
    [InlineData("6", "3.75", 0.0061)]
    [InlineData("1", "2", 0.0031)]
    public void Prompt_costs_at_most_what_the_dearest_way_into_a_cache_costs(string fiveMinutes, string hour, double expected)
    {
        Price price = Read(("Input", "3"), ("Output", "1"), ("CacheRead", "0.3"), ("CacheWrite5m", fiveMinutes), ("CacheWrite1h", hour)).Price!;
        Assert.Equal((decimal)expected, price.DearestCostOf(new TokenUsage { Input = 1000, Output = 100 }));
    }

    [Fact]
    public void Kinds_without_a_price_cost_what_input_costs()
    {
        Price price = Read(("Input", "2"), ("Output", "8")).Price!;
        Assert.Equal((2m, 2m, 2m), (price.CacheRead, price.CacheWrite5m, price.CacheWrite1h));
    }

    [Fact]
    public void Version_tells_prices_apart_and_not_their_spelling()
    {
        string first = Read(("Input", "2.5"), ("Output", "8")).Price!.Version;
        Assert.Equal(first, Read(("Input", "2.50"), ("Output", "8.0")).Price!.Version);
        Assert.NotEqual(first, Read(("Input", "2.51"), ("Output", "8")).Price!.Version);
    }

    [Theory]
    [InlineData("Price:Input is missing", "Output", "1")]
    [InlineData("Price:Output is 'cheap'", "Output", "cheap")]
    [InlineData("Price:Input is '-1'", "Input", "-1")]
    [InlineData("Price:Input is '1000000.01'", "Input", "1000000.01")]
    [InlineData("Price:Reasoning is no kind of token", "Reasoning", "1")]
    public void Mistake_is_named_with_its_key(string expected, string key, string value)
    {
        ConfigurationException mistake = Assert.Throws<ConfigurationException>(() => Read((key, value)));
        Assert.Contains(mistake.Errors, e => e.StartsWith("Gateway:Models:0:" + expected, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("https://api.anthropic.com", "claude-sonnet-4-5-20250929", 0.3)]
    [InlineData("https://api.anthropic.com", "claude-sonnet-5-5", 0.1)]
    [InlineData("https://api.openai.com/v1", "gpt-6.1-sol", 0.1)]
    [InlineData("https://api.openai.com/v1", "gpt-5-mini-2025-08-07", 0.025)]
    [InlineData("https://api.openai.com/v1", "gpt-4o-2024-05-13", 5)]
    [InlineData("https://ours.openai.azure.com/openai/v1", "GPT-5-Mini", 0.025)]
    [InlineData("https://ours.cognitiveservices.azure.com/openai/v1", "gpt-4o", 1.25)]
    [InlineData("https://ours.services.ai.azure.com/anthropic", "claude-opus-4-5", 0.5)]
    [InlineData("https://generativelanguage.googleapis.com/v1beta/openai", "models/gemini-2.5-flash-001", 0.03)]
    [InlineData("https://generativelanguage.googleapis.com/v1beta/openai", "gemini-3.1-pro-preview", 0.2)]
    [InlineData("https://generativelanguage.googleapis.com/v1beta/openai", "gemini-2.5-flash-preview-09-2025", 0.03)]
    [InlineData("https://api.deepseek.com/v1", "deepseek-v4-pro", 0.044)]
    [InlineData("https://api.mistral.ai/v1", "mistral-large-2512", 0.05)]
    [InlineData("https://api.groq.com/openai/v1", "openai/gpt-oss-120b", 0.075)]
    [InlineData("https://api.x.ai/v1", "grok-4.7", 0.5)]
    [InlineData("https://api.moonshot.ai/v1", "kimi-k2.6", 0.16)]
    [InlineData("https://api.z.ai/api/paas/v4", "GLM-5.3", 0.26)]
    [InlineData("https://api.fireworks.ai/inference/v1", "accounts/fireworks/models/gpt-oss-120b", 0.07)]
    [InlineData("https://openrouter.ai/api/v1", "anthropic/claude-opus-4.5", 0.5)]
    [InlineData("https://openrouter.ai/api/v1", "google/gemini-2.5-pro", 0.125)]
    [InlineData("https://openrouter.ai/api/v1", "google/gemini-2.5-pro:online", 0.125)]
    [InlineData("https://openrouter.ai/api/v1", "deepseek/deepseek-v4-pro:free", 0)]
    [InlineData("https://openrouter.ai/api/v1", "somebody/llama:free", 0)]
    public void Well_known_models_have_built_in_prices_where_they_are_sold(string url, string model, double cacheRead) =>
        Assert.Equal((decimal)cacheRead, Find(url, model)!.CacheRead);

    [Theory]
    [InlineData("https://api.anthropic.com", "claude-haiku-5-5", 100_000, 0.1, 0.5)]
    [InlineData("https://api.anthropic.com", "claude-haiku-5-5", 100_001, 0.5, 2.5)]
    [InlineData("https://api.openai.com/v1", "gpt-6-sol", 272_000, 2, 10)]
    [InlineData("https://api.openai.com/v1", "gpt-6-sol", 272_001, 4, 15)]
    [InlineData("https://ours.openai.azure.com/openai/v1", "gpt-6-sol", 272_001, 4, 15)]
    [InlineData("https://generativelanguage.googleapis.com/v1beta/openai", "gemini-2.5-pro", 200_000, 1.25, 10)]
    [InlineData("https://generativelanguage.googleapis.com/v1beta/openai", "gemini-2.5-pro", 200_001, 2.5, 15)]
    [InlineData("https://api.x.ai/v1", "grok-4.7", 199_999, 2, 6)]
    [InlineData("https://api.x.ai/v1", "grok-4.7", 200_000, 4, 12)]
    [InlineData("https://api.x.ai/v1", "grok-build-0.1", 200_000, 2, 4)]
    public void Long_prompts_cost_more_for_the_whole_request(string url, string model, long prompt, double input, double output)
    {
        TokenUsage usage = new() { Input = 1_000, CacheRead = prompt - 1_000, Output = 500 };
        Price price = Find(url, model)!;
        Assert.Equal(((decimal)input, (decimal)output), (price.For(usage).Input, price.For(usage).Output));
        Assert.Equal(price.For(usage).CostOf(usage), price.CostOf(usage));
    }

    [Theory]
    [InlineData("gemini-4-argon", "2026-11-30", 2, 10)]
    [InlineData("gemini-4-argon", "2026-12-01", 4, 20)]
    [InlineData("gemini-4-carbon", "2026-12-01", 4, 20)]
    [InlineData("gemini-3.7-flash", "2026-12-31", 0.75, 3.75)]
    [InlineData("gemini-3.7-flash", "2027-01-01", 1.5, 7.5)]
    public void Introductory_price_ends_on_its_day(string model, string day, double input, double output)
    {
        Price price = Find("https://generativelanguage.googleapis.com/v1beta/openai", model, day)!;
        Assert.Equal(((decimal)input, (decimal)output), (price.Input, price.Output));
    }

    [Theory]
    [InlineData("https://openrouter.ai/api/v1", "gpt-5-mini")]
    [InlineData("https://api.openai.com/v1", "gpt-5-mini:free")]
    [InlineData("https://openrouter.ai/api/v1", "openai/gpt-5-mini-of-ours:nitro")]
    [InlineData("https://api.openai.com/v1", "gpt-5-mini-of-ours")]
    [InlineData("https://api.openai.com/v1", "openai/gpt-5-mini")]
    [InlineData("https://ours.openai.azure.us/openai/v1", "gpt-5-mini")]
    [InlineData("https://openai.azure.com.example.com/v1", "gpt-5-mini")]
    [InlineData("https://fakeopenai.azure.com/v1", "gpt-5-mini")]
    [InlineData("https://generativelanguage.googleapis.com/v1beta/openai", "gemini-2.5-flash-preview-tts")]
    public void Nobody_elses_price_is_guessed(string url, string model) => Assert.Null(Find(url, model));

    /// <summary>By its own name as by the model's: who asks for provider and model pays no less.</summary>
    [Fact]
    public void Price_of_a_target_holds_under_all_of_its_names()
    {
        Router router = new(CatalogReader.Read(new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Gateway:Models:0:Id"] = "m",
            ["Gateway:Models:0:Price:Input"] = "1",
            ["Gateway:Models:0:Price:Output"] = "1",
            ["Gateway:Models:0:Targets:0:Target"] = "echo/a",
            ["Gateway:Models:0:Targets:0:Price:Input"] = "7",
            ["Gateway:Models:0:Targets:0:Price:Output"] = "7",
            ["Gateway:Models:0:Targets:1"] = "echo/b",
        }).Build()));
        Assert.Equal([7m, 1m], router.Find("m")!.Targets.Select(target => target.Price!.Input));
        Assert.Equal((7m, 1m, 0m), (router.Find("echo/A")!.Targets[0].Price!.Input, router.Find("echo/b")!.Targets[0].Price!.Input, router.Find("echo/c")!.Targets[0].Price!.Input));
    }

    /// <summary>
    /// A snapshot's own price goes before the public one, also for a model that says none, and the public one before what the
    /// operator said of other dates.
    /// </summary>
    [Theory]
    [InlineData("up/gpt-5", 5)]
    [InlineData("up/gpt-5-2025-08-07", 3)]
    [InlineData("m4", 5)]
    [InlineData("m5", 3)]
    [InlineData("up/gpt-5-2025-01-01", 1.25)]
    [InlineData("up/unknown-9", 8)]
    [InlineData("up/unknown-9-2026-02-03", 9)]
    [InlineData("up/unknown-9-2026-03-04", 8)]
    public void Price_of_a_snapshot_is_the_nearest_that_is_known(string name, double input)
    {
        (string Target, string? Price)[] models =
            [("up/gpt-5-2025-08-07", "3"), ("up/gpt-5", "5"), ("up/unknown-9-2026-02-03", "9"), ("up/unknown-9", "8"), ("up/gpt-5", null), ("up/gpt-5-2025-08-07", null)];
        Router router = new(CatalogReader.Read(new ConfigurationBuilder().AddInMemoryCollection(
        [
            new("Gateway:Providers:up:Kind", "openai"),
            new("Gateway:Providers:up:BaseUrl", "https://api.openai.com/v1"),
            new("Gateway:Providers:up:ApiKey", "k"),
            .. models.Index().SelectMany(model => (KeyValuePair<string, string?>[])
            [
                new($"Gateway:Models:{model.Index}:Id", $"m{model.Index}"),
                new($"Gateway:Models:{model.Index}:Targets:0", model.Item.Target),
                new($"Gateway:Models:{model.Index}:Price:Input", model.Item.Price),
                new($"Gateway:Models:{model.Index}:Price:Output", model.Item.Price),
            ]).Where(setting => setting.Value is not null),
        ]).Build()));
        Assert.Equal((decimal)input, router.Find(name)!.Targets[0].Price!.Input);
    }

    [Theory]
    [InlineData("deepseek/deepseek-v4-pro:free", "deepseek/deepseek-v4-pro", 0d, true)]
    [InlineData("deepseek/deepseek-v4-pro:free", "deepseek/deepseek-v4-flash", 0.3, true)]
    [InlineData("deepseek/deepseek-v4-pro:nitro", "deepseek/deepseek-v4-pro", 1.32, true)]
    [InlineData("deepseek/deepseek-v4-pro", "somebody/stranger", 1.32, false)]
    [InlineData("somebody/unknown", "somebody/stranger", null, false)]
    public void Answer_under_another_name_is_priced_by_it_or_marked(string asked, string answered, double? input, bool known)
    {
        Provider provider = new("or", ProviderKind.OpenAi, "https://openrouter.ai/api/v1");
        Target target = new(provider, asked, new Gateway.Translation.Profiles.Profile()) { Price = Find(provider.BaseUrl, asked) };
        (Price? price, bool isKnown) = new PriceBook(new Catalog(new Dictionary<string, Provider>(), [])).Of(target, answered);
        Assert.Equal(((decimal?)input, known), (price?.Input, isKnown));
    }

    private static Price? Find(string url, string model, string day = "2026-11-29") =>
        PriceList.Find(new Catalog(new Dictionary<string, Provider>(), []), null, new TargetEntry("p", model), new Provider("p", ProviderKind.OpenAi, url), model, DateOnly.Parse(day, System.Globalization.CultureInfo.InvariantCulture));

    private static Model Read(params (string Key, string Value)[] prices) => CatalogReader.Read(new ConfigurationBuilder()
        .AddInMemoryCollection(
        [
            new KeyValuePair<string, string?>("Gateway:Models:0:Id", "m"),
            new KeyValuePair<string, string?>("Gateway:Models:0:Targets:0", "echo/m"),
            .. prices.Select(p => new KeyValuePair<string, string?>("Gateway:Models:0:Price:" + p.Key, p.Value)),
        ]).Build()).Models[0];
}
