using System.Net;
using Gateway.Tests.Security;
using Gateway.Tests.Support;

namespace Gateway.Tests.Admission;

/// <summary>Limits for some models, inside those for all: <c>claude-opus-*=100</c>.</summary>
public sealed class ModelLimitsTests : IAsyncLifetime
{
    private FakeUpstream _upstream = null!;

    async Task IAsyncLifetime.InitializeAsync()
    {
        _upstream = await FakeUpstream.StartAsync();
        _upstream.Answer = context => FakeUpstream.Json(
            context, 200, """{"choices":[{"index":0,"message":{"role":"assistant","content":"ok"},"finish_reason":"stop"}],"usage":{"prompt_tokens":10,"completion_tokens":1000}}""");
    }

    async Task IAsyncLifetime.DisposeAsync() => await _upstream.DisposeAsync();

    /// <summary>Whichever of its names the limit and the client use: the requested, the model's, an alias, the place that serves it, another model at that place.</summary>
    [Theory]
    [InlineData("dear")]
    [InlineData("D*R")]
    [InlineData("dear-alias")]
    [InlineData("p/up")]
    [InlineData("up")]
    [InlineData("p/*")]
    [InlineData("twin")]
    public async Task Budget_of_a_model_holds_under_all_its_names_and_for_no_other(string pattern)
    {
        await using GatewayServer gateway = await StartAsync();
        string key = await gateway.KeyAsync("t", Limits(pattern, "budget_per_day", """{"usd":0.01}"""));
        Assert.Equal(200, await StatusAsync(gateway, key, "dear"));
        foreach (string name in (string[])["dear", "dear-alias", "p/up", "P/UP", "twin", "dear[1m]", "mixed"])
        {
            Told told = await gateway.AskAsync(key, "/v1/messages", Body(name));
            Assert.True(told.Status == 402, $"{name}: {told.Status} {told.Body}");
            Assert.Contains($"for '{pattern}' for the day", told.Error, StringComparison.Ordinal);
            Assert.Contains("0.0101 of 0.01 USD are spent", told.Error, StringComparison.Ordinal);
            Assert.Contains("It resets at ", told.Error, StringComparison.Ordinal);
        }

        Assert.Equal(200, await StatusAsync(gateway, key, "other"));
    }

    [Fact]
    public async Task All_limits_that_fit_hold_and_what_a_model_spends_is_spent_of_the_whole_too()
    {
        await using GatewayServer gateway = await StartAsync();
        string key = await gateway.KeyAsync(
            "t", ""","limits":{"budget_per_day":{"usd":0.02},"models":[{"model":"dear","budget_per_day":{"usd":0.01}},{"model":"*","budget_per_month":{"usd":50}}]}""");
        Assert.Equal(200, await StatusAsync(gateway, key, "dear"));
        Assert.Equal(402, await StatusAsync(gateway, key, "dear"));
        Assert.Equal(200, await StatusAsync(gateway, key, "other"));
        Told told = await gateway.AskAsync(key, "/v1/messages", Body("other"));
        Assert.Equal(402, told.Status);
        Assert.DoesNotContain(" for 'other'", told.Error, StringComparison.Ordinal);

        (string? Model, string Window)[] budgets = [.. (await gateway.AskAsync(key, "/v1/usage", null, "GET")).Json.GetProperty("budgets").EnumerateArray().Select(budget => (
            budget.TryGetProperty("model", out System.Text.Json.JsonElement model) ? model.GetString() : null,
            budget.GetProperty("window").GetString()!))];
        Assert.Equal(["", "dear", "*"], budgets.Select(budget => budget.Model ?? ""));
        Assert.Equal(["day", "day", "month"], budgets.Select(budget => budget.Window));
    }

