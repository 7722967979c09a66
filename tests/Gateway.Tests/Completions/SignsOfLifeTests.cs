using System.Text;
using Gateway.Tests.Support;

namespace Gateway.Tests.Completions;

/// <summary>Upstreams that go on saying something and never get on. Each of these once kept a request for ever.</summary>
public sealed class SignsOfLifeTests
{
    private const string Stream = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n";
    private const string Json = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n";
    private const string Chunk = "data: {\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"one\"},\"finish_reason\":null}]}\n\n";
    private const string Start = "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"id\":\"msg_1\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"up\",\"content\":[],\"usage\":{\"input_tokens\":3,\"output_tokens\":1}}}\n\n";

    /// <summary>What an upstream begins with, and what it repeats.</summary>
    public static TheoryData<string, string, string> Sayings => new()
    {
        { "openai", "HTTP/1.1 200 OK\r\nX-Slow: ", "a" },
        { "openai", "", "HTTP/1.1 102 Processing\r\n\r\n" },
        { "openai", Stream, ": keep-alive\n\n" },
        { "openai", Stream, "\n" },
        { "openai", Stream, "data:\n\n" },
        { "openai", Stream, "event: ping\ndata: {}\n\n" },
        { "openai", Stream + Chunk, ": OPENROUTER PROCESSING\n\n" },
        { "openai", Stream + Chunk, "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"\"},\"finish_reason\":null}]}\n\n" },
        { "openai", Stream + "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"", "a" },
        { "openai", Stream + Chunk + "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"", "a" },
        { "openai", Json, " " },
        { "openai", Json + "{\"choices\":[{\"message\":{\"content\":\"", "a" },
        { "anthropic", Stream, "event: ping\ndata: {\"type\":\"ping\"}\n\n" },
        { "anthropic", Stream + Start, "event: ping\ndata: {\"type\":\"ping\"}\n\n" },
        { "anthropic", Stream + Start + "event: content_block_start\ndata: {\"type\":\"", "a" },
        { "anthropic", Json, "\n" },
        { "anthropic", Json + "{\"type\":\"message\",\"content\":[{\"text\":\"", "a" },
    };

    [Theory]
    [MemberData(nameof(Sayings))]
    public async Task Request_ends_in_a_timeout_and_so_does_the_call(string kind, string begin, string again)
    {
        await using RawUpstream upstream = RawUpstream.Start(async (stream, stop) =>
        {
            await stream.WriteAsync(Encoding.UTF8.GetBytes(begin), stop);
            while (true)
            {
                await stream.WriteAsync(Encoding.UTF8.GetBytes(again), stop);
                await Task.Delay(20, stop);
            }
        });
        await using GatewayServer gateway = await GatewayServer.StartAsync(
            ("Gateway:Providers:fake:Kind", kind),
            ("Gateway:Providers:fake:BaseUrl", upstream.Url),
            ("Gateway:Models:0:Id", "m"),
            ("Gateway:Models:0:Targets:0", "fake/up"),
            ("Gateway:Upstream:FirstByteSeconds", "0.6"),
            ("Gateway:Upstream:IdleSeconds", "0.6"),
            ("Gateway:Upstream:CommitSeconds", "0.1"),
            ("Gateway:Upstream:PingSeconds", "0.1"));
        foreach (string path in new[] { "/v1/messages", "/v1/chat/completions" })
        {
            foreach (bool streamed in new[] { true, false })
            {
                using HttpResponseMessage response = await gateway.PostAsync(path, $$"""{"model":"m","max_tokens":50,"stream":{{(streamed ? "true" : "false")}},"messages":[{"role":"user","content":"Hello"}]}""");
                string told = await response.Content.ReadAsStringAsync().PatientlyAsync();
                Assert.Contains("did not answer in time", told, StringComparison.Ordinal);
                Assert.DoesNotContain("[DONE]", told, StringComparison.Ordinal);
                Assert.DoesNotContain("message_stop", told, StringComparison.Ordinal);
                Assert.Equal(streamed ? 200 : 504, (int)response.StatusCode);
            }
        }

        await upstream.GatewayLeft;
        Assert.Equal(4, upstream.Requests);
    }
}
