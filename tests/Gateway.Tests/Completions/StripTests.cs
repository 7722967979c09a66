using Gateway.Tests.Support;

namespace Gateway.Tests.Completions;

/// <summary>Betas and fields that stay away from a door to Claude which does not know them.</summary>
public sealed class StripTests
{
    private const string Message = """{"id":"msg_up","type":"message","role":"assistant","model":"claude-opus-5","content":[{"type":"text","text":"ok"}],"stop_reason":"end_turn","stop_sequence":null,"usage":{"input_tokens":3,"output_tokens":2}}""";
    private const string Request = """{"model":"m","max_tokens":50,"inference_geo":"eu","container":"c","top_k":4,"messages":[{"role":"user","content":"Hello"}]}""";

    [Fact]
    public async Task Operators_lines_are_left_out_and_told()
    {
        await using FakeUpstream upstream = await FakeUpstream.StartAsync();
        await using GatewayServer gateway = await StartAsync(
            upstream, ("Gateway:Providers:claude:StripBetas:0", "fast-mode-*"), ("Gateway:Providers:claude:StripBetas:1", "exact-2026"), ("Gateway:Providers:claude:StripFields:0", "inference_geo"));
        using HttpResponseMessage response = await SendAsync(gateway, "/v1/messages", Request, "fast-mode-2026-02-01, context-1m-2025-08-07,exact-2026");

        ReceivedRequest seen = Assert.Single(upstream.Received);
        Assert.Equal("""{"model":"claude-opus-5","max_tokens":50,"container":"c","top_k":4,"messages":[{"role":"user","content":"Hello"}]}""", seen.Body);
        Assert.Equal("context-1m-2025-08-07", seen.Headers["anthropic-beta"]);
        Assert.Equal("dropped=inference_geo,anthropic-beta.fast-mode-2026-02-01,anthropic-beta.exact-2026", Assert.Single(response.Headers.GetValues("x-gateway-translation")));
    }

    [Fact]
    public async Task Door_to_bedrock_has_lines_of_its_own_which_the_operator_takes_back()
    {
        await using FakeUpstream upstream = await FakeUpstream.StartAsync();
        (string, string?)[] bedrock =
        [
            ("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"), ("AWS_SECRET_ACCESS_KEY", "secret-of-aws-0123456789"),
            ("Gateway:Providers:claude:ApiKey", null), ("Gateway:Providers:claude:Auth", "sigv4"), ("Gateway:Providers:claude:Aws:Region", "us-east-1"), ("Gateway:Providers:claude:Aws:Service", "bedrock-mantle"),
        ];
        await using GatewayServer usual = await StartAsync(upstream, bedrock);
        (await SendAsync(usual, "/v1/messages", Request, "fast-mode-2026-02-01")).Dispose();
        Assert.Equal("""{"model":"claude-opus-5","max_tokens":50,"top_k":4,"messages":[{"role":"user","content":"Hello"}]}""", upstream.Received.Last().Body);
        Assert.False(upstream.Received.Last().Headers.ContainsKey("anthropic-beta"));

        await using GatewayServer learned = await StartAsync(upstream, [.. bedrock, ("Gateway:Providers:claude:StripFields:0", "!container"), ("Gateway:Providers:claude:StripBetas:0", "!fast-mode-*")]);
        (await SendAsync(learned, "/v1/messages", Request, "fast-mode-2026-02-01")).Dispose();
        Assert.Contains("\"container\"", upstream.Received.Last().Body, StringComparison.Ordinal);
        Assert.DoesNotContain("inference_geo", upstream.Received.Last().Body, StringComparison.Ordinal);
        Assert.Equal("fast-mode-2026-02-01", upstream.Received.Last().Headers["anthropic-beta"]);
    }

