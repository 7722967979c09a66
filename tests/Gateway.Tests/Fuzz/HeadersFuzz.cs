using System.Net;
using System.Net.Sockets;
using System.Text;
using CsCheck;
using Gateway.Tests.Support;
using Xunit.Abstractions;

namespace Gateway.Tests.Fuzz;

/// <summary>Whole HTTP requests as bytes on a socket: request lines, headers, chunks.</summary>
[Trait("Category", Fuzz.Category)]
public sealed class HeadersFuzz(ITestOutputHelper output)
{
    [Fact]
    public async Task Request_is_answered_or_refused_by_its_fault()
    {
        await using FakeUpstream upstream = await FakeUpstream.StartAsync();
        await using GatewayServer gateway = await GatewayServer.StartAsync(upstream);
        int port = new Uri(gateway.Url).Port;
        byte[][] corpus = [.. FuzzInputs.Attacks("requests").Select(line => Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(line).Replace("\\r\\n", "\r\n", StringComparison.Ordinal)))];

        await Fuzz.RunAsync(Mutations.Of(corpus), async request =>
        {
            upstream.Received.Clear();
            string answer = await SendAsync(port, request);
            Assert.DoesNotContain("The gateway made a mistake", answer, StringComparison.Ordinal);
            int status = answer.StartsWith("HTTP/1.1 ", StringComparison.Ordinal) ? int.Parse(answer.AsSpan(9, 3)) : 0;
            Assert.True(status is 505 or < 500, answer);
            return status == 0 ? "closed without an answer" : $"{status} {(answer.Contains("\"error\"", StringComparison.Ordinal) ? "of the gateway" : "of Kestrel")}";
        }, output);
    }

    /// <summary>All that comes back until the server has said everything; our end is closed first, so that nobody waits for more.</summary>
    private static async Task<string> SendAsync(int port, byte[] request)
    {
        using Socket socket = new(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, port);
        StringBuilder answer = new();
        byte[] buffer = new byte[4096];
        try
        {
            await socket.SendAsync(request);
            socket.Shutdown(SocketShutdown.Send);
            for (int read; (read = await socket.ReceiveAsync(buffer)) > 0;)
            {
                answer.Append(Encoding.Latin1.GetString(buffer, 0, read));
            }
        }
        catch (SocketException)
        {
            // Refused in the middle: what has come so far is the answer.
        }

        return answer.ToString();
    }
}
