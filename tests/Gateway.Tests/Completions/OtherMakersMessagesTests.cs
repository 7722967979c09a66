using Gateway.Tests.Support;

namespace Gateway.Tests.Completions;

/// <summary>Anthropic's form at servers whose models are not Claude.</summary>
public sealed class OtherMakersMessagesTests
{
    private const string Message = """{"id":"msg_up","type":"message","role":"assistant","model":"up","content":[{"type":"text","text":"ok"}],"stop_reason":"end_turn","stop_sequence":null,"usage":{"input_tokens":3,"output_tokens":2}}""";
    private const string Request = """{"model":"m","max_tokens":50,"context_management":{"edits":[]},"tools":[{"name":"read","input_schema":{"type":"object"},"strict":true}],"messages":[{"role":"user","content":"Hello"}]}""";

    [Fact]
    public async Task What_only_claude_knows_stays_away_and_the_key_goes_where_it_is_wanted()
    {
        await using FakeUpstream upstream = await FakeUpstream.StartAsync();
        upstream.Answer = context => FakeUpstream.Json(context, 200, Message);
        await using GatewayServer gateway = await StartAsync(upstream, ("Gateway:Providers:other:Profile:anthropicFields", "false"));
        using HttpResponseMessage response = await gateway.SendAsync(
            HttpMethod.Post, "/v1/messages?beta=true", Request, CancellationToken.None, ("x-api-key", GatewayServer.Key), ("anthropic-version", "2026-10-21"), ("anthropic-beta", "one-2026"));

        ReceivedRequest seen = Assert.Single(upstream.Received);
        Assert.Equal("", seen.Query);
        Assert.Equal("""{"model":"up","max_tokens":50,"tools":[{"name":"read","input_schema":{"type":"object"}}],"messages":[{"role":"user","content":"Hello"}]}""", seen.Body);
        Assert.Equal("2023-06-01", seen.Headers["anthropic-version"]);
        Assert.False(seen.Headers.ContainsKey("anthropic-beta"));
        Assert.Equal("Bearer sk-secret", seen.Headers["authorization"]);
        Assert.False(seen.Headers.ContainsKey("x-api-key"));
        Assert.Equal("wrkspc_1", seen.Headers["anthropic-workspace-id"]);
        string report = Assert.Single(response.Headers.GetValues("x-gateway-translation"));
        Assert.Equal("dropped=context_management,tools.strict,anthropic-beta", report);
    }

    [Fact]
    public async Task Chat_clients_send_nothing_there_that_only_claude_knows()
    {
        await using FakeUpstream upstream = await FakeUpstream.StartAsync();
        upstream.Answer = context => FakeUpstream.Json(context, 200, Message);
        await using GatewayServer gateway = await StartAsync(upstream, ("Gateway:Providers:other:Profile:anthropicFields", "false"));
        using HttpResponseMessage response = await gateway.PostAsync(
            "/v1/chat/completions",
            """{"model":"m","messages":[{"role":"user","content":"Hello"}],"tools":[{"type":"function","function":{"name":"read","strict":true,"parameters":{"type":"object","properties":{},"additionalProperties":false}}}]}""");

        Assert.True(response.IsSuccessStatusCode);
        Assert.DoesNotContain("\"strict\"", Assert.Single(upstream.Received).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Header_of_the_operator_wins_over_the_clients()
    {
        await using FakeUpstream upstream = await FakeUpstream.StartAsync();
        upstream.Answer = context => FakeUpstream.Json(context, 200, Message);
        await using GatewayServer gateway = await StartAsync(upstream, ("Gateway:Providers:other:Headers:anthropic-beta", "mine"));
        using HttpResponseMessage response = await gateway.SendAsync(
            HttpMethod.Post, "/v1/messages", Request, CancellationToken.None, ("x-api-key", GatewayServer.Key), ("anthropic-beta", "theirs"));

        Assert.Equal("mine", Assert.Single(upstream.Received).Headers["anthropic-beta"]);
    }

    [Theory]
    [InlineData(404)]
    [InlineData(405)]
    [InlineData(501)]
    public async Task Server_that_cannot_count_is_not_asked_again(int status)
    {
        await using FakeUpstream upstream = await FakeUpstream.StartAsync();
        upstream.Answer = context => FakeUpstream.Json(context, status, """{"error":"no such route"}""");
        FakeClock time = new();
        await using GatewayServer gateway = await GatewayServer.StartAsync(time, Settings(upstream));
        for (int i = 0; i < 3; i++)
        {
            using HttpResponseMessage count = await gateway.PostAsync("/v1/messages/count_tokens", Request);
            Assert.Equal(200, (int)count.StatusCode);
            Assert.True(count.Headers.Contains("x-gateway-token-count"));
        }

        Assert.Single(upstream.Received);
        time.AdvanceSeconds(3601);
        (await gateway.PostAsync("/v1/messages/count_tokens", Request)).Dispose();
        Assert.Equal(2, upstream.Received.Count);
    }

    private static Task<GatewayServer> StartAsync(FakeUpstream upstream, params (string, string?)[] settings) =>
        GatewayServer.StartAsync([.. Settings(upstream), .. settings]);

    private static (string, string?)[] Settings(FakeUpstream upstream) =>
    [
        ("Gateway:Providers:other:Kind", "anthropic"),
        ("Gateway:Providers:other:BaseUrl", upstream.Url),
        ("Gateway:Providers:other:ApiKey", "sk-secret"),
        ("Gateway:Providers:other:Auth", "bearer"),
        ("Gateway:Providers:other:Headers:anthropic-workspace-id", "wrkspc_1"),
        ("Gateway:Models:0:Id", "m"),
        ("Gateway:Models:0:Targets:0", "other/up"),
    ];
}
