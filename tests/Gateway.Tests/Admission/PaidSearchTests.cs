using Gateway.Tests.Security;
using Gateway.Tests.Support;

namespace Gateway.Tests.Admission;

/// <summary>
/// Web searches that an upstream takes a fee for, where its tokens cost nothing or what nobody said: a budget that is used up
/// keeps them out, however they are asked for, and what is left of one must hold the fee of one search: 0.01 USD.
/// </summary>
public sealed class PaidSearchTests : IAsyncLifetime
{
    private const string Chat = "/v1/chat/completions";
    private const string Messages = "/v1/messages";
    private const string Responses = "/v1/responses";
    private const string Hello = """ "messages":[{"role":"user","content":"Hello"}] """;
    private FakeUpstream _upstream = null!;

    /// <summary>Each way to ask for a search.</summary>
    public static TheoryData<string, string> Wishes => new()
    {
        { Messages, Hello + ""","tools":[{"type":"web_search_20250305","name":"web_search"}]""" },
        { Messages, Hello + ""","stream":true,"tools":[{"name":"f","input_schema":{"type":"object"}},{"name":"web_search","max_uses":5,"type":"web_search_20260209"}]""" },
        { Messages, Hello + ""","to\u006fls":[{"type":"web\u005fsearch_20250305","name":"web_search"}]""" },
        { Messages, Hello + ""","tools":[{"type":"web_search_20250305","name":"web_search"}],"tools":[]""" },
        { Messages, """ "messages":[{"role":"user","content":[{"type":"text","text":"Hello"},{"type":"tool_addition","tool":{"type":"tool_definition","definition":{"type":"web_search_20250305","name":"web_search"}}}]}] """ },
        { Messages, """ "messages":[{"role":"user","content":[{"type":"compaction","content":"x","tool_changes":[{"type":"tool_addition","tool":{"type":"tool_definition","definition":{"type":"web_search_20250305","name":"web_search"}}}]},{"type":"text","text":"Hello"}]}] """ },
        { Chat, Hello + ""","web_search_options":{}""" },
        { Chat, Hello + ""","stream":true,"web_search_options":{"search_context_size":"low"}""" },
        { Chat, Hello + ""","tools":[{"type":"web_search_20250305","name":"web_search"}]""" },
        { Responses, """ "input":"Hello","tools":[{"type":"web_search"}] """ },
        { Responses, """ "input":"Hello","stream":true,"tools":[{"type":"web_search_preview_2025_03_11"}] """ },
        { Responses, """ "input":[{"type":"additional_tools","tools":[{"type":"web_search"}]},{"role":"user","content":"Hello"}] """ },
    };

    public static TheoryData<string, string> Others => new()
    {
        { Messages, Hello },
        { Messages, Hello + ""","tools":[{"name":"web_search","description":"web_search_20250305","input_schema":{"type":"object"}}]""" },
        { Chat, """ "messages":[{"role":"user","content":"web_search_options"}],"web_search_options":null """ },
        { Chat, Hello + ""","tools":[{"type":"function","function":{"name":"web_search","parameters":{"type":"object"}}}]""" },
        { Responses, """ "input":[{"role":"user","content":"Hello"},{"type":"web_search_call","id":"ws_1","status":"completed"},{"role":"user","content":"More"}] """ },
    };

    async Task IAsyncLifetime.InitializeAsync()
    {
        _upstream = await FakeUpstream.StartAsync();
        _upstream.Answer = context => FakeUpstream.Json(context, 200, context.Request.Path.Value!.EndsWith("/messages", StringComparison.Ordinal)
            ? """{"id":"msg_1","type":"message","role":"assistant","model":"up","content":[{"type":"text","text":"ok"}],"stop_reason":"end_turn","usage":{"input_tokens":10,"output_tokens":1000,"server_tool_use":{"web_search_requests":2}}}"""
            : """{"choices":[{"index":0,"message":{"role":"assistant","content":"ok"},"finish_reason":"stop"}],"usage":{"prompt_tokens":10,"completion_tokens":1000}}""");
    }

    async Task IAsyncLifetime.DisposeAsync() => await _upstream.DisposeAsync();

    [Theory]
    [MemberData(nameof(Wishes))]
    public async Task Search_with_a_fee_is_kept_out_once_the_budget_is_used_up(string path, string rest)
    {
        await using GatewayServer gateway = await StartAsync();
        string poor = await gateway.KeyAsync("t", ""","limits":{"budget_per_day":{"usd":0.01}}""");
        Assert.Equal(200, (await gateway.AskAsync(poor, Messages, Body("dear", Hello))).Status);

        // Nobody has spent anything of this one, and half a search does not fit.
        string small = await gateway.KeyAsync("t", ""","limits":{"budget_per_day":{"usd":0.005}}""");
        int calls = _upstream.Received.Count;
        foreach (string key in (string[])[poor, small])
        {
            foreach (string model in (string[])["gift", "unheard", "falls", "c/gift"])
            {
                Told told = await gateway.AskAsync(key, path, Body(model, rest));
                Assert.True(told.Status is 402 or 429 && told.Error.Contains("is used up", StringComparison.Ordinal), $"{model}: {told.Status} {told.Body}");
            }
        }

        Assert.Equal(calls, _upstream.Received.Count);
        string rich = await gateway.KeyAsync("t", ""","limits":{"budget_per_day":{"usd":5}}""");
        foreach ((string key, string model) in ((string, string)[])[(poor, "waived"), (rich, "gift"), (rich, "unheard")])
        {
            Told told = await gateway.AskAsync(key, path, Body(model, rest));
            Assert.True(told.Status == 200, $"{model}: {told.Status} {told.Body}");
        }
    }