    [Theory]
    [InlineData("Unexpected value(s) `one-2026` for the `anthropic-beta` header. Please consult our documentation.", "two-2026", 3)]
    [InlineData("invalid beta flag", null, 4)]
    public async Task Beta_that_is_refused_is_left_out_and_its_name_is_remembered(string refusal, string? left, int calls)
    {
        await using FakeUpstream upstream = await FakeUpstream.StartAsync();
        await using GatewayServer gateway = await StartAsync(upstream);
        upstream.Answer = context => context.Request.Headers["anthropic-beta"].ToString().Contains("one-2026", StringComparison.Ordinal)
            ? FakeUpstream.Json(context, 400, $$$"""{"type":"error","error":{"type":"invalid_request_error","message":"{{{refusal}}}"}}""")
            : FakeUpstream.Json(context, 200, Message);
        for (int i = 0; i < 2; i++)
        {
            using HttpResponseMessage response = await SendAsync(gateway, "/v1/messages", Request, "one-2026,two-2026");
            Assert.True(response.IsSuccessStatusCode);
            Assert.Contains("anthropic-beta.one-2026", Assert.Single(response.Headers.GetValues("x-gateway-translation")), StringComparison.Ordinal);
        }

        Assert.Equal(calls, upstream.Received.Count);
        Assert.Equal(left, upstream.Received.Last().Headers.GetValueOrDefault("anthropic-beta"));
    }

    [Fact]
    public async Task Anthropics_own_servers_get_every_byte()
    {
        await using FakeUpstream upstream = await FakeUpstream.StartAsync();
        await using GatewayServer gateway = await StartAsync(upstream);
        using HttpResponseMessage response = await SendAsync(gateway, "/v1/messages", Request, "fast-mode-2026-02-01, context-1m-2025-08-07");

        Assert.Equal(Request.Replace("\"m\"", "\"claude-opus-5\"", StringComparison.Ordinal), Assert.Single(upstream.Received).Body);
        Assert.Equal("fast-mode-2026-02-01, context-1m-2025-08-07", Assert.Single(upstream.Received).Headers["anthropic-beta"]);
        Assert.DoesNotContain("dropped", response.Headers.TryGetValues("x-gateway-translation", out IEnumerable<string>? report) ? string.Join(',', report) : "", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/v1/messages/count_tokens", """{"model":"m","inference_geo":"eu","messages":[{"role":"user","content":"Hello"}]}""")]
    [InlineData("/v1/chat/completions", """{"model":"m","inference_geo":"eu","messages":[{"role":"user","content":"Hello"}]}""")]
    public async Task Holds_for_counts_and_for_clients_of_chat(string path, string body)
    {
        await using FakeUpstream upstream = await FakeUpstream.StartAsync();
        await using GatewayServer gateway = await StartAsync(upstream, ("Gateway:Providers:claude:StripFields:0", "inference_geo"));
        (await SendAsync(gateway, path, body, "x-2026")).Dispose();

        Assert.DoesNotContain("inference_geo", Assert.Single(upstream.Received).Body, StringComparison.Ordinal);
    }

    private static Task<HttpResponseMessage> SendAsync(GatewayServer gateway, string path, string body, string betas) =>
        gateway.SendAsync(HttpMethod.Post, path, body, CancellationToken.None, ("x-api-key", GatewayServer.Key), ("anthropic-beta", betas));

    private static Task<GatewayServer> StartAsync(FakeUpstream upstream, params (string, string?)[] settings)
    {
        upstream.Answer = context => FakeUpstream.Json(context, 200, context.Request.Path.Value!.EndsWith("count_tokens", StringComparison.Ordinal) ? """{"input_tokens":3}""" : Message);
        return GatewayServer.StartAsync(
        [
            ("Gateway:Providers:claude:Kind", "anthropic"),
            ("Gateway:Providers:claude:BaseUrl", upstream.Url),
            ("Gateway:Providers:claude:ApiKey", "sk-secret"),
            ("Gateway:Models:0:Id", "m"),
            ("Gateway:Models:0:Targets:0", "claude/claude-opus-5"),
            .. settings,
        ]);
    }
}
