using System.Text.Json;
using Gateway.Routing;
using Gateway.Tests.Security;
using Gateway.Tests.Support;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Tests.Routing;

/// <summary>Other names of a model, and models that are made of models.</summary>
public sealed class ModelNamesTests
{
    [Theory]
    [InlineData("nick")]
    [InlineData("nick[1m]")]
    [InlineData("m")]
    public async Task Alias_means_the_model(string name)
    {
        await using FakeUpstream upstream = await FakeUpstream.StartAsync();
        await using GatewayServer gateway = await GatewayServer.StartAsync(upstream, ("Gateway:Models:0:Aliases:0", "nick"), ("Gateway:Models:0:Aliases:1", "vendor/m"), ("Gateway:Models:0:Targets:0", "fake/*"));
        using HttpResponseMessage response = await gateway.PostAsync("/v1/messages", Ask(name));
        JsonElement answer = JsonElement.Parse(await response.Content.ReadAsStringAsync());
        Assert.Equal(name, answer.GetProperty("model").GetString());

        // The upstream knows one name, whatever its clients say.
        Assert.Equal("m", Assert.Single(upstream.Received).Json.GetProperty("model").GetString());
    }

    [Fact]
    public async Task Alias_is_shown_as_the_model_and_listed_once()
    {
        await using FakeUpstream upstream = await FakeUpstream.StartAsync();
        await using GatewayServer gateway = await GatewayServer.StartAsync(upstream, ("Gateway:Models:0:Aliases:0", "nick"), ("Gateway:Models:0:Aliases:1", "vendor/m"));
        foreach (string name in new[] { "nick", "vendor/m", "vendor%2Fm", "m" })
        {
            Assert.Equal("m", (await gateway.AskAsync(GatewayServer.Key, "/v1/models/" + name, null, "GET")).Json.GetProperty("id").GetString());
        }

        Assert.Equal("m", Assert.Single((await gateway.AskAsync(GatewayServer.Key, "/v1/models", null, "GET")).Json.GetProperty("data").EnumerateArray()).GetProperty("id").GetString());
    }

    /// <summary>All names of a model are worth the same; a pattern's are each for itself.</summary>
    [Theory]
    [InlineData("m", 200, 200, 403, 403)]
    [InlineData("nick", 200, 200, 403, 403)]
    [InlineData("ni*", 200, 200, 403, 403)]
    [InlineData("free-a", 403, 403, 200, 403)]
    public async Task Key_may_use_a_model_by_all_of_its_names(string allowed, int id, int alias, int free, int otherFree)
    {
        await using FakeUpstream upstream = await FakeUpstream.StartAsync();
        await using GatewayServer gateway = await GatewayServer.StartAsync(
            upstream,
            ("Gateway:Models:0:Aliases:0", "nick"),
            ("Gateway:Models:1:Id", "free-*"), ("Gateway:Models:1:Targets:0", "fake/*"));
        string key = await gateway.KeyAsync("t", $$""","models":["{{allowed}}"]""");
        List<int> statuses = [];
        foreach (string name in new[] { "m", "nick", "free-a", "free-b" })
        {
            statuses.Add((await gateway.AskAsync(key, "/v1/messages", Ask(name))).Status);
        }

        Assert.Equal([id, alias, free, otherFree], statuses);
    }

    [Fact]
    public async Task Group_is_its_models_in_turn_each_with_its_own_settings()
    {
        await using FakeUpstream upstream = await FakeUpstream.StartAsync();
        upstream.Answer = context => FakeUpstream.Json(context, 503, "{}");
        await using GatewayServer gateway = await GroupAsync(upstream);
        await gateway.AskAsync(GatewayServer.Key, "/v1/messages", Ask("smart"));
        Assert.Equal(["own", "a-one", "a-two", "free-b"], upstream.Received.Select(request => request.Json.GetProperty("model").GetString()));
        Assert.Equal(
            ["max_completion_tokens", "max_tokens", "max_tokens", "max_completion_tokens"],
            upstream.Received.Select(request => request.Json.EnumerateObject().Single(member => member.Name.StartsWith("max_", StringComparison.Ordinal)).Name));
    }

    [Theory]
    [InlineData("vendor/m")]
    [InlineData("vendor/nick")]
    public async Task Model_whose_name_has_a_slash_can_be_a_target(string name)
    {
        await using FakeUpstream upstream = await FakeUpstream.StartAsync();
        await using GatewayServer gateway = await GatewayServer.StartAsync(
            upstream,
            ("Gateway:Models:0:Id", "vendor/m"), ("Gateway:Models:0:Aliases:0", "vendor/nick"),
            ("Gateway:Models:1:Id", "smart"), ("Gateway:Models:1:Targets:0", name));
        Assert.Equal(200, (await gateway.AskAsync(GatewayServer.Key, "/v1/messages", Ask("smart"))).Status);
        Assert.Equal("up", Assert.Single(upstream.Received).Json.GetProperty("model").GetString());
    }

