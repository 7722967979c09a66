using System.Text.Json;
using Gateway.Tests.Security;
using Gateway.Tests.Support;

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
