using Gateway.Tests.Security;
using Gateway.Tests.Support;

namespace Gateway.Tests.Admission;

/// <summary>The names by which the limits of a model hold: also those of models that lead to it over others, and of its dated snapshots.</summary>
public sealed class ModelLimitNamesTests : IAsyncLifetime
{
    private FakeUpstream _upstream = null!;

    async Task IAsyncLifetime.InitializeAsync()
    {
        _upstream = await FakeUpstream.StartAsync();
        _upstream.Answer = context => FakeUpstream.Json(
            context, 200, """{"choices":[{"index":0,"message":{"role":"assistant","content":"ok"},"finish_reason":"stop"}],"usage":{"prompt_tokens":10,"completion_tokens":1000}}""");
    }

    async Task IAsyncLifetime.DisposeAsync() => await _upstream.DisposeAsync();

    [Theory]
    [InlineData("smart", "smart", "best", "group", "group-two", "p/one", "P/ONE", "p/two-2026-01-31", "anything-two")]
    [InlineData("best", "smart", "group", "p/one")]
    [InlineData("group-two", "group", "smart", "best", "p/two")]
    [InlineData("group", "smart", "p/one", "p/two")]
    [InlineData("p/*", "smart", "group", "passed")]
    [InlineData("passed", "p/passed", "passed-alias", "p/passed-2026-01-31")]
    [InlineData("passed-alias", "p/passed", "passed")]
    [InlineData("p/one", "p/one-20260131", "p/one-2026-01-31", "p/one-latest", "smart")]
    [InlineData("one", "p/one-20260131", "p/One-Latest", "q/vendor/one-20260131")]
    [InlineData("aged", "aged", "p/dated", "p/Dated-2026-02-28", "p/dated-latest", "p/dated-2026-01-31")]
    [InlineData("vendor/one", "q/vendor/one", "q/vendor/one-latest", "q/Vendor/One")]
    public async Task Limit_of_a_model_holds_under_every_name_that_leads_to_its_places(string pattern, params string[] names)
    {
        await using GatewayServer gateway = await StartAsync();
        foreach (string name in names)
        {
            string key = await gateway.KeyAsync("t", $$$""","limits":{"models":[{"model":"{{{pattern}}}","requests_per_minute":{"value":1}}]}""");
            Assert.Equal(200, (await gateway.AskAsync(key, "/v1/messages", Body(name))).Status);
            Told told = await gateway.AskAsync(key, "/v1/messages", Body(name));
            Assert.True(told.Status == 429, $"{name}: {told.Status} {told.Body}");
            Assert.Contains($"for '{pattern}'", told.Error, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("group", "other", "p/three", "passed")]
    [InlineData("one", "p/one-more", "p/one-1", "other")]
    [InlineData("passed", "p/one", "other")]
    [InlineData("aged", "newer", "p/dated-2026-06-30", "p/dated-two")]
    public async Task Limit_of_a_model_leaves_others_alone(string pattern, params string[] names)
    {
        await using GatewayServer gateway = await StartAsync();
        string key = await gateway.KeyAsync("t", $$$""","limits":{"models":[{"model":"{{{pattern}}}","requests_per_minute":{"value":1}}]}""");
        foreach (string name in names.Concat(names))
        {
            Assert.Equal(200, (await gateway.AskAsync(key, "/v1/messages", Body(name))).Status);
        }
    }

    [Fact]
    public async Task Of_several_patterns_that_fit_all_hold()
    {
        await using GatewayServer gateway = await StartAsync();
        string key = await gateway.KeyAsync("t", ""","limits":{"models":[{"model":"s*","requests_per_minute":{"value":5}},{"model":"smart","requests_per_minute":{"value":1}}]}""");
        Assert.Equal(200, (await gateway.AskAsync(key, "/v1/messages", Body("smart"))).Status);
        Told told = await gateway.AskAsync(key, "/v1/messages", Body("smart"));
        Assert.Equal(429, told.Status);
        Assert.Contains("for 'smart'", told.Error, StringComparison.Ordinal);
    }

    /// <summary>An answer costs 0.0101 USD where the price of the model holds.</summary>
    [Theory]
    [InlineData("p/one")]
    [InlineData("p/ONE")]
    [InlineData("p/one-2026-01-31")]
    [InlineData("p/one-20260131")]
    [InlineData("p/One-latest")]
    [InlineData("aged")]
    [InlineData("p/dated")]
    [InlineData("p/DATED-20260228")]
    [InlineData("p/dated-latest")]
    public async Task Snapshot_of_a_model_costs_what_the_model_costs(string name)
    {
        await using GatewayServer gateway = await StartAsync(("Gateway:DirectRoutes", "priced"), ("Gateway:Unpriced", "refuse"));
        string key = await gateway.KeyAsync("t", ""","limits":{"budget_per_day":{"usd":0.01}}""".Replace("\\", "", StringComparison.Ordinal));
        Assert.Equal(200, (await gateway.AskAsync(key, "/v1/messages", Body(name))).Status);
        Assert.Equal(402, (await gateway.AskAsync(key, "/v1/messages", Body(name))).Status);
        Assert.Equal(404, (await gateway.AskAsync(key, "/v1/messages", Body("p/unheard-2026-01-31"))).Status);
    }

    private static string Body(string model) => $$"""{"model":"{{model}}","max_tokens":100,"messages":[{"role":"user","content":"Hello"}]}""";

    private Task<GatewayServer> StartAsync(params (string Key, string? Value)[] settings) => GatewayServer.StartAsync(
    [
        ("Gateway:Providers:p:Kind", "openai"), ("Gateway:Providers:p:BaseUrl", _upstream.Url + "/v1"), ("Gateway:Providers:p:ApiKey", "k"),
        ("Gateway:Providers:q:Kind", "openai"), ("Gateway:Providers:q:BaseUrl", _upstream.Url + "/v1"), ("Gateway:Providers:q:ApiKey", "k"),
        ("Gateway:Models:0:Id", "smart"), ("Gateway:Models:0:Aliases:0", "best"), ("Gateway:Models:0:Targets:0", "group"),
        ("Gateway:Models:1:Id", "group"), ("Gateway:Models:1:Targets:0", "p/one"), ("Gateway:Models:1:Targets:1", "group-two"),
        ("Gateway:Models:1:Price:Input", "10"), ("Gateway:Models:1:Price:Output", "10"),
        ("Gateway:Models:2:Id", "group-two"), ("Gateway:Models:2:Targets:0", "p/two"), ("Gateway:Models:2:Price:Input", "10"), ("Gateway:Models:2:Price:Output", "10"),
        ("Gateway:Models:3:Id", "passed"), ("Gateway:Models:3:Aliases:0", "passed-alias"), ("Gateway:Models:3:Targets:0", "p/*"),
        ("Gateway:Models:4:Id", "other"), ("Gateway:Models:4:Targets:0", "q/else"), ("Gateway:Models:4:Price:Input", "10"), ("Gateway:Models:4:Price:Output", "10"),
        ("Gateway:Models:5:Id", "anything-*"), ("Gateway:Models:5:Targets:0", "group-two"),
        ("Gateway:Models:6:Id", "aged"), ("Gateway:Models:6:Targets:0", "p/dated-2026-01-31"), ("Gateway:Models:6:Price:Input", "10"), ("Gateway:Models:6:Price:Output", "10"),
        ("Gateway:Models:7:Id", "newer"), ("Gateway:Models:7:Targets:0", "p/dated-2026-06-30"), ("Gateway:Models:7:Price:Input", "1"), ("Gateway:Models:7:Price:Output", "1"),
        .. settings,
    ]);
}
