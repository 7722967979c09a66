using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Gateway.Tests.Support;

/// <summary>Sends requests that no HTTP client would. They must ask for the connection to be closed: its end is the answer's.</summary>
internal static class RawClient
{
    /// <summary>All that is answered; empty when the connection is closed without a word.</summary>
    public static async Task<string> SendAsync(string url, ReadOnlyMemory<byte> request)
    {
        using CancellationTokenSource deadline = new(Patience.Limit);
        using TcpClient client = new();
        Uri server = new(url);
        await client.ConnectAsync(server.Host, server.Port, deadline.Token);
        NetworkStream stream = client.GetStream();
        await stream.WriteAsync(request, deadline.Token);
        using MemoryStream answer = new();
        try
        {
            await stream.CopyToAsync(answer, deadline.Token);
        }
        catch (IOException)
        {
            // A server that refuses need not read to the end.
        }

        return Encoding.UTF8.GetString(answer.ToArray());
    }

    public static async Task<int> StatusAsync(string url, ReadOnlyMemory<byte> request) => StatusOf(await SendAsync(url, request));

    /// <summary>0 without an answer.</summary>
    public static int StatusOf(string answer) => answer.Length == 0 ? 0 : int.Parse(answer.Split(' ', 3)[1], CultureInfo.InvariantCulture);
}
