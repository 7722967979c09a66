using System.Net;
using Gateway.Tests.Security;
using Gateway.Tests.Support;

namespace Gateway.Tests.Admission;

/// <summary>Ways around a budget that is used up: dear targets behind others, other names of what is priced, and what has no price.</summary>
public sealed class WalkAroundTests : IAsyncLifetime
{
    private const string Budget = ""","limits":{"budget_per_day":{"usd":0.01}}""";
    private FakeUpstream _upstream = null!;

    public static TheoryData<string, string> Roads => new()
    {
        { "/v1/messages", "" }, { "/v1/messages", ",\"stream\":true" }, { "/v1/chat/completions", "" }, { "/v1/chat/completions", ",\"stream\":true" },
    };

    async Task IAsyncLifetime.InitializeAsync()
    {
        _upstream = await FakeUpstream.StartAsync();
        _upstream.Answer = context => FakeUpstream.Json(context, 200, Answer("stop", 1000));
    }

    async Task IAsyncLifetime.DisposeAsync() => await _upstream.DisposeAsync();

    [Theory]
    [MemberData(nameof(Roads))]
    public async Task Nothing_that_costs_is_called_once_the_budget_is_used_up(string path, string rest)
    {
        await using GatewayServer gateway = await StartAsync();
        string key = await UsedUpAsync(gateway);
        int calls = _upstream.Received.Count;
        foreach (string model in (string[])["dear", "second", "falls", "tiny", "p/up", "P/up", "p/UP", "p/tiny"])
        {
            for (int i = 0; i < 3; i++)
            {
                Told told = await gateway.AskAsync(key, path, Body(model, rest));
                Assert.True(told.Status is 402 or 429, $"{model}: {told.Status} {told.Body}");
            }
        }

        Assert.Equal(calls, _upstream.Received.Count);
        Assert.Equal(200, (await gateway.AskAsync(key, path, Body("gift", rest))).Status);
    }

    /// <summary>What an answer cost that was of no use is money that the next may not spend again.</summary>
    [Fact]
    public async Task Next_target_is_not_asked_when_the_answer_before_it_has_used_the_budget_up()
    {
        _upstream.Answer = context => FakeUpstream.Json(context, 200, Answer("content_filter", 1000));
        await using GatewayServer gateway = await StartAsync(("Gateway:Models:0:OnContentFilter", "next"), ("Gateway:Models:0:Targets:1", "p/other"));
        string key = await gateway.KeyAsync("t", Budget);
        Told told = await gateway.AskAsync(key, "/v1/messages", Body("dear"));
        Assert.Equal((402, 1), (told.Status, _upstream.Received.Count));
        Assert.Contains("is used up", told.Error, StringComparison.Ordinal);

        string rich = await gateway.KeyAsync("t", ""","limits":{"budget_per_day":{"usd":10}}""");
        Assert.Equal(200, (await gateway.AskAsync(rich, "/v1/messages", Body("dear"))).Status);
        Assert.Equal(3, _upstream.Received.Count);
    }

    /// <summary>Four requests cost 0.0808 USD; what was held for their second targets would use up the rest.</summary>
    [Fact]
    public async Task What_was_held_for_a_second_target_is_free_again_when_the_request_is_over()
    {
        _upstream.Answer = context => FakeUpstream.Json(context, 200, Answer("content_filter", 1000));
        await using GatewayServer gateway = await StartAsync(("Gateway:Models:0:OnContentFilter", "next"), ("Gateway:Models:0:Targets:1", "p/other"));
        string key = await gateway.KeyAsync("t", ""","limits":{"budget_per_day":{"usd":0.1}}""");
        for (int i = 1; i <= 4; i++)
        {
            Assert.Equal(200, (await gateway.AskAsync(key, "/v1/messages", Body("dear"))).Status);
            Assert.Equal(2 * i, _upstream.Received.Count);
        }
    }

