using System.Net.Sockets;

namespace Gateway.Upstreams;

/// <summary>
/// Servers close connections that lie idle, and now and then the next request is on its way already. It was read by
/// nobody, so it is sent once more. .NET does that for requests without a body only.
/// </summary>
internal static class ReusedConnection
{
    /// <summary>On a request for which a connection was made: what fails there is no old connection's fault.</summary>
    private static readonly HttpRequestOptionsKey<bool> s_connected = new("gateway.connected");

    /// <summary>As .NET connects when nobody says how.</summary>
    public static async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        context.InitialRequestMessage.Options.Set(s_connected, true);
        Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(context.DnsEndPoint, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>The request went out on a connection that was there before it, and that ended before an answer had begun.</summary>
    public static bool Ended(HttpRequestMessage request, HttpRequestException failure) =>
        !request.Options.TryGetValue(s_connected, out _)
        && (failure.HttpRequestError == HttpRequestError.ResponseEnded
            || failure.InnerException is IOException { InnerException: SocketException { SocketErrorCode: SocketError.ConnectionReset or SocketError.ConnectionAborted or SocketError.Shutdown } });
}
