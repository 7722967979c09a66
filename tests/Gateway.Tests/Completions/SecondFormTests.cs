using System.Text.Json;
using Gateway.Tests.Support;
using Microsoft.AspNetCore.Http;

namespace Gateway.Tests.Completions;

/// <summary>A provider that offers both forms: Chat Completions at its base URL, and Anthropic's Messages beside it.</summary>
public sealed class SecondFormTests
{
    private const string Messages = """{"model":"m","max_tokens":50,"messages":[{"role":"user","content":"Hello"}]}""";
    private const string Chat = """{"model":"m","messages":[{"role":"user","content":"Hello"}]}""";
    private const string Responses = """{"model":"m","input":"Hello"}""";
    private const string Native = "/anthropic/v1/messages";
    private const string Completions = "/v1/chat/completions";
    private const string Message = """{"id":"msg_up","type":"message","role":"assistant","model":"up","content":[{"type":"text","text":"ok"}],"stop_reason":"end_turn","stop_sequence":null,"usage":{"input_tokens":3,"output_tokens":2}}""";

    [Theory]
    [InlineData("/v1/messages", Messages, null, Native)]
    [InlineData("/v1/messages", Messages, "auto", Native)]
    [InlineData("/v1/messages", Messages, "messages", Native)]
    [InlineData("/v1/messages", Messages, "chat", Completions)]
    [InlineData("/v1/messages", Messages, "responses", "/v1/responses")]
    [InlineData("/v1/chat/completions", Chat, null, Completions)]
    [InlineData("/v1/chat/completions", Chat, "auto", Completions)]
    [InlineData("/v1/chat/completions", Chat, "messages", Native)]
    [InlineData("/v1/responses", Responses, null, Completions)]
    [InlineData("/v1/responses", Responses, "messages", Native)]
    public async Task Client_and_operator_say_which_form_is_called(string path, string body, string? api, string expected)
    {
        await using FakeUpstream upstream = await StartUpstreamAsync();
        await using GatewayServer gateway = await StartAsync(upstream, ("Gateway:Providers:fake:Api", api));
        using HttpResponseMessage response = await gateway.PostAsync(path, body);

        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
        ReceivedRequest seen = Assert.Single(upstream.Received);
        Assert.Equal(expected, seen.Path);
        Assert.Equal("up", seen.Json.GetProperty("model").GetString());
        Assert.Equal(expected == Native, seen.Headers.ContainsKey("x-api-key"));
        Assert.Equal(expected != Native, seen.Headers.ContainsKey("authorization"));
        Assert.Equal(expected == Native, seen.Headers.ContainsKey("anthropic-version"));
    }

    [Theory]
    [InlineData("Gateway:Models:0:Api", "chat", Completions)]
    [InlineData("Gateway:Models:0:Targets:0:Api", "chat", Completions)]
    [InlineData("Gateway:Models:0:Targets:0:Api", "messages", Native)]
    public async Task Word_of_model_and_target_counts_before_the_providers(string key, string api, string expected)
    {
        await using FakeUpstream upstream = await StartUpstreamAsync();
        await using GatewayServer gateway = await StartAsync(
            upstream, ("Gateway:Providers:fake:Api", expected == Native ? "chat" : "messages"), ("Gateway:Models:0:Targets:0", null), ("Gateway:Models:0:Targets:0:Target", "fake/up"), (key, api));
        (await gateway.PostAsync("/v1/messages", Messages)).Dispose();

        Assert.Equal(expected, Assert.Single(upstream.Received).Path);
    }

    [Fact]
    public async Task Auth_that_was_set_holds_for_both_forms_and_each_key_takes_its_turn()
    {
        await using FakeUpstream upstream = await StartUpstreamAsync();
        await using GatewayServer gateway = await StartAsync(
            upstream, ("Gateway:Providers:fake:Auth", "x-api-key"), ("Gateway:Providers:fake:ApiKeys:0", "sk-second"));
        for (int i = 0; i < 40; i++)
        {
            (await gateway.PostAsync(i % 2 == 0 ? "/v1/messages" : "/v1/chat/completions", (i % 2 == 0 ? Messages : Chat).Replace("Hello", $"Hello {i}", StringComparison.Ordinal))).Dispose();
        }

        Assert.Equal(["sk-second", "sk-upstream-secret"], upstream.Received.Select(seen => seen.Headers["x-api-key"]).Distinct().Order());
        Assert.Equal(["sk-second", "sk-upstream-secret"], upstream.Received.Where(seen => seen.Path == Native).Select(seen => seen.Headers["x-api-key"]).Distinct().Order());
    }