    [Fact]
    public async Task Direct_route_takes_what_the_model_says_that_names_its_target()
    {
        await using GatewayServer gateway = await StartAsync(("Gateway:Models:0:ContextWindow", "5000"), ("Gateway:Models:0:MaxOutputTokens", "50"));
        string key = await gateway.KeyAsync("t");
        foreach (string model in (string[])["dear", "p/up", "P/up"])
        {
            Assert.Equal(200, (await gateway.AskAsync(key, "/v1/messages", Body(model))).Status);
            Assert.Equal(50, _upstream.Received.Last().Json.GetProperty("max_completion_tokens").GetInt32());
            Told told = await gateway.AskAsync(key, $"/v1/models/{model}", null, "GET");
            Assert.Equal((5000, 50), (told.Json.GetProperty("max_input_tokens").GetInt32(), told.Json.GetProperty("max_tokens").GetInt32()));
        }
    }

    [Theory]
    [InlineData("on", 200, 200)]
    [InlineData("priced", 200, 404)]
    [InlineData("OFF", 404, 404)]
    public async Task Operator_says_which_direct_routes_there_are(string setting, int priced, int unpriced)
    {
        await using GatewayServer gateway = await StartAsync(("Gateway:DirectRoutes", setting));
        string key = await gateway.KeyAsync("t");
        foreach ((string model, int status) in new[] { ("p/up", priced), ("p/unheard-of", unpriced) })
        {
            Told told = await gateway.AskAsync(key, "/v1/messages", Body(model));
            Assert.Equal(status, told.Status);
            Assert.Equal(status, (await gateway.AskAsync(key, $"/v1/models/{model.Replace("/", "%2F", StringComparison.Ordinal)}", null, "GET")).Status);
            Assert.Equal(status, (await gateway.AskAsync(key, "/v1/messages/count_tokens", Body(model))).Status);
            if (status == 404)
            {
                Assert.Contains(model == "p/up" ? "ask for dear or second" : "This key may use dear, second", told.Error, StringComparison.Ordinal);
            }
        }

        Assert.Equal(200, (await gateway.AskAsync(key, "/v1/messages", Body("dear"))).Status);
    }

    /// <summary>To whom a provider is forbidden, nothing is told of it.</summary>
    [Fact]
    public async Task Refused_direct_route_tells_strangers_of_a_provider_nothing()
    {
        await using GatewayServer gateway = await StartAsync(("Gateway:DirectRoutes", "off"));
        string key = await gateway.KeyAsync("t", ""","providers":["other"]""");
        Assert.Equal("model: p/up. This key may use none of the models that this gateway names. Ask its operator.", (await gateway.AskAsync(key, "/v1/messages", Body("p/up"))).Error);
    }

    [Theory]
    [MemberData(nameof(Roads))]
    public async Task What_has_no_price_is_not_for_callers_whose_budget_must_count_it(string path, string rest)
    {
        await using GatewayServer gateway = await StartAsync(("Gateway:Unpriced", "refuse"));
        string poor = await gateway.KeyAsync("t", ""","limits":{"budget_per_day":{"usd":5}}""");
        foreach (string model in (string[])["unheard", "p/anything"])
        {
            Told told = await gateway.AskAsync(poor, path, Body(model, rest));
            Assert.Equal(403, told.Status);
            Assert.Contains($"Nobody said what the model '{model}' costs", told.Error, StringComparison.Ordinal);
            Assert.Contains("Gateway:Models:<n>:Price", told.Error, StringComparison.Ordinal);
        }

        Assert.Empty(_upstream.Received);
        using HttpResponseMessage mixed = await gateway.SendAsync(HttpMethod.Post, path, Body("mixed", rest), default, ("x-api-key", poor));
        Assert.Equal(HttpStatusCode.OK, mixed.StatusCode);
        Assert.Equal("p/up", Assert.Single(mixed.Headers.GetValues("x-gateway-upstream")));
        Assert.Contains("p/unheard skipped", Assert.Single(mixed.Headers.GetValues("x-gateway-attempts")), StringComparison.Ordinal);

        // Whom no budget counts, or one that only reports.
        foreach (string key in (string[])[await gateway.KeyAsync("t"), await gateway.KeyAsync("t", ""","limits":{"budget_per_day":{"usd":5,"mode":"shadow"}}""")])
        {
            Assert.Equal(200, (await gateway.AskAsync(key, path, Body("unheard", rest))).Status);
        }

        await gateway.AskAsync(GatewayServer.Key, "/manage/teams/counted", """{"limits":{"budget_per_month":{"usd":5}}}""", "PATCH");
        Assert.Equal(403, (await gateway.AskAsync(await gateway.KeyAsync("counted"), path, Body("unheard", rest))).Status);
    }