    [Fact]
    public async Task Team_limits_a_model_for_all_its_keys()
    {
        await using GatewayServer gateway = await StartAsync();
        Assert.Equal(200, (await gateway.AskAsync(GatewayServer.Key, "/manage/teams/many", """{"limits":{"models":[{"model":"dear","budget_per_month":{"usd":0.01}}]}}""", "PATCH")).Status);
        Assert.Equal(200, await StatusAsync(gateway, await gateway.KeyAsync("many"), "dear"));
        Told told = await gateway.AskAsync(await gateway.KeyAsync("many"), "/v1/messages", Body("p/up"));
        Assert.Equal(402, told.Status);
        Assert.Contains("the team 'many' for 'dear'", told.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rate_of_a_model_refuses_by_name_and_is_in_the_headers_where_it_is_the_tightest()
    {
        await using GatewayServer gateway = await StartAsync();
        string key = await gateway.KeyAsync("t", ""","limits":{"requests_per_minute":{"value":50},"models":[{"model":"p/up","requests_per_minute":{"value":2}}]}""");
        using (HttpResponseMessage first = await gateway.SendAsync(HttpMethod.Post, "/v1/messages", Body("dear"), default, ("x-api-key", key)))
        {
            Assert.Equal("2", Assert.Single(first.Headers.GetValues("anthropic-ratelimit-requests-limit")));
        }

        Assert.Equal(200, await StatusAsync(gateway, key, "twin"));
        Told told = await gateway.AskAsync(key, "/v1/messages", Body("dear"));
        Assert.Equal(429, told.Status);
        Assert.Contains("for 'p/up' is 2 requests per minute", told.Error, StringComparison.Ordinal);
        Assert.Equal(429, (await gateway.AskAsync(key, "/v1/messages/count_tokens", Body("dear"))).Status);
        using HttpResponseMessage other = await gateway.SendAsync(HttpMethod.Post, "/v1/messages", Body("other"), default, ("x-api-key", key));
        Assert.Equal((HttpStatusCode.OK, "50"), (other.StatusCode, Assert.Single(other.Headers.GetValues("anthropic-ratelimit-requests-limit"))));
    }

    [Fact]
    public async Task Shadow_limits_of_a_model_are_named_in_the_header_and_refuse_nobody()
    {
        await using GatewayServer gateway = await StartAsync();
        string key = await gateway.KeyAsync(
            "t", ""","limits":{"models":[{"model":"dear","requests_per_minute":{"value":1,"mode":"shadow"},"budget_per_day":{"usd":0.01,"mode":"shadow"}}]}""");
        Assert.Equal(200, await StatusAsync(gateway, key, "dear"));
        using HttpResponseMessage second = await gateway.SendAsync(HttpMethod.Post, "/v1/messages", Body("dear"), default, ("x-api-key", key));
        Assert.Equal(HttpStatusCode.OK, second.StatusCode);
        Assert.Equal("key:dear:requests,key:dear:budget_day", Assert.Single(second.Headers.GetValues("x-gateway-shadow-limits")));
    }

    /// <summary>A model that has none of the limits is changed by itself; the others stay.</summary>
    [Fact]
    public async Task Update_changes_the_limits_of_the_pattern_that_it_names()
    {
        await using GatewayServer gateway = await StartAsync();
        const string made = """{"limits":{"requests_per_minute":{"value":9},"models":[{"model":"a*","budget_per_day":{"usd":1},"requests_per_minute":{"value":3}},{"model":"b/c:1","concurrent_streams":{"value":2}}]}}""";
        foreach ((string change, string expected) in new[]
        {
            (made, """[{"model":"a*","requests_per_minute":{"value":3,"mode":"enforce"},"budget_per_day":{"usd":1,"mode":"enforce"}},{"model":"b/c:1","concurrent_streams":{"value":2,"mode":"enforce"}}]"""),
            ("""{"limits":{"models":[{"model":"A*","budget_per_day":null}]}}""", """[{"model":"a*","requests_per_minute":{"value":3,"mode":"enforce"}},{"model":"b/c:1","concurrent_streams":{"value":2,"mode":"enforce"}}]"""),
            ("""{"limits":{"models":[{"model":"a*","requests_per_minute":null},{"model":"new","budget_for_lifetime":{"usd":2,"mode":"shadow"}}]}}""", """[{"model":"b/c:1","concurrent_streams":{"value":2,"mode":"enforce"}},{"model":"new","budget_for_lifetime":{"usd":2,"mode":"shadow"}}]"""),
            ("""{"limits":{"budget_per_day":{"usd":3}}}""", """[{"model":"b/c:1","concurrent_streams":{"value":2,"mode":"enforce"}},{"model":"new","budget_for_lifetime":{"usd":2,"mode":"shadow"}}]"""),
            ("""{"limits":{"models":null}}""", ""),
        })
        {
            System.Text.Json.JsonElement limits = (await gateway.AskAsync(GatewayServer.Key, "/manage/teams/changing", change, "PATCH")).Json.GetProperty("limits");
            Assert.Equal(expected, limits.TryGetProperty("models", out System.Text.Json.JsonElement models) ? models.GetRawText() : "");
            Assert.Equal(9, limits.GetProperty("requests_per_minute").GetProperty("value").GetInt32());
        }
    }

    [Theory]
    [InlineData("""{"model":"","requests_per_minute":{"value":1}}""", "must have 1 to 100 letters")]
    [InlineData("""{"model":"a b","requests_per_minute":{"value":1}}""", "must have 1 to 100 letters")]
    [InlineData("""{"model":"a,b","requests_per_minute":{"value":1}}""", "must have 1 to 100 letters")]
    [InlineData("""{"model":"ü","requests_per_minute":{"value":1}}""", "must have 1 to 100 letters")]
    [InlineData("""{"model":"a","alert_at":[5]}""", "limits.models[0].alert_at: unknown field.")]
    [InlineData("""{"model":"a","models":[]}""", "limits.models[0].models: unknown field.")]
    [InlineData("""{"requests_per_minute":{"value":1}}""", "limits.models[0].model: Field required.")]
    [InlineData("""{"model":"a","requests_per_minute":{"value":0}}""", "limits.models[0].requests_per_minute.value: must be a whole number, 1 or more.")]
    public async Task What_is_wrong_is_named(string entry, string message)
    {
        await using GatewayServer gateway = await StartAsync();
        Told told = await gateway.AskAsync(GatewayServer.Key, "/manage/keys", $$$"""{"team":"t","limits":{"models":[{{{entry}}}]}}""");
        Assert.Equal(400, told.Status);
        Assert.Contains(message, told.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task There_are_at_most_twenty_patterns()
    {
        await using GatewayServer gateway = await StartAsync();
        foreach ((int count, int status) in new[] { (20, 201), (21, 400) })
        {
            string models = string.Join(',', Enumerable.Range(0, count).Select(i => $$$"""{"model":"m{{{i}}}","requests_per_minute":{"value":1}}"""));
            Assert.Equal(status, (await gateway.AskAsync(GatewayServer.Key, "/manage/keys", $$$"""{"team":"t","limits":{"models":[{{{models}}}]}}""")).Status);
        }
    }

    private static string Limits(string pattern, string limit, string value) => $$$""","limits":{"models":[{"model":"{{{pattern}}}","{{{limit}}}":{{{value}}} }]}""";

    private static string Body(string model) => $$"""{"model":"{{model}}","max_tokens":100,"messages":[{"role":"user","content":"Hello"}]}""";

    private static async Task<int> StatusAsync(GatewayServer gateway, string key, string model) => (await gateway.AskAsync(key, "/v1/messages", Body(model))).Status;

    /// <summary>An answer costs 0.0101 USD.</summary>
    private Task<GatewayServer> StartAsync() => GatewayServer.StartAsync(
    [
        ("Gateway:Providers:p:Kind", "openai"), ("Gateway:Providers:p:BaseUrl", _upstream.Url + "/v1"), ("Gateway:Providers:p:ApiKey", "k"),
        ("Gateway:Providers:q:Kind", "openai"), ("Gateway:Providers:q:BaseUrl", _upstream.Url + "/v1"), ("Gateway:Providers:q:ApiKey", "k"),
        ("Gateway:Models:0:Id", "dear"), ("Gateway:Models:0:Aliases:0", "dear-alias"), ("Gateway:Models:0:Targets:0", "p/up"),
        ("Gateway:Models:0:Price:Input", "10"), ("Gateway:Models:0:Price:Output", "10"),
        ("Gateway:Models:1:Id", "twin"), ("Gateway:Models:1:Targets:0", "p/up"),
        ("Gateway:Models:2:Id", "other"), ("Gateway:Models:2:Targets:0", "q/else"), ("Gateway:Models:2:Price:Input", "10"), ("Gateway:Models:2:Price:Output", "10"),
        ("Gateway:Models:3:Id", "mixed"), ("Gateway:Models:3:Targets:0", "q/else"), ("Gateway:Models:3:Targets:1", "p/up"),
    ]);
}
