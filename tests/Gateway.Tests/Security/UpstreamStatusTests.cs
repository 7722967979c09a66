using System.Net;
using System.Text;
using System.Text.Json;
using Gateway.Tests.Support;

namespace Gateway.Tests.Security;

/// <summary>Answers that are neither success nor an error that a client could act on.</summary>
public sealed class UpstreamStatusTests
{
    public static TheoryData<string, string> Ways => Upstreams.Ways;

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Status_that_is_no_answer_is_never_relayed(string path, string kind)
    {
        foreach (int status in (int[])[101, 199, 300, 301, 302, 304, 307, 308, 399, 407, 600, 777, 999])
        {
            await using RawUpstream upstream = RawUpstream.Start($"HTTP/1.1 {status} X\r\nLocation: http://10.0.0.1/\r\nUpgrade: x\r\nConnection: {(status == 101 ? "upgrade" : "close")}\r\nContent-Type: application/json\r\n\r\n" + """{"error":{"message":"said"}}""");
            await using GatewayServer gateway = await Upstreams.StartAsync(kind, upstream.Url, ("Gateway:Upstream:FirstByteSeconds", "20"));
            using HttpResponseMessage response = await gateway.PostAsync(path, Upstreams.Body(stream: status % 2 == 0));

            JsonElement error = JsonElement.Parse(await response.Content.ReadAsStringAsync()).GetProperty("error");
            if (status is 199)
            {
                // An announcement of an answer that never comes.
                Assert.Contains((int)response.StatusCode, (int[])[502, 503, 529]);
                continue;
            }

            Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
            Assert.Equal($"upstream returned HTTP {status}", error.GetProperty("message").GetString());
            Assert.Equal(path == "/v1/messages" ? "api_error" : "server_error", error.GetProperty("type").GetString());
            Assert.False(response.Headers.Contains("location"));
        }
    }

    /// <summary>A server that holds the connection open after 101 must not hold the request.</summary>
    [Fact]
    public async Task Switched_protocols_are_not_waited_for()
    {
        await using RawUpstream upstream = RawUpstream.Start(async (stream, stop) =>
        {
            await stream.WriteAsync("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n"u8.ToArray(), stop);
            await Task.Delay(Timeout.Infinite, stop);
        });
        await using GatewayServer gateway = await Upstreams.StartAsync("openai", upstream.Url);
        using HttpResponseMessage response = await gateway.PostAsync("/v1/messages", Upstreams.Body(stream: false));
        Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
    }

    [Fact]
    public async Task Next_target_is_tried()
    {
        await using FakeUpstream upstream = await FakeUpstream.StartAsync();
        upstream.Answer = context =>
        {
            context.Response.StatusCode = 302;
            return upstream.Received.Count == 1 ? Task.CompletedTask : FakeUpstream.Json(context, 200, FakeUpstream.Completion("ok"));
        };
        await using GatewayServer gateway = await GatewayServer.StartAsync(upstream, ("Gateway:Models:0:Targets:1", "fake/other"));
        using HttpResponseMessage response = await gateway.PostAsync("/v1/messages", Upstreams.Body(stream: false));
        Assert.Equal("fake/other", Assert.Single(response.Headers.GetValues("x-gateway-upstream")));
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Long_error_is_always_json_and_keeps_its_message(string path, string kind)
    {
        await using FakeUpstream upstream = await FakeUpstream.StartAsync();
        await using GatewayServer gateway = await Upstreams.StartAsync(kind, upstream.Url);
        string filler = string.Concat(Enumerable.Repeat("😀é", 20_000));
        foreach (string body in (string[])
            [
                """{"type":"error","error":{"type":"invalid_request_error","message":"what was wrong"},"input":"FILLER"}""",
                """{"error":{"message":"what was wrong: FILLER","type":"invalid_request_error"}}""",
                """{"detail":[{"loc":["body","x"],"msg":"what was wrong","input":["FILLER"]}]}""",
                "what was wrong: FILLER",
            ])
        {
            for (int shift = 0; shift < 4; shift++)
            {
                string sent = body.Replace("FILLER", new string('a', shift) + filler, StringComparison.Ordinal);
                upstream.Answer = context => FakeUpstream.Json(context, 422, sent);
                using HttpResponseMessage response = await gateway.PostAsync(path, Upstreams.Body(stream: false));
                byte[] answer = await response.Content.ReadAsByteArrayAsync();

                Assert.True(response.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.UnprocessableEntity);
                Assert.InRange(answer.Length, 1, 64 * 1024);
                string message = JsonElement.Parse(new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(answer)).GetProperty("error").GetProperty("message").GetString()!;
                Assert.Contains("what was wrong", message, StringComparison.Ordinal);
                Assert.DoesNotContain("\ufffd", message, StringComparison.Ordinal);
            }
        }
    }

    [Theory]
    [InlineData("Text/Event-Stream")]
    [InlineData("text/EVENT-STREAM;charset=utf-8")]
    [InlineData("text/event-stream; ")]
    [InlineData("text/event-stream; charset=\"utf-8\"; x")]
    public async Task Event_stream_is_one_however_its_type_is_written(string type)
    {
        await using RawUpstream upstream = RawUpstream.Start($"HTTP/1.1 200 OK\r\nContent-Type: {type}\r\n\r\n{Upstreams.BegunStream("openai")}data: {FakeUpstream.LastChunk}\n\ndata: [DONE]\n\n");
        await using GatewayServer gateway = await Upstreams.StartAsync("openai", upstream.Url);
        foreach (string path in (string[])["/v1/messages", "/v1/chat/completions"])
        {
            using HttpResponseMessage response = await gateway.PostAsync(path, Upstreams.Body(stream: true));
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            Assert.Contains("\"one\"", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }
    }
}