    [Fact]
    public async Task Whoever_sets_a_budget_is_told_what_it_cannot_count()
    {
        await using GatewayServer gateway = await StartAsync();
        foreach ((string method, string path, string body) in new[]
        {
            ("POST", "/manage/keys", """{"team":"t","limits":{"budget_per_day":{"usd":1}}}"""), ("PATCH", "/manage/teams/t", """{"limits":{"budget_per_day":{"usd":1}}}"""),
        })
        {
            string warning = Assert.Single((await gateway.AskAsync(GatewayServer.Key, path, body, method)).Json.GetProperty("warnings").EnumerateArray()).GetString()!;
            Assert.Contains("No price is known for unheard, mixed:", warning, StringComparison.Ordinal);
            Assert.Contains("Gateway:Models:<n>:Price", warning, StringComparison.Ordinal);
        }

        Assert.False((await gateway.AskAsync(GatewayServer.Key, "/manage/keys", """{"team":"t","limits":{"requests_per_minute":{"value":1}}}""")).Json.TryGetProperty("warnings", out _));
    }

    private static string Body(string model, string rest = "") => $$"""{"model":"{{model}}","max_tokens":100{{rest}},"messages":[{"role":"user","content":"Hello"}]}""";

    private static string Answer(string reason, int tokens) =>
        $$$"""{"id":"c","object":"chat.completion","choices":[{"index":0,"message":{"role":"assistant","content":"{{{(reason == "stop" ? "ok" : "")}}}"},"finish_reason":"{{{reason}}}"}],"usage":{"prompt_tokens":10,"completion_tokens":{{{tokens}}}}}""";

    private static async Task<string> UsedUpAsync(GatewayServer gateway)
    {
        string key = await gateway.KeyAsync("t", Budget);
        Assert.Equal(200, (await gateway.AskAsync(key, "/v1/messages", Body("dear"))).Status);
        Assert.Equal(402, (await gateway.AskAsync(key, "/v1/messages", Body("dear"))).Status);
        return key;
    }

    /// <summary>An answer costs 0.0101 USD at the dear price.</summary>
    private Task<GatewayServer> StartAsync(params (string Key, string? Value)[] settings) => GatewayServer.StartAsync(
    [
        ("Gateway:Providers:p:Kind", "openai"), ("Gateway:Providers:p:BaseUrl", _upstream.Url + "/v1"), ("Gateway:Providers:p:ApiKey", "k"),
        ("Gateway:Providers:down:Kind", "openai"), ("Gateway:Providers:down:BaseUrl", "http://127.0.0.1:9/v1"), ("Gateway:Providers:down:ApiKey", "k"),
        ("Gateway:Models:0:Id", "dear"), ("Gateway:Models:0:Targets:0", "p/up"), ("Gateway:Models:0:Price:Input", "10"), ("Gateway:Models:0:Price:Output", "10"),
        ("Gateway:Models:1:Id", "second"), ("Gateway:Models:1:Targets:0", "down/x"), ("Gateway:Models:1:Targets:1", "p/up"),
        ("Gateway:Models:1:Targets:0:Price:Input", "0"), ("Gateway:Models:1:Targets:0:Price:Output", "0"),
        ("Gateway:Models:2:Id", "tiny"), ("Gateway:Models:2:Targets:0", "p/tiny"), ("Gateway:Models:2:Price:Input", "0"), ("Gateway:Models:2:Price:Output", "0.0001"),
        ("Gateway:Models:3:Id", "gift"), ("Gateway:Models:3:Targets:0", "p/gift"), ("Gateway:Models:3:Price:Input", "0"), ("Gateway:Models:3:Price:Output", "0"),
        ("Gateway:Models:4:Id", "unheard"), ("Gateway:Models:4:Targets:0", "p/unheard"),
        ("Gateway:Models:5:Id", "mixed"), ("Gateway:Models:5:Targets:0", "p/unheard"), ("Gateway:Models:5:Targets:1", "p/up"),
        ("Gateway:Models:6:Id", "falls"), ("Gateway:Models:6:Targets:0", "p/up"), ("Gateway:Models:6:Targets:1", "p/gift"),
        .. settings,
    ]);
}
