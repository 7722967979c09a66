using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Gateway.Tests.Support;

/// <summary>A server that says what no web server would: a test writes its answers byte for byte.</summary>
internal sealed class RawUpstream : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _left = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Func<NetworkStream, CancellationToken, Task> _answer;
    private readonly Task _serving;

    private RawUpstream(Func<NetworkStream, CancellationToken, Task> answer)
    {
        _answer = answer;
        _listener.Start();
        Url = $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";
        _serving = ServeAsync();
    }

    public string Url { get; }

    /// <summary>How many requests came.</summary>
    public int Requests { get; private set; }

    /// <summary>Completes when the gateway closes a connection on which an answer is still being written.</summary>
    public Task GatewayLeft => _left.Task.PatientlyAsync();

    /// <summary>Answers with the same text each time and closes the connection.</summary>
    public static RawUpstream Start(string answer) =>
        new((stream, stop) => stream.WriteAsync(Encoding.Latin1.GetBytes(answer), stop).AsTask());

    public static RawUpstream Start(Func<NetworkStream, CancellationToken, Task> answer) => new(answer);

    /// <summary>Answers with a head and then with a piece of body again and again, until the gateway has had enough.</summary>
    public static RawUpstream Endless(string head, string piece, string begin = "") => new(async (stream, stop) =>
    {
        await stream.WriteAsync(Encoding.Latin1.GetBytes(head + "\r\nConnection: close\r\n\r\n" + begin), stop);
        byte[] bytes = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(piece, Math.Max(1, 16 * 1024 / piece.Length))));
        while (true)
        {
            await stream.WriteAsync(bytes, stop);
        }
    });

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _serving;
        _stop.Dispose();
    }

    private async Task ServeAsync()
    {
        List<Task> connections = [];
        try
        {
            while (true)
            {
                connections.Add(AnswerAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(connections);
        }
    }

    private async Task AnswerAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                NetworkStream stream = client.GetStream();
                await ReadRequestAsync(stream);
                Requests++;
                await _answer(stream, _stop.Token);
                client.Client.Shutdown(SocketShutdown.Send);
            }
            catch (IOException)
            {
                _left.TrySetResult();
            }
            catch (OperationCanceledException)
            {
                // The test is over.
            }
        }
    }

    /// <summary>Up to the last byte: closing a connection with unread bytes would destroy the answer.</summary>
    private async Task ReadRequestAsync(NetworkStream stream)
    {
        byte[] buffer = new byte[64 * 1024];
        int length = 0;
        while (true)
        {
            int read = await stream.ReadAsync(buffer.AsMemory(length), _stop.Token);
            length += read;
            string text = Encoding.Latin1.GetString(buffer, 0, length);
            int head = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            if (read == 0 || (head >= 0 && length >= head + 4 + BodyLength(text[..head])))
            {
                return;
            }
        }
    }

    private static int BodyLength(string head) =>
        head.Split("\r\n").FirstOrDefault(line => line.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase)) is { } line
            ? int.Parse(line.Split(':')[1], System.Globalization.CultureInfo.InvariantCulture)
            : 0;
}
