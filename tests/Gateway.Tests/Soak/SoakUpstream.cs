using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Gateway.Tests.Faults;

namespace Gateway.Tests.Soak;

/// <summary>A chat server whose answers fail now and then, as a seed wants it, and which dies and comes back on the same port.</summary>
internal sealed class SoakUpstream : IAsyncDisposable
{
    private const string Kind = "openai";

    private readonly Lock _lock = new();
    private readonly Random _random;
    private readonly IPEndPoint _address;
    private readonly TimeSpan _pace;
    private TcpListener _listener;
    private int _open;
    private int _calls;

    /// <param name="seed">Makes the same faults again.</param>
    /// <param name="pace">Between two events.</param>
    public SoakUpstream(int seed, TimeSpan pace)
    {
        (_random, _pace) = (new Random(seed), pace);
        _listener = new TcpListener(IPAddress.Loopback, 0);
        _listener.Start(backlog: 512);
        _address = (IPEndPoint)_listener.LocalEndpoint;
        _ = ServeAsync(_listener);
    }

    public string Url => $"http://{_address}/v1";

    /// <summary>Connections of gateways.</summary>
    public int Open => Volatile.Read(ref _open);

    public int Calls => Volatile.Read(ref _calls);

    /// <summary>Nobody can connect any more. What runs goes on.</summary>
    public void Die() => _listener.Stop();

    public void ComeBack()
    {
        _listener = new TcpListener(_address);
        _listener.Start(backlog: 512);
        _ = ServeAsync(_listener);
    }

    public ValueTask DisposeAsync()
    {
        _listener.Stop();
        return ValueTask.CompletedTask;
    }

    private int Draw(int below)
    {
        lock (_lock)
        {
            return _random.Next(below);
        }
    }

    private async Task ServeAsync(TcpListener listener)
    {
        try
        {
            while (true)
            {
                _ = AnswerAsync(await listener.AcceptTcpClientAsync());
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Dead, for a while or for good.
        }
    }

    private async Task AnswerAsync(TcpClient client)
    {
        Interlocked.Increment(ref _open);
        try
        {
            using (client)
            {
                NetworkStream stream = client.GetStream();
                string request = await FaultServer.ReadRequestAsync(stream);
                if (request.Length > 0)
                {
                    Interlocked.Increment(ref _calls);
                    Task gone = FaultServer.GoneAsync(stream);
                    await PlayAsync(stream, request.Contains("\"stream\":true", StringComparison.Ordinal), gone);
                    client.Client.Shutdown(SocketShutdown.Send);
                    await gone;
                }
            }
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException)
        {
            // The gateway has left, as it may.
        }
        finally
        {
            Interlocked.Decrement(ref _open);
        }
    }

    private async Task PlayAsync(NetworkStream stream, bool streamed, Task gone)
    {
        int words = 5 + Draw(35);
        int fault = Draw(100);
        int at = Draw(words);
        switch (fault)
        {
            case < 4:
                await SayAsync(stream, $"HTTP/1.1 503 Busy\r\n{Length(GoodAnswers.Error(Kind))}");
                return;
            case < 7:
                await SayAsync(stream, $"HTTP/1.1 429 Slow Down\r\nRetry-After: 1\r\n{Length(GoodAnswers.Error(Kind, "rate_limit_error"))}");
                return;
            case < 10:
                stream.Socket.Close(0);
                return;
        }

        if (!streamed)
        {
            await Task.WhenAny(gone, Task.Delay(_pace * words));
            await SayAsync(stream, $"HTTP/1.1 200 OK\r\n{Length(Whole(words), fault < 13 ? 10 : 0)}");
            return;
        }

        await SayAsync(stream, "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n");
        for (int word = 0; word < words && !gone.IsCompleted; word++)
        {
            if (word == at)
            {
                switch (fault)
                {
                    case < 13:
                        stream.Socket.Close(0);
                        return;
                    case < 16:
                        await ChunkAsync(stream, GoodAnswers.ErrorEvent(Kind));
                        break;
                    case < 18:
                        await ChunkAsync(stream, "data: {\"no\":json\n\n");
                        break;
                    case < 20:
                        await gone;
                        return;
                    case < 22:
                        await SayAsync(stream, "0\r\n\r\n");
                        return;
                }
            }

            await ChunkAsync(stream, GoodAnswers.Word(Kind, " w")[0]);
            await Task.WhenAny(gone, Task.Delay(_pace));
        }

        await ChunkAsync(stream, string.Create(CultureInfo.InvariantCulture, $$$"""data: {"id":"chatcmpl-1","choices":[{"index":0,"delta":{"content":"."},"finish_reason":"stop"}],"usage":{"prompt_tokens":10,"completion_tokens":{{{words}}}}}""") + "\n\ndata: [DONE]\n\n");
        await SayAsync(stream, "0\r\n\r\n");
    }

    private static string Whole(int words) => string.Create(
        CultureInfo.InvariantCulture,
        $$$"""{"id":"chatcmpl-1","object":"chat.completion","choices":[{"index":0,"message":{"role":"assistant","content":"{{{string.Concat(Enumerable.Repeat(" w", words))}}}."},"finish_reason":"stop"}],"usage":{"prompt_tokens":10,"completion_tokens":{{{words}}}}}""");

    /// <param name="body">What is said.</param>
    /// <param name="missing">How many bytes of it never come.</param>
    private static string Length(string body, int missing = 0) =>
        $"Content-Type: application/json\r\nContent-Length: {body.Length.ToString(CultureInfo.InvariantCulture)}\r\nConnection: close\r\n\r\n{body[..^missing]}";

    private static Task ChunkAsync(NetworkStream stream, string text) => SayAsync(stream, $"{text.Length.ToString("x", CultureInfo.InvariantCulture)}\r\n{text}\r\n");

    private static Task SayAsync(NetworkStream stream, string text) => stream.WriteAsync(Encoding.Latin1.GetBytes(text)).AsTask();
}
