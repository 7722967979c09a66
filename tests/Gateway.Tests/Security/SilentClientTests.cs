using System.Net.Sockets;
using System.Text;
using Gateway.Metering.Usage;
using Gateway.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Tests.Security;

/// <summary>A client that asks and never reads must not keep an upstream at work.</summary>
public sealed class SilentClientTests
{
    private const string Events = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream";

    public static TheoryData<string, string> Ways => Upstreams.Ways;

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Client_that_never_reads_loses_its_stream_and_its_upstream_call(string path, string kind)
    {
        await using RawUpstream upstream = RawUpstream.Endless(Events, Upstreams.Delta(kind, new string('x', 4000)), Upstreams.BegunStream(kind));
        await using GatewayServer gateway = await Upstreams.StartAsync(kind, upstream.Url, ("Gateway:Upstream:ClientWriteSeconds", "0.5"));
        using Socket client = await AskAsync(gateway, path, Upstreams.Body(stream: true));

        await upstream.GatewayLeft;
        await AssertSettledAsync(gateway);
        await AssertCutAsync(client);
    }

    [Fact]
    public async Task Client_that_never_reads_its_whole_answer_is_dropped_too()
    {
        string answer = FakeUpstream.Completion(new string('x', 30_000_000));
        await using RawUpstream upstream = RawUpstream.Start($"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {answer.Length}\r\n\r\n{answer}");
        await using GatewayServer gateway = await Upstreams.StartAsync("openai", upstream.Url, ("Gateway:Upstream:ClientWriteSeconds", "0.5"));
        using Socket client = await AskAsync(gateway, "/v1/messages", Upstreams.Body(stream: false));

        await AssertSettledAsync(gateway);
        await AssertCutAsync(client);
    }

    /// <summary>
    /// Slow is not silent: what moves goes on, although all of it takes longer than a silent client gets. The window is
    /// not as small as those of the silent ones: then the system waits by itself, for seconds, before it looks again.
    /// </summary>
    [Fact]
    public async Task Client_that_reads_slowly_gets_everything()
    {
        string text = new('x', 8_000_000);
        string answer = FakeUpstream.Completion(text);
        await using RawUpstream upstream = RawUpstream.Start($"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {answer.Length}\r\n\r\n{answer}");
        await using GatewayServer gateway = await Upstreams.StartAsync("openai", upstream.Url, ("Gateway:Upstream:ClientWriteSeconds", "10"));
        using Socket client = await AskAsync(gateway, "/v1/messages", Upstreams.Body(stream: false), receiveBuffer: 256 * 1024);

        byte[] buffer = new byte[64 * 1024];
        long total = 0;
        int read;
        while (total < text.Length && (read = await client.ReceiveAsync(buffer)) > 0)
        {
            total += read;
            await Task.Delay(100);
        }

        Assert.InRange(total, text.Length, text.Length + 5000);
    }

    private static async Task<Socket> AskAsync(GatewayServer gateway, string path, string body, int receiveBuffer = 4096)
    {
        Socket client = new(SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = receiveBuffer };
        Uri url = new(gateway.Url);
        await client.ConnectAsync(url.Host, url.Port);
        await client.SendAsync(Encoding.UTF8.GetBytes($"POST {path} HTTP/1.1\r\nHost: x\r\nx-api-key: {GatewayServer.Key}\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n{body}"));
        return client;
    }

    /// <summary>The request is over for the books: its row says that the client left.</summary>
    private static async Task AssertSettledAsync(GatewayServer gateway)
    {
        IUsageStore usage = gateway.Services.GetRequiredService<IUsageStore>();
        using CancellationTokenSource deadline = new(Patience.Limit);
        UsageEntry? entry = null;
        while (entry is null)
        {
            await Task.Delay(20, deadline.Token);
            entry = await usage.ListAsync(DateOnly.FromDateTime(DateTime.UtcNow), new UsageFilter(), deadline.Token).FirstOrDefaultAsync(deadline.Token);
        }

        Assert.True(entry.ClientLeft);
        Assert.Null(entry.Error);
        Assert.True(entry.Usage.Output > 0);
    }

    /// <summary>What had been sent is there to read; then the connection is broken off, not ended.</summary>
    private static async Task AssertCutAsync(Socket client)
    {
        byte[] buffer = new byte[1024 * 1024];
        using CancellationTokenSource deadline = new(Patience.Limit);
        List<byte> end = [];
        try
        {
            int read;
            while ((read = await client.ReceiveAsync(buffer, deadline.Token)) > 0)
            {
                end = [.. end.TakeLast(20), .. buffer[..read].TakeLast(20)];
            }
        }
        catch (SocketException e)
        {
            Assert.Equal(SocketError.ConnectionReset, e.SocketErrorCode);
        }

        Assert.False(Encoding.UTF8.GetString([.. end]).EndsWith("0\r\n\r\n", StringComparison.Ordinal));
    }
}
