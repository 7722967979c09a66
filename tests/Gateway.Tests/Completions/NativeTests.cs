using System.Text.Json;
using Gateway.Tests.Support;

namespace Gateway.Tests.Completions;

/// <summary>Anthropic on both sides: the gateway checks the key, puts the model's name in, and keeps out of the way.</summary>
public sealed class NativeTests
{
    private const string Request = """{"model":"m", "max_tokens":50,"future_field":{"a":[1, 2.50]},"messages":[{"role":"user","content":[{"type":"future_block","x":1}]}]}""";
    private const string Message = """{"id":"msg_up","type":"message","role":"assistant","model":"claude-up","content":[{"type":"text","text":"ok"}],"stop_reason":"end_turn","stop_sequence":null,"usage":{"input_tokens":3,"output_tokens":2},"future":true}""";

    [Fact]
    public async Task Request_and_answer_pass_byte_for_byte_but_for_the_model()
    {
        await using FakeUpstream upstream = await FakeUpstream.StartAsync();
        upstream.Answer = context =>
        {
            context.Response.Headers["request-id"] = "req_upstream";
            context.Response.Headers["anthropic-ratelimit-requests-remaining"] = "41";
            return FakeUpstream.Json(context, 200, Message);
        };
        await using GatewayServer gateway = await StartAsync(upstream);
        using HttpResponseMessage response = await gateway.SendAsync(
            HttpMethod.Post,
            "/v1/messages?beta=true",
            Request,
            CancellationToken.None,
            ("x-api-key", GatewayServer.Key),
            ("anthropic-version", "2026-10-21"),
            ("anthropic-beta", "one-2026,two-2026"),
            ("anthropic-future", "yes"));

        ReceivedRequest seen = Assert.Single(upstream.Received);
        Assert.Equal("/v1/messages", seen.Path);
        Assert.Equal("?beta=true", seen.Query);
        Assert.Equal(Request.Replace("\"m\"", "\"claude-up\"", StringComparison.Ordinal), seen.Body);
        Assert.Equal("2026-10-21", seen.Headers["anthropic-version"]);
        Assert.Equal("one-2026,two-2026", seen.Headers["anthropic-beta"]);
        Assert.Equal("yes", seen.Headers["anthropic-future"]);
        Assert.Equal("sk-ant-secret", seen.Headers["x-api-key"]);
        Assert.Equal(Message.Replace("claude-up", "m", StringComparison.Ordinal), await response.Content.ReadAsStringAsync());
        Assert.Equal("req_upstream", Assert.Single(response.Headers.GetValues("x-upstream-request-id")));
        Assert.Equal(Assert.Single(response.Headers.GetValues("x-request-id")), Assert.Single(response.Headers.GetValues("request-id")));
        Assert.Equal("41", Assert.Single(response.Headers.GetValues("anthropic-ratelimit-requests-remaining")));
    }