    [Theory]
    [InlineData(404, """{"error":{"message":"no such route"}}""")]
    [InlineData(404, "<html><body><h1>404 Not Found</h1></body></html>")]
    [InlineData(404, """{"detail":"Not Found"}""")]
    [InlineData(404, """{"type":"error","error":{"type":"not_found_error","message":"Not Found"}}""")]
    [InlineData(404, "")]
    [InlineData(405, "Method Not Allowed")]
    [InlineData(501, "")]
    [InlineData(400, """{"error":{"message":"The model `up` does not exist","code":"model_not_found"}}""")]
    public async Task Where_the_second_door_is_closed_the_first_is_taken_and_that_is_remembered(int status, string refusal)
    {
        await using FakeUpstream upstream = await StartUpstreamAsync();
        Func<HttpContext, Task> answers = upstream.Answer;
        upstream.Answer = context => context.Request.Path == Native ? FakeUpstream.Json(context, status, refusal) : answers(context);
        await using GatewayServer gateway = await StartAsync(upstream);
        for (int i = 0; i < 2; i++)
        {
            using HttpResponseMessage response = await gateway.PostAsync("/v1/messages", Messages);
            Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
            Assert.Equal("message", (await ReadAsync(response)).GetProperty("type").GetString());
        }

        Assert.Equal([Native, Completions, Completions], upstream.Received.Select(seen => seen.Path));
    }

