using System.Net.Sockets;
using System.Text;
using Gateway.Tests.Support;

namespace Gateway.Tests.Faults;

/// <summary>A client on a socket: it reads when it likes to, and leaves at once.</summary>
internal sealed class RawAsk : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4096 };

    public bool HasAnswer => _socket.Available > 0;

    /// <param name="run">Whose gateway is asked.</param>
    /// <param name="cell">What for.</param>
    /// <param name="length">How many bytes of the body are sent.</param>
    public static async Task<RawAsk> SendAsync(FaultRun run, FaultCell cell, int? length = null)
    {
        RawAsk ask = new();
        Uri url = new(run.Gateway.Url);
        string head = $"POST {cell.Path} HTTP/1.1\r\nHost: x\r\nx-api-key: {run.Key}\r\nContent-Type: application/json\r\nContent-Length: {cell.Body.Length}\r\n\r\n";
        await ask._socket.ConnectAsync(url.Host, url.Port);
        await ask._socket.SendAsync(Encoding.UTF8.GetBytes(head + cell.Body[..(length ?? cell.Body.Length)]));
        return ask;
    }

    /// <summary>Reads until something is said.</summary>
    public async Task ReadUntilAsync(string end)
    {
        StringBuilder read = new();
        byte[] buffer = new byte[4096];
        using CancellationTokenSource deadline = new(Patience.Limit);
        while (!read.ToString().Contains(end, StringComparison.Ordinal))
        {
            int length = await _socket.ReceiveAsync(buffer, deadline.Token);
            Assert.NotEqual(0, length);
            read.Append(Encoding.UTF8.GetString(buffer, 0, length));
        }
    }

    /// <summary>All that is left to be read. True when the connection was broken off before the answer was whole.</summary>
    public async Task<bool> IsCutAsync(int whole)
    {
        byte[] buffer = new byte[1024 * 1024];
        using CancellationTokenSource deadline = new(Patience.Limit);
        long total = 0;
        try
        {
            int length;
            while ((length = await _socket.ReceiveAsync(buffer, deadline.Token)) > 0)
            {
                total += length;
            }
        }
        catch (SocketException)
        {
            return true;
        }

        return total < whole;
    }

    /// <summary>Leaves without a word of farewell.</summary>
    public void Dispose() => _socket.Close(0);
}
