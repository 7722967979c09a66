using System.Text;
using System.Text.Json;
using Gateway.Tests.Support;

namespace Gateway.Tests.Security;

/// <summary>Keys and addresses in what is neither content nor an error in the usual form: remarks of proxies, other charsets, headers.</summary>
public sealed class UpstreamRemarkTests
{
    private const string Private = "at 10.1.2.3 with " + Upstreams.Key;

    /// <summary>What an upstream may put between the events of its stream.</summary>
    public static TheoryData<string> Remarks =>
    [
        $": proxy {Private}\n\n",
        $"id: {Upstreams.Key}\nretry: 10.1.2.3\n\n",
        $"data: Internal error {Private}\n\n",
        $"Internal error {Private}\n\n",
        $"event: {Upstreams.Key}\ndata: {{}}\n\n",
        $"event: info\r\n: {Private}\r\ndata: {{\"type\":\"info\",\"server\":\"{Private}\"}}\r\n\r\n",
        $"event: content_block_delta\ndata: {{\"error\":{{\"message\":\"{Private}\"}}}}\n\n",
        $"data: {{\"object\":\"error\",\"message\":\"{Private}\",\"code\":400}}\n\n",
        $"data: {{\"detail\":\"{Private}\"}}\n\n",
        $"data: {{\"errors\":[{{\"message\":\"{Private}\"}}]}}\n\n",
        $"data: {{\"\\u0065rror\":{{\"message\":\"{Private}\"}}}}\n\n",
        $"data: {{\"choices\":[{{\"index\":0,\"delta\":{{}},\"error\":{{\"message\":\"caf\u00e9 {Private}\"}}}}]}}\n\n",
        $"data: {{\"choices\":[{{\"index\":0,\"delta\":{{}},\"error\":{{\"message\":\"{Private}\"}}}}],\"x\":{new string('[', 300)}{new string(']', 300)}}}\n\n",
    ];

    [Theory]
    [MemberData(nameof(Remarks))]
    public async Task Remarks_in_a_stream_do_not_pass_as_they_came(string remark)
    {
        foreach ((string path, string kind) in (IEnumerable<(string, string)>)[("/v1/messages", "openai"), ("/v1/messages", "anthropic"), ("/v1/chat/completions", "openai"), ("/v1/chat/completions", "anthropic")])
        {
            await using RawUpstream upstream = RawUpstream.Start(async (stream, stop) =>
                await stream.WriteAsync(Encoding.Latin1.GetBytes($"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n{Upstreams.BegunStream(kind)}{remark}{Upstreams.Delta(kind, "two")}"), stop));
            await using GatewayServer gateway = await Upstreams.StartAsync(kind, upstream.Url);
            using HttpResponseMessage response = await gateway.PostAsync(path, Upstreams.Body(stream: true));
            string answer = await response.Content.ReadAsStringAsync();

            Assert.Contains("one", answer, StringComparison.Ordinal);
            Assert.DoesNotContain("10.1.2.3", answer, StringComparison.Ordinal);
            Assert.DoesNotContain(Upstreams.Key, answer, StringComparison.Ordinal);
        }
    }

    /// <summary>Whoever took away the zeros would have the key.</summary>
    [Theory]
    [InlineData("utf-16")]
    [InlineData("utf-16BE")]
    [InlineData("utf-32")]
    public async Task Errors_in_another_charset_are_not_shown(string charset)
    {
        foreach (string text in (string[])[$"no {Private}", $"{{\"error\":{{\"message\":\"no {Private}\"}}}}"])
        {
            byte[] body = Encoding.GetEncoding(charset).GetBytes(text);
            await using RawUpstream upstream = RawUpstream.Start(async (stream, stop) =>
            {
                await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 400 Bad\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n"), stop);
                await stream.WriteAsync(body, stop);
            });
            await using GatewayServer gateway = await Upstreams.StartAsync("openai", upstream.Url);
            using HttpResponseMessage response = await gateway.PostAsync("/v1/messages", Upstreams.Body(stream: false));

            Assert.Equal("upstream returned HTTP 400", JsonElement.Parse(await response.Content.ReadAsStringAsync()).GetProperty("error").GetProperty("message").GetString());
        }
    }

    [Theory]
    [MemberData(nameof(Upstreams.Ways), MemberType = typeof(Upstreams))]
    public async Task Headers_that_name_hosts_accounts_or_keys_do_not_pass(string path, string kind)
    {
        await using FakeUpstream upstream = await FakeUpstream.StartAsync();
        upstream.Answer = context =>
        {
            context.Response.Headers["x-request-id"] = "vllm-0.vllm.svc.cluster.local-7";
            context.Response.Headers["request-id"] = "sk-proj-abcdefghijklmnop";
            context.Response.Headers["x-ratelimit-limit"] = "10.1.2.3";
            context.Response.Headers["anthropic-ratelimit-unified-representative-claim"] = "org-AbC123dEf456";
            context.Response.Headers["anthropic-ratelimit-requests-reset"] = "2026-11-28T13:38:01Z";
            context.Response.Headers["x-ratelimit-reset-requests"] = "6m0s";
            return FakeUpstream.Json(context, 429, """{"error":{"message":"no"}}""");
        };
        await using GatewayServer gateway = await Upstreams.StartAsync(kind, upstream.Url);
        using HttpResponseMessage response = await gateway.PostAsync(path, Upstreams.Body(stream: false));

        string headers = response.Headers.ToString();
        Assert.All((string[])["cluster.local", "sk-proj", "10.1.2.3", "org-AbC"], text => Assert.DoesNotContain(text, headers, StringComparison.Ordinal));
        bool sameForm = (kind == "anthropic") == (path == "/v1/messages");
        Assert.Equal(sameForm, headers.Contains("13:38:01Z", StringComparison.Ordinal) && headers.Contains("6m0s", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("/v1/chat/completions", "openai")]
    [InlineData("/v1/messages", "anthropic")]
    public async Task Answer_with_something_after_its_end_is_none(string path, string kind)
    {
        await using FakeUpstream upstream = await FakeUpstream.StartAsync();
        string whole = kind == "openai" ? FakeUpstream.Completion("fine") : """{"id":"msg_1","type":"message","role":"assistant","model":"up","content":[],"stop_reason":"end_turn","usage":{"input_tokens":1,"output_tokens":1}}""";
        await using GatewayServer gateway = await Upstreams.StartAsync(kind, upstream.Url);
        foreach ((string after, int status) in (IEnumerable<(string, int)>)[(" \r\n", 200), ("x", 500), (whole, 500), ("]", 500)])
        {
            upstream.Answer = context => FakeUpstream.Json(context, 200, whole + after);
            using HttpResponseMessage response = await gateway.PostAsync(path, Upstreams.Body(stream: false));
            Assert.Equal(status, (int)response.StatusCode);
        }
    }
}