    [Fact]
    public async Task Form_that_the_operator_chose_stays()
    {
        await using FakeUpstream upstream = await StartUpstreamAsync();
        upstream.Answer = context => FakeUpstream.Json(context, 404, """{"error":{"message":"no such route"}}""");
        await using GatewayServer gateway = await StartAsync(upstream, ("Gateway:Providers:fake:Api", "messages"));
        using HttpResponseMessage response = await gateway.PostAsync("/v1/messages", Messages);

        Assert.Equal(502, (int)response.StatusCode);
        Assert.Contains("Gateway:Providers:fake:MessagesUrl", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(Native, Assert.Single(upstream.Received).Path);
    }

    [Fact]
    public async Task Tokens_are_counted_where_the_request_would_go_or_estimated()
    {
        await using FakeUpstream upstream = await StartUpstreamAsync();
        upstream.Answer = context => FakeUpstream.Json(context, 200, """{"input_tokens":42}""");
        await using GatewayServer gateway = await StartAsync(upstream);
        using HttpResponseMessage counted = await gateway.PostAsync("/v1/messages/count_tokens", Messages);
        Assert.Equal(42, (await ReadAsync(counted)).GetProperty("input_tokens").GetInt32());
        Assert.Equal(Native + "/count_tokens", Assert.Single(upstream.Received).Path);

        upstream.Answer = context => FakeUpstream.Json(context, 404, "{}");
        using HttpResponseMessage estimated = await gateway.PostAsync("/v1/messages/count_tokens", Messages);
        Assert.True(estimated.IsSuccessStatusCode);
        Assert.True(estimated.Headers.Contains("x-gateway-token-count"));
    }

    [Fact]
    public async Task What_only_claude_knows_stays_away_unless_the_model_is_claude()
    {
        await using FakeUpstream upstream = await StartUpstreamAsync();
        await using GatewayServer gateway = await StartAsync(upstream, ("Gateway:Models:1:Id", "c"), ("Gateway:Models:1:Targets:0", "fake/anthropic/claude-opus-5"));
        foreach (string model in (string[])["m", "c"])
        {
            (await gateway.SendAsync(
                HttpMethod.Post,
                "/v1/messages?beta=true",
                $$"""{"model":"{{model}}","max_tokens":50,"context_management":{"edits":[]},"messages":[{"role":"user","content":"Hello"}]}""",
                CancellationToken.None,
                ("x-api-key", GatewayServer.Key),
                ("anthropic-beta", "one-2026"))).Dispose();
        }

        ReceivedRequest[] seen = [.. upstream.Received];
        Assert.False(seen[0].Json.TryGetProperty("context_management", out _));
        Assert.False(seen[0].Headers.ContainsKey("anthropic-beta"));
        Assert.True(seen[1].Json.TryGetProperty("context_management", out _));
        Assert.Equal(("one-2026", "?beta=true"), (seen[1].Headers["anthropic-beta"], seen[1].Query));
    }

    [Fact]
    public async Task Thoughts_go_back_to_who_signed_them_and_stay_away_from_the_next_target()
    {
        await using FakeUpstream first = await StartUpstreamAsync();
        await using FakeUpstream second = await StartUpstreamAsync();
        first.Answer = context => FakeUpstream.Json(context, 200, Message.Replace("""[{"type":"text""", """[{"type":"thinking","thinking":"Hm","signature":"Zm9yZWlnbg=="},{"type":"text""", StringComparison.Ordinal));
        await using GatewayServer gateway = await StartAsync(
            first,
            ("Gateway:Providers:other:Kind", "openai"),
            ("Gateway:Providers:other:BaseUrl", second.Url + "/v1"),
            ("Gateway:Providers:other:MessagesUrl", second.Url + "/anthropic"),
            ("Gateway:Models:0:Targets:1", "other/up"));
        const string next = """{"model":"m","max_tokens":50,"messages":[{"role":"user","content":"Hello"},{"role":"assistant","content":[{"type":"thinking","thinking":"Hm","signature":"Zm9yZWlnbg=="},{"type":"text","text":"ok"}]},{"role":"user","content":"Go on"}]}""";
        (await gateway.PostAsync("/v1/messages", Messages)).Dispose();
        (await gateway.PostAsync("/v1/messages", next)).Dispose();
        Assert.Contains("Zm9yZWlnbg", first.Received.Last().Body, StringComparison.Ordinal);

        first.Answer = context => FakeUpstream.Json(context, 503, "{}");
        using HttpResponseMessage response = await gateway.PostAsync("/v1/messages", next);
        Assert.True(response.IsSuccessStatusCode);
        Assert.DoesNotContain("Zm9yZWlnbg", Assert.Single(second.Received).Body, StringComparison.Ordinal);
        Assert.Contains("dropped=thinking", Assert.Single(response.Headers.GetValues("x-gateway-translation")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Signature_that_is_refused_is_left_out_once()
    {
        await using FakeUpstream upstream = await StartUpstreamAsync();
        upstream.Answer = context => FakeUpstream.Json(context, upstream.Received.Last().Body.Contains("Zm9yZWlnbg", StringComparison.Ordinal) ? 400 : 200, upstream.Received.Last().Body.Contains("Zm9yZWlnbg", StringComparison.Ordinal)
            ? """{"type":"error","error":{"type":"invalid_request_error","message":"messages.1.content.0: Invalid `signature` in `thinking` block"}}"""
            : Message);
        await using GatewayServer gateway = await StartAsync(upstream);
        using HttpResponseMessage response = await gateway.PostAsync(
            "/v1/messages", """{"model":"m","max_tokens":50,"messages":[{"role":"user","content":"Hello"},{"role":"assistant","content":[{"type":"thinking","thinking":"Hm","signature":"Zm9yZWlnbg=="},{"type":"text","text":"ok"}]},{"role":"user","content":"Go on"}]}""");

        Assert.True(response.IsSuccessStatusCode);
        Assert.Equal(2, upstream.Received.Count);
    }

    private static async Task<JsonElement> ReadAsync(HttpResponseMessage response) => JsonElement.Parse(await response.Content.ReadAsStringAsync());

    private static async Task<FakeUpstream> StartUpstreamAsync()
    {
        FakeUpstream upstream = await FakeUpstream.StartAsync();
        upstream.Answer = context => FakeUpstream.Json(context, 200, context.Request.Path.Value switch
        {
            Native => Message,
            "/v1/responses" => """{"id":"resp_1","object":"response","status":"completed","output":[{"type":"message","content":[{"type":"output_text","text":"ok"}]}]}""",
            _ => FakeUpstream.Completion("ok"),
        });
        return upstream;
    }

    private static Task<GatewayServer> StartAsync(FakeUpstream upstream, params (string, string?)[] settings) =>
        GatewayServer.StartAsync(upstream, [("Gateway:Providers:fake:MessagesUrl", upstream.Url + "/anthropic"), .. settings]);
}
