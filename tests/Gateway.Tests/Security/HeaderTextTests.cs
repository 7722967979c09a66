using System.Net;
using System.Text;
using Gateway.Tests.Support;

namespace Gateway.Tests.Security;

/// <summary>Text that cannot stand in a header must not turn an answer that was paid for into a 500.</summary>
public sealed class HeaderTextTests
{
    [Theory]
    [InlineData("/v1/messages", false)]
    [InlineData("/v1/messages", true)]
    [InlineData("/v1/chat/completions", false)]
    [InlineData("/v1/chat/completions", true)]
    public async Task Model_of_any_name_is_answered_and_named_in_ascii(string path, bool stream)
    {
        await using FakeUpstream upstream = await FakeUpstream.StartAsync();
        await using GatewayServer gateway = await GatewayServer.StartAsync(upstream,
            ("Gateway:Models:0:Id", "gpt-*"), ("Gateway:Models:0:Targets:0", "fake/*"),
            ("Gateway:Models:1:Id", "alias"), ("Gateway:Models:1:Targets:0", "fake/mü 😀"));
        foreach ((string model, string named) in new[] { ("gpt-ü", "fake/gpt-%C3%BC"), ("alias", "fake/m%C3%BC %F0%9F%98%80"), ("fake/ñ", "fake/%C3%B1") })
        {
            using HttpResponseMessage response = await gateway.PostAsync(path, Upstreams.Body(stream, model));
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            Assert.Equal(named, Assert.Single(response.Headers.GetValues("x-gateway-upstream")));
        }
    }

    [Fact]
    public async Task Report_of_a_translation_is_told_in_ascii()
    {
        await using FakeUpstream upstream = await FakeUpstream.StartAsync();
        await using GatewayServer gateway = await GatewayServer.StartAsync(upstream);
        using HttpResponseMessage response = await gateway.PostAsync("/v1/messages", """{"model":"m","max_tokens":5,"output_config":{"effort":"ü"},"tool_choice":{"type":"ü"},"messages":[{"role":"user","content":[{"type":"text","text":"a"},{"type":"é\r\nx: y","z":1}]}],"tools":[{"type":"ü_20260101","name":"u"}]}""");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        string report = Assert.Single(response.Headers.GetValues("x-gateway-translation"));
        Assert.Contains("changed=block:unknown", report, StringComparison.Ordinal);
        Assert.All(report, c => Assert.InRange(c, ' ', '~'));
        Assert.False(response.Headers.Contains("x"));
    }

    [Theory]
    [InlineData(200, "x-request-id: é")]
    [InlineData(200, "x-ratelimit-remaining-requests: é")]
    [InlineData(200, "retry-after: é")]
    [InlineData(429, "retry-after: é")]
    [InlineData(429, "retry-after-ms: é")]
    [InlineData(503, "x-ratelimit-reset-tokens: 9999-12-31T23:59:59.5Z")]
    [InlineData(200, "x-ratelimit-reset-tokens: 0001-01-01T00:00:00+14:00")]
    [InlineData(200, "Content-Type: application/jsön")]
    [InlineData(400, "Content-Type: application/jsön")]
    public async Task Strange_headers_of_an_upstream_are_dropped(int status, string header)
    {
        string body = status == 200 ? FakeUpstream.Completion("ok") : """{"error":{"message":"no"}}""";
        string type = header.StartsWith("Content-Type", StringComparison.Ordinal) ? "" : "Content-Type: application/json\r\n";
        await using RawUpstream upstream = RawUpstream.Start($"HTTP/1.1 {status} X\r\n{type}{header}\r\nContent-Length: {body.Length}\r\n\r\n{body}");
        await using GatewayServer gateway = await Upstreams.StartAsync("openai", upstream.Url);
        foreach (string path in (string[])["/v1/messages", "/v1/chat/completions"])
        {
            using HttpResponseMessage response = await gateway.PostAsync(path, Upstreams.Body(stream: false));
            Assert.Equal(status == 503 && path == "/v1/messages" ? 529 : status, (int)response.StatusCode);
            Assert.Equal("application/json", response.Content.Headers.ContentType!.ToString());
            Assert.False(response.Headers.Contains("retry-after"));
        }
    }

    [Fact]
    public async Task Clients_headers_that_cannot_be_sent_on_are_left_out()
    {
        await using FakeUpstream upstream = await FakeUpstream.StartAsync();
        upstream.Answer = context => FakeUpstream.Json(context, 200, """{"id":"msg_1","type":"message","role":"assistant","model":"up","content":[],"stop_reason":"end_turn","usage":{"input_tokens":1,"output_tokens":1}}""");
        await using GatewayServer gateway = await Upstreams.StartAsync("anthropic", upstream.Url);
        foreach (string path in (string[])["/v1/messages", "/v1/chat/completions", "/v1/messages/count_tokens"])
        {
            int status = await SendAsync(gateway, path, "anthropic-beta: one-2026,béta,two-2026", "anthropic-versión: x", "anthropic-other: é", "tracestate: é=é", "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "user-agent: é");
            Assert.Contains(status, (int[])[200, 400]);
            status = await SendAsync(gateway, path, "anthropic-beta: one-2026,béta,two-2026", "anthropic-other: é", "tracestate: é=é", "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "user-agent: é");
            Assert.Equal(200, status);
            ReceivedRequest seen = upstream.Received.Last();
            Assert.Equal("one-2026,two-2026", seen.Headers["anthropic-beta"]);
            Assert.False(seen.Headers.ContainsKey("anthropic-other"));
        }
    }

    /// <summary>Written by hand: the client of .NET refuses to send what cannot be sent.</summary>
    private static async Task<int> SendAsync(GatewayServer gateway, string path, params string[] headers)
    {
        string body = Upstreams.Body(stream: false);
        return await RawClient.StatusAsync(gateway.Url, Encoding.UTF8.GetBytes(
            $"POST {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nx-api-key: {GatewayServer.Key}\r\nContent-Type: application/json\r\n{string.Concat(headers.Select(h => h + "\r\n"))}Content-Length: {body.Length}\r\n\r\n{body}"));
    }
}