    [Fact]
    public async Task Stream_passes_event_by_event_with_the_alias_in_its_first_event()
    {
        await using FakeUpstream upstream = await FakeUpstream.StartAsync();
        string[] events =
        [
            """{"type":"message_start","message":{"id":"msg_up","type":"message","role":"assistant","model":"claude-up","content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":3,"output_tokens":1}}}""",
            """{"type":"content_block_start","index":0,"content_block":{"type":"future","y":1}}""",
            """{"type":"content_block_stop","index":0}""",
            """{"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":{"output_tokens":2}}""",
            """{"type":"message_stop"}""",
        ];
        upstream.Answer = async context =>
        {
            context.Response.Headers["anthropic-ratelimit-requests-remaining"] = "41";
            await FakeUpstream.BeginStreamAsync(context);
            foreach (string data in events)
            {
                await FakeUpstream.EventAsync(context, data, JsonElement.Parse(data).GetProperty("type").GetString());
            }
        };
        await using GatewayServer gateway = await StartAsync(upstream);
        using HttpResponseMessage response = await gateway.PostAsync("/v1/messages", Request.Replace("\"m\",", "\"m\",\"stream\":true,", StringComparison.Ordinal));

        Assert.Equal("41", Assert.Single(response.Headers.GetValues("anthropic-ratelimit-requests-remaining")));
        string expected = string.Concat(events.Select(data => $"event: {JsonElement.Parse(data).GetProperty("type").GetString()}\ndata: {data}\n\n"));
        Assert.Equal(expected.Replace("claude-up", "m", StringComparison.Ordinal), await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Error_of_the_upstream_passes_unmodified_but_for_the_request_id()
    {
        const string error = """{"type":"error","error":{"type":"invalid_request_error","message":"thinking.adaptive.display: Extra inputs are not permitted"},"request_id":"req_upstream"}""";
        await using FakeUpstream upstream = await FakeUpstream.StartAsync();
        upstream.Answer = context =>
        {
            context.Response.Headers["x-should-retry"] = "false";
            return FakeUpstream.Json(context, 400, error);
        };
        await using GatewayServer gateway = await StartAsync(upstream);
        using HttpResponseMessage response = await gateway.PostAsync("/v1/messages", Request);

        Assert.Equal(400, (int)response.StatusCode);
        string id = Assert.Single(response.Headers.GetValues("request-id"));
        Assert.StartsWith("req_", id, StringComparison.Ordinal);
        Assert.Equal(error.Replace("req_upstream", id, StringComparison.Ordinal), await response.Content.ReadAsStringAsync());
        Assert.Equal("false", Assert.Single(response.Headers.GetValues("x-should-retry")));
    }

    [Fact]
    public async Task Refused_key_of_the_gateway_is_not_shown_as_the_clients()
    {
        await using FakeUpstream upstream = await FakeUpstream.StartAsync();
        upstream.Answer = context => FakeUpstream.Json(context, 401, """{"type":"error","error":{"type":"authentication_error","message":"invalid x-api-key sk-ant-secret"}}""");
        await using GatewayServer gateway = await StartAsync(upstream);
        using HttpResponseMessage response = await gateway.PostAsync("/v1/messages", Request);

        string body = await response.Content.ReadAsStringAsync();
        Assert.Equal(500, (int)response.StatusCode);
        Assert.DoesNotContain("sk-ant", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tokens_are_counted_by_the_upstream()
    {
        await using FakeUpstream upstream = await FakeUpstream.StartAsync();
        upstream.Answer = context => FakeUpstream.Json(context, 200, """{"input_tokens":77}""");
        await using GatewayServer gateway = await StartAsync(upstream);
        using HttpResponseMessage response = await gateway.PostAsync("/v1/messages/count_tokens", """{"model":"m","messages":[{"role":"user","content":"a"}]}""");

        Assert.Equal("""{"input_tokens":77}""", await response.Content.ReadAsStringAsync());
        Assert.False(response.Headers.Contains("x-gateway-token-count"));
        Assert.Equal("/v1/messages/count_tokens", Assert.Single(upstream.Received).Path);
    }

    [Fact]
    public async Task Chat_client_reaches_an_anthropic_upstream()
    {
        await using FakeUpstream upstream = await FakeUpstream.StartAsync();
        upstream.Answer = context => FakeUpstream.Json(context, 200, Message);
        await using GatewayServer gateway = await StartAsync(upstream);
        using HttpResponseMessage response = await gateway.PostAsync("/v1/chat/completions", """{"model":"m","messages":[{"role":"user","content":"a"}]}""");

        JsonElement completion = JsonElement.Parse(await response.Content.ReadAsStringAsync());
        Assert.Equal("chat.completion", completion.GetProperty("object").GetString());
        Assert.Equal("ok", completion.GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString());
        Assert.Equal("2023-06-01", Assert.Single(upstream.Received).Headers["anthropic-version"]);
    }

    private static Task<GatewayServer> StartAsync(FakeUpstream upstream) => GatewayServer.StartAsync(
        ("Gateway:Providers:claude:Kind", "anthropic"),
        ("Gateway:Providers:claude:BaseUrl", upstream.Url),
        ("Gateway:Providers:claude:ApiKey", "sk-ant-secret"),
        ("Gateway:Models:0:Id", "m"),
        ("Gateway:Models:0:Targets:0", "claude/claude-up"));
}
