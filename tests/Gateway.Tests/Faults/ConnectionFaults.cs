using System.Net;
using System.Net.Sockets;

namespace Gateway.Tests.Faults;

/// <summary>No answer begins.</summary>
internal static class ConnectionFaults
{
    /// <summary>Bound and never listened on: nobody else gets it, and who connects is refused.</summary>
    private static readonly Socket s_closed = Bind();

    /// <summary>Its queue is full: who connects waits.</summary>
    private static readonly List<Socket> s_full = Fill();

    public static IReadOnlyList<UpstreamFault> All { get; } =
    [
        new("connection refused", Good) { Address = _ => $"http://127.0.0.1:{Port(s_closed)}" },
        new("reset when connected", play => Reset(play)) { OnConnect = true },
        new("reset after the request", play => Reset(play)),
        new("no TLS where TLS is expected", play => play.SendAsync("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n")) { OnConnect = true, Address = server => server.Url.Replace("http:", "https:", StringComparison.Ordinal) },
        new("name not known", Good) { Address = _ => "http://nobody.invalid" },
        new("slow to connect", Good) { Address = _ => $"http://127.0.0.1:{Port(s_full[0])}", Settings = [("Gateway:Upstream:ConnectSeconds", "1")] },
        new("black hole: connects, never reads or answers", play => play.HangAsync()) { OnConnect = true },
        new("never answers", play => play.HangAsync()),
        new("closed without a word", _ => Task.CompletedTask),
        new("no HTTP", play => play.SendAsync("SSH-2.0-OpenSSH_9.6\r\n")),
        new("half a head", play => play.SendAsync("HTTP/1.1 200 OK\r\nContent-Ty")),
        new("100 before the head", play => AfterAsync(play, "HTTP/1.1 100 Continue\r\n\r\n")),
        new("102 before the head", play => AfterAsync(play, "HTTP/1.1 102 Processing\r\n\r\n")),
        new("103 before the head", play => AfterAsync(play, "HTTP/1.1 103 Early Hints\r\nLink: </x>; rel=preload\r\n\r\n")),
        new("103 for ever", play => play.HangAsync(() => play.SendAsync("HTTP/1.1 103 Early Hints\r\n\r\n"))),
        new("slow first byte", SlowAsync),
    ];

    private static Task Good(UpstreamPlay play) => play.AnswerAsync(play.GoodBody);

    private static Task Reset(UpstreamPlay play)
    {
        play.Reset();
        return Task.CompletedTask;
    }

    private static async Task AfterAsync(UpstreamPlay play, string before)
    {
        await play.SendAsync(before);
        await Good(play);
    }

    private static async Task SlowAsync(UpstreamPlay play)
    {
        play.Pass(15);
        await Good(play);
    }

    private static int Port(Socket socket) => ((IPEndPoint)socket.LocalEndPoint!).Port;

    private static Socket Bind()
    {
        Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return socket;
    }

    private static List<Socket> Fill()
    {
        Socket listener = Bind();
        listener.Listen(1);
        List<Socket> sockets = [listener];
        while (true)
        {
            Socket client = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            sockets.Add(client);
            if (!client.ConnectAsync(listener.LocalEndPoint!).Wait(TimeSpan.FromSeconds(3)))
            {
                return sockets;
            }
        }
    }
}