    [Theory]
    [MemberData(nameof(Others))]
    public async Task What_searches_nothing_stays_free(string path, string rest)
    {
        await using GatewayServer gateway = await StartAsync();
        string key = await gateway.KeyAsync("t", ""","limits":{"budget_per_day":{"usd":0.01}}""");
        Assert.Equal(200, (await gateway.AskAsync(key, Messages, Body("dear", Hello))).Status);
        foreach (string model in (string[])["gift", "unheard"])
        {
            Told told = await gateway.AskAsync(key, path, Body(model, rest));
            Assert.True(told.Status == 200, $"{model}: {told.Status} {told.Body}");
        }
    }

    /// <summary>They search for each answer, asked to or not.</summary>
    [Theory]
    [InlineData("seeks", 402)]
    [InlineData("plain", 200)]
    public async Task Model_that_always_searches_costs_its_fee(string model, int status)
    {
        await using GatewayServer gateway = await StartAsync();
        string key = await gateway.KeyAsync("t", ""","limits":{"budget_per_day":{"usd":0.02}}""");
        Assert.Equal(status, (await gateway.AskAsync(key, Messages, Body(model, Hello))).Status);
        Assert.Equal(status, (await gateway.AskAsync(key, Messages, Body($"p/{(model == "seeks" ? "gpt-4o-search-preview" : model)}", Hello))).Status);
    }

    /// <summary>What the tokens cost nobody said; what two searches cost is known, and counts.</summary>
    [Fact]
    public async Task Fee_counts_also_where_the_tokens_have_no_price()
    {
        await using GatewayServer gateway = await StartAsync();
        string key = await gateway.KeyAsync("t", ""","limits":{"budget_per_day":{"usd":0.025}}""");
        string search = Body("unheard", Hello + ""","tools":[{"type":"web_search_20250305","name":"web_search"}]""");
        using (HttpResponseMessage answer = await gateway.SendAsync(HttpMethod.Post, Messages, search, default, ("x-api-key", key)))
        {
            Assert.Equal("0.02", Assert.Single(answer.Headers.GetValues("x-gateway-cost-usd")));
            string id = Assert.Single(answer.Headers.GetValues("request-id"));
            Told told = await Patience.UntilAsync(() => gateway.AskAsync(GatewayServer.Key, $"/manage/requests/{id}", null, "GET"), receipt => receipt.Status == 200);
            Assert.Contains(told.Json.GetProperty("bill").GetProperty("unpriced").EnumerateArray(), what => what.GetString() == "tokens");
            Assert.Contains("its tokens are not in the cost", told.Json.GetProperty("notes").ToString(), StringComparison.Ordinal);
        }

        Assert.Equal(402, (await gateway.AskAsync(key, Messages, search)).Status);
        Assert.Equal(200, (await gateway.AskAsync(key, Messages, Body("unheard", Hello))).Status);
    }

    private static string Body(string model, string rest) => $$"""{"model":"{{model}}","max_tokens":100,{{rest}}}""";

    /// <summary>An answer of the dear model costs 0.0101 USD.</summary>
    private Task<GatewayServer> StartAsync() => GatewayServer.StartAsync(
        ("Gateway:Providers:p:Kind", "openai"), ("Gateway:Providers:p:BaseUrl", _upstream.Url + "/v1"), ("Gateway:Providers:p:Billing", "openai"),
        ("Gateway:Providers:c:Kind", "anthropic"), ("Gateway:Providers:c:BaseUrl", _upstream.Url), ("Gateway:Providers:c:Billing", "anthropic"),
        ("Gateway:Models:0:Id", "dear"), ("Gateway:Models:0:Targets:0", "p/up"), ("Gateway:Models:0:Price:Input", "10"), ("Gateway:Models:0:Price:Output", "10"),
        ("Gateway:Models:1:Id", "gift"), ("Gateway:Models:1:Targets:0", "c/gift"), ("Gateway:Models:1:Price:Input", "0"), ("Gateway:Models:1:Price:Output", "0"),
        ("Gateway:Models:2:Id", "unheard"), ("Gateway:Models:2:Targets:0", "c/unheard"),
        ("Gateway:Models:3:Id", "waived"), ("Gateway:Models:3:Targets:0", "c/waived"), ("Gateway:Models:3:Price:Input", "0"), ("Gateway:Models:3:Price:Output", "0"), ("Gateway:Models:3:Price:WebSearch", "0"),
        ("Gateway:Models:4:Id", "falls"), ("Gateway:Models:4:Targets:0", "p/plain"), ("Gateway:Models:4:Targets:1", "c/gift"),
        ("Gateway:Models:5:Id", "plain"), ("Gateway:Models:5:Targets:0", "p/plain"), ("Gateway:Models:5:Price:Input", "0"), ("Gateway:Models:5:Price:Output", "0"),
        ("Gateway:Models:6:Id", "seeks"), ("Gateway:Models:6:Targets:0", "p/gpt-4o-search-preview"), ("Gateway:Models:6:Price:Input", "0"), ("Gateway:Models:6:Price:Output", "0"));
}
