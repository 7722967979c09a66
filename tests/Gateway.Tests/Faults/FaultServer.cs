using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Gateway.Tests.Support;

namespace Gateway.Tests.Faults;

/// <summary>An upstream on a socket that plays one fault at a time, and knows which calls have not ended.</summary>
internal sealed class FaultServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentQueue<Task> _calls = [];
    private readonly FakeClock _clock;
    private readonly Task _serving;

    public FaultServer(FakeClock clock)
    {
        _clock = clock;
        _listener.Start();
        Url = $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";
        _serving = ServeAsync();
    }

    public string Url { get; }

    /// <summary>How calls are answered from now on.</summary>
    public Func<UpstreamPlay, Task> Script { get; set; } = play => play.AnswerAsync(play.GoodBody);

    /// <summary>The script begins with the connection, not with the request.</summary>
    public bool OnConnect { get; set; }

    public Cues Cues { get; set; } = new();

    /// <summary>Ends when no connection is open any more, by whomever it was closed.</summary>
    public Task EndedAsync() => Task.WhenAll(_calls).PatientlyAsync();

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _serving;
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                _calls.Enqueue(PlayAsync(await _listener.AcceptTcpClientAsync()));
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task PlayAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                NetworkStream stream = client.GetStream();
                string request = OnConnect ? "" : await ReadRequestAsync(stream);
                Task gone = GoneAsync(stream);
                await Script(new UpstreamPlay(stream, KindOf(request), request.Contains("\"stream\":true", StringComparison.Ordinal), _clock, gone, Cues));
                client.Client.Shutdown(SocketShutdown.Send);
                await gone;
            }
            catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException)
            {
                // One of both has closed the connection.
            }
        }
    }

    private static string KindOf(string request) => request.Split('\n')[0] switch
    {
        var line when line.Contains("/messages", StringComparison.Ordinal) => "anthropic",
        var line when line.Contains("/responses", StringComparison.Ordinal) => "responses",
        _ => "openai",
    };

    /// <summary>Ends when the other side has closed the connection.</summary>
    public static async Task GoneAsync(NetworkStream stream)
    {
        byte[] buffer = new byte[16 * 1024];
        try
        {
            while (await stream.ReadAsync(buffer) > 0)
            {
                // What comes does not matter.
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // Gone it is.
        }
    }

    /// <summary>Head and body; less when the other side leaves before.</summary>
    public static async Task<string> ReadRequestAsync(NetworkStream stream)
    {
        byte[] buffer = new byte[64 * 1024];
        int length = 0;
        while (true)
        {
            int read = await stream.ReadAsync(buffer.AsMemory(length));
            length += read;
            string text = Encoding.Latin1.GetString(buffer, 0, length);
            int head = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            if (read == 0 || (head >= 0 && length >= head + 4 + BodyLength(text[..head])))
            {
                return text;
            }
        }
    }

    private static int BodyLength(string head) =>
        head.Split("\r\n").FirstOrDefault(line => line.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase)) is { } line
            ? int.Parse(line.Split(':')[1], System.Globalization.CultureInfo.InvariantCulture)
            : 0;
}