    /// <summary>The inner order decides within a model, the outer one between models.</summary>
    [Fact]
    public async Task Weighted_model_in_a_group_shares_out_what_it_gets()
    {
        await using FakeUpstream upstream = await FakeUpstream.StartAsync();
        await using GatewayServer gateway = await GatewayServer.StartAsync(
            services => services.AddSingleton(new Random(15)),
            ("Gateway:Providers:fake:Kind", "openai"), ("Gateway:Providers:fake:BaseUrl", upstream.Url + "/v1"),
            ("Gateway:Models:0:Id", "smart"),
            ("Gateway:Models:0:Targets:0:Target", "pool"), ("Gateway:Models:0:Targets:0:Weight", "3"), ("Gateway:Models:0:Targets:1", "fake/c"),
            ("Gateway:Models:1:Id", "pool"),
            ("Gateway:Models:1:Targets:0:Target", "fake/a"), ("Gateway:Models:1:Targets:0:Weight", "2"), ("Gateway:Models:1:Targets:1", "fake/b"));
        for (int i = 0; i < 400; i++)
        {
            Assert.Equal(200, (await gateway.AskAsync(GatewayServer.Key, "/v1/messages", Ask("smart"))).Status);
        }

        Dictionary<string, int> answered = upstream.Received.GroupBy(request => request.Json.GetProperty("model").GetString()!).ToDictionary(group => group.Key, group => group.Count());
        Assert.InRange(answered["a"], 160, 240);
        Assert.InRange(answered["b"], 65, 135);
        Assert.InRange(answered["c"], 65, 135);
    }

    /// <summary>What a group says holds where its models say nothing.</summary>
    [Fact]
    public void Times_are_the_targets_then_the_models_then_the_groups()
    {
        Router router = new(CatalogReader.Read(new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Gateway:Models:0:Id"] = "smart",
            ["Gateway:Models:0:Targets:0"] = "inner",
            ["Gateway:Models:0:IdleSeconds"] = "1",
            ["Gateway:Models:0:WholeSeconds"] = "1",
            ["Gateway:Models:0:NextTargetSeconds"] = "1",
            ["Gateway:Models:1:Id"] = "inner",
            ["Gateway:Models:1:Targets:0:Target"] = "echo/a",
            ["Gateway:Models:1:Targets:0:WholeSeconds"] = "3",
            ["Gateway:Models:1:WholeSeconds"] = "2",
            ["Gateway:Models:1:NextTargetSeconds"] = "2",
        }).Build()));
        TargetTimes times = Assert.Single(router.Find("smart")!.Targets).Times;
        Assert.Equal(new TargetTimes { Idle = TimeSpan.FromSeconds(1), NextTarget = TimeSpan.FromSeconds(2), Whole = TimeSpan.FromSeconds(3) }, times);
        Assert.Null(Assert.Single(router.Find("inner")!.Targets).Times.Idle);
    }

    /// <summary>A group is allowed by its own name; providers are refused wherever they stand.</summary>
    [Fact]
    public async Task Group_is_allowed_by_its_name_and_leaves_out_forbidden_providers()
    {
        await using FakeUpstream upstream = await FakeUpstream.StartAsync();
        await using GatewayServer gateway = await GroupAsync(upstream);
        string named = await gateway.KeyAsync("t", ""","models":["smart"]""");
        Assert.Equal((200, 403), ((await gateway.AskAsync(named, "/v1/messages", Ask("smart"))).Status, (await gateway.AskAsync(named, "/v1/messages", Ask("a"))).Status));
        string behind = await gateway.KeyAsync("t", ""","models":["a"],"providers":["second"]""");
        Assert.Equal((403, 200), ((await gateway.AskAsync(behind, "/v1/messages", Ask("smart"))).Status, (await gateway.AskAsync(behind, "/v1/messages", Ask("a"))).Status));
        string second = await gateway.KeyAsync("t", ""","providers":["second"]""");
        Assert.Equal(200, (await gateway.AskAsync(second, "/v1/messages", Ask("smart"))).Status);
        Assert.Equal(["own", "a-two", "a-two"], upstream.Received.Select(request => request.Json.GetProperty("model").GetString()));
    }

    [Fact]
    public async Task Group_bills_at_the_price_of_the_model_that_answered()
    {
        await using FakeUpstream upstream = await FakeUpstream.StartAsync();
        await using GatewayServer gateway = await GroupAsync(upstream);
        string key = await gateway.KeyAsync("t", ""","providers":["second"]""");
        using HttpResponseMessage response = await gateway.SendAsync(HttpMethod.Post, "/v1/messages", Ask("smart"), default, ("x-api-key", key));
        Assert.Equal("0.000048", Assert.Single(response.Headers.GetValues("x-gateway-cost-usd")));
    }

    private static string Ask(string model) => $$"""{"model":"{{model}}","max_tokens":50,"messages":[{"role":"user","content":"Hello"}]}""";

    private static Task<GatewayServer> GroupAsync(FakeUpstream upstream) => GatewayServer.StartAsync(
        ("Gateway:Providers:first:Kind", "openai"), ("Gateway:Providers:first:BaseUrl", upstream.Url + "/v1"),
        ("Gateway:Providers:second:Kind", "openai"), ("Gateway:Providers:second:BaseUrl", upstream.Url + "/v1"),
        ("Gateway:Models:0:Id", "smart"),
        ("Gateway:Models:0:Targets:0", "first/own"), ("Gateway:Models:0:Targets:1", "nick-of-a"), ("Gateway:Models:0:Targets:2:Target", "free-b"), ("Gateway:Models:0:Targets:2:Weight", "0"),
        ("Gateway:Models:1:Id", "a"), ("Gateway:Models:1:Aliases:0", "nick-of-a"), ("Gateway:Models:1:Profile:tokenField", "max_tokens"), ("Gateway:Models:1:Price:Input", "4"), ("Gateway:Models:1:Price:Output", "4"),
        ("Gateway:Models:1:Targets:0", "first/a-one"), ("Gateway:Models:1:Targets:1", "second/a-two"),
        ("Gateway:Models:2:Id", "free-*"), ("Gateway:Models:2:Targets:0", "first/*"));
}
