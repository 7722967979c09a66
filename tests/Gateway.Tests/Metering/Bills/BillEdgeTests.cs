using System.Globalization;
using Gateway.Metering.Usage;
using Gateway.Routing;
using Gateway.Routing.Prices;
using Gateway.Tests.Metering.Usage;
using Gateway.Tests.Storage;
using Gateway.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Gateway.Tests.Metering.Bills;

/// <summary>Names of snapshots and variants, fees that are half of a bill, and prices that end.</summary>
public sealed class BillEdgeTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    /// <summary>1,000 tokens of input and 100 of output.</summary>
    private const decimal Usual = 0.0035m;

    [Theory]
    [InlineData("gpt-4o-search-preview", "0.0285", 1)]
    [InlineData("gpt-4o-search-preview-2025-03-11", "0.0285", 1)]
    [InlineData("GPT-4o-Mini-Search-Preview", "0.0285", 1)]
    [InlineData("gpt-5-search-api", "0.0135", 1)]
    [InlineData("gpt-5-search-api-2025-10-14", "0.0135", 1)]
    [InlineData("gpt-4o-research", "0.0035", 0)]
    public async Task Answer_of_a_search_model_is_a_search_under_all_of_its_names(string model, string cost, int searches)
    {
        await using BilledGateway gateway = await StartAsync(model);
        (UsageEntry entry, _) = await gateway.AskAsync(chat: true, stream: true, "", $"\"model\":\"{model}\"");
        Assert.Equal((Amount(cost), searches, 0), (entry.Cost, entry.Bill.WebSearches, entry.Bill.Unpriced.Count));
    }

    [Theory]
    [InlineData("gpt-4o", "1.7")]
    [InlineData("gpt-4o-2024-08-06", "1.7")]
    [InlineData("gpt-4o-2024-05-13", "1.75")]
    [InlineData("GPT-4o-2024-05-13", "1.75")]
    [InlineData("gpt-5-mini-2025-08-07", "1.8")]
    public async Task Snapshot_with_a_priority_price_of_its_own_has_that(string model, string times)
    {
        await using BilledGateway gateway = await StartAsync(model);
        (UsageEntry entry, _) = await gateway.AskAsync(chat: true, stream: false, "", $"\"model\":\"{model}\",\"service_tier\":\"priority\"");
        Assert.Equal((Usual * Amount(times), 0), (entry.Cost, entry.Bill.Unpriced.Count));
    }

    [Theory]
    [InlineData(""" "cost":0.0005,"is_byok":true """)]
    [InlineData(""" "cost":0,"is_byok":true,"cost_details":{"upstream_inference_cost":null} """)]
    [InlineData(""" "is_byok":true,"cost_details":{},"cost":0.0005 """)]
    [InlineData(""" "cost":0.0005,"is_byok":true,"cost_details":{"upstream_inference_cost":-1} """)]
    [InlineData(""" "cost":0.0005,"cost_details":{"upstream_inference_cost":5000} """)]
    public async Task Fee_without_what_the_own_account_pays_is_no_cost_and_the_list_holds(string usage)
    {
        await using BilledGateway gateway = await BilledGateway.StartAsync(azurite.ConnectionString, native: false, "upstream");
        (UsageEntry entry, _) = await gateway.AskAsync(chat: true, stream: true, usage);
        Assert.Equal((Usual, false), (entry.Cost, entry.Bill.ByUpstream));
    }

    [Theory]
    [InlineData("gemini-2.0-flash", "gemini-2.0-flash-001")]
    [InlineData("gemini-2.5-flash", "models/gemini-2.5-flash-preview-09-2025")]
    [InlineData("gemini-2.5-pro", "gemini-2.5-pro-preview-05-06")]
    [InlineData("gemini-2.5-pro-exp-0827", "gemini-2.5-pro")]
    [InlineData("deepseek/deepseek-chat:free", "deepseek/deepseek-chat-0324:free")]
    [InlineData("kimi-k2-0905-preview", "kimi-k2")]
    [InlineData("claude-x-4-5", "anthropic/claude-x-4.5-20250929-v1:0")]
    public async Task Snapshot_is_no_other_model(string asked, string answered)
    {
        await using BilledGateway gateway = await StartAsync(asked);
        foreach (bool stream in (bool[])[true, false])
        {
            (UsageEntry entry, HttpResponseMessage answer) = await gateway.AskAsync(chat: true, stream, "", $"\"model\":\"{answered}\"");
            Assert.Equal((null, 0, false), (entry.Bill.AnsweredModel, entry.Bill.Unpriced.Count, answer.Headers.Contains("x-gateway-answered-model")));
        }
    }

    [Theory]
    [InlineData("gpt-5", "gpt-5-mini")]
    [InlineData("gpt-4", "gpt-4-32k")]
    [InlineData("llama-3-70b", "llama-3-8b")]
    [InlineData("claude-opus-4", "claude-opus-4-1")]
    public async Task Other_size_is_another_model(string asked, string answered)
    {
        await using BilledGateway gateway = await StartAsync(asked);
        (UsageEntry entry, _) = await gateway.AskAsync(chat: true, stream: false, "", $"\"model\":\"{answered}\"");
        Assert.Equal(answered, entry.Bill.AnsweredModel);
    }

    /// <summary>The process lives longer than the price: the first request of the new day is billed at the new one.</summary>
    [Fact]
    public async Task Announced_price_takes_over_on_its_day_without_a_restart()
    {
        FakeTimeProvider time = new(new DateTimeOffset(2026, 12, 31, 23, 58, 0, TimeSpan.Zero));
        await using GatewayServer gateway = await GatewayServer.StartAsync(time, ("GEMINI_API_KEY", "x"));
        List<string> prices = [];
        for (int minute = 0; minute < 3; minute++, time.Advance(TimeSpan.FromMinutes(1)))
        {
            Router router = gateway.Services.GetRequiredService<LiveRouter>().Now;
            Route route = router.Find("gemini/gemini-3.8-flash")!;
            router.Keep(route);
            Price price = route.Targets.Single().Price!;
            prices.Add(string.Create(CultureInfo.InvariantCulture, $"{price.Version} {price.Input} {price.CacheRead} {price.Output}"));

            // Who answers under another name of that day has the price of that day, too.
            Assert.Equal(price, route.Targets.Single().Prices!.Of(route.Targets.Single(), "models/gemini-3.8-flash").Price);
        }

        Assert.Equal(["builtin-2026-11-18 0.75 0.075 3.75", "builtin-2026-11-18 0.75 0.075 3.75", "builtin-2027-01-01 1.5 0.15 7.5"], prices);
    }

    [Theory]
    [InlineData(""" "num_search_queries":3,"server_tool_use":{"web_search_requests":1} """, "0.0785", 3)]
    [InlineData(""" "server_tool_use":{"web_search_requests":0} """, "0.0285", 1)]
    [InlineData(""" "server_tool_use":{"web_search_requests":-1} """, "0.0285", 1)]
    public async Task Count_of_searches_that_is_higher_holds(string usage, string cost, int searches)
    {
        await using BilledGateway gateway = await StartAsync("gpt-4o-search-preview");
        (UsageEntry entry, _) = await gateway.AskAsync(chat: true, stream: false, usage, "\"model\":\"gpt-4o-search-preview\"");
        Assert.Equal((Amount(cost), searches), (entry.Cost, entry.Bill.WebSearches));
    }

    [Fact]
    public async Task Answer_without_a_word_is_no_search()
    {
        await using BilledGateway gateway = await StartAsync("gpt-4o-search-preview");
        gateway.Metered.Upstream.Answer = context => FakeUpstream.Json(context, 200, """{"id":"chatcmpl-1","object":"chat.completion","model":"gpt-4o-search-preview","choices":[{"index":0,"message":{"role":"assistant","content":""},"finish_reason":"stop"}],"usage":{"prompt_tokens":1000,"completion_tokens":0}}""");
        UsageEntry entry = await gateway.Metered.EntryAsync(await gateway.PostAsync(chat: true, MeteredGateway.Body(stream: false)));
        Assert.Equal((0.0025m, 0), (entry.Cost, entry.Bill.WebSearches));
    }

    /// <summary>Written for an hour is not written for five minutes as well, and half the price is half of that, too.</summary>
    [Theory]
    [InlineData("\"service_tier\":\"batch\"", "0.00425")]
    [InlineData("\"iterations\":[{\"type\":\"message\",\"input_tokens\":1000,\"output_tokens\":100}]", "0.0085")]
    public async Task Cache_that_is_written_for_an_hour_is_paid_once(string usage, string cost)
    {
        await using BilledGateway gateway = await BilledGateway.StartAsync(azurite.ConnectionString, native: true, "anthropic");
        (UsageEntry entry, _) = await gateway.AskAsync(chat: false, stream: true, $"\"cache_creation_input_tokens\":1000,\"cache_creation\":{{\"ephemeral_1h_input_tokens\":1000}},{usage}");
        Assert.Equal((Amount(cost), 0L, 1000L), (entry.Cost, entry.Usage.CacheWrite5m, entry.Usage.CacheWrite1h));
    }

    private Task<BilledGateway> StartAsync(string model) =>
        BilledGateway.StartAsync(azurite.ConnectionString, native: false, "openai", ("Gateway:Models:0:Targets:0", $"fake/{model}"));

    private static decimal Amount(string text) => decimal.Parse(text, CultureInfo.InvariantCulture);
}
