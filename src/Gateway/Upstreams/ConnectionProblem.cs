using System.Net.Sockets;
using System.Security.Authentication;
using Gateway.Diagnostics;
using Gateway.Upstreams.Credentials;

namespace Gateway.Upstreams;

/// <summary>Says in a few words why a call brought nothing, by the exception that ended it. Clients read it, too: no host, no address.</summary>
internal static class ConnectionProblem
{
    /// <param name="e">Ended the call.</param>
    /// <param name="begun">There was the head of an answer.</param>
    public static string Of(Exception e, bool begun) => e switch
    {
        NoTokenException => e.Message,
        HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError } => "its host name was not found",
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } => OfTls(e),
        HttpRequestException { HttpRequestError: HttpRequestError.InvalidResponse } or HttpIOException { HttpRequestError: HttpRequestError.InvalidResponse } => "what answered does not speak HTTP",
        _ when Inner<AuthenticationException>(e) is not null => OfTls(e),
        _ when Inner<SocketException>(e) is { } socket && OfSocket(socket.SocketErrorCode) is { } problem => problem,
        _ => begun ? "the connection ended in the middle of its answer" : "the connection ended before an answer",
    };

    /// <param name="e">Ended the waiting.</param>
    /// <param name="begun">There was the head of an answer.</param>
    public static string OfSilence(Exception e, bool begun) =>
        e.InnerException is TimeoutException ? "no connection was made in time (Gateway:Upstream:ConnectSeconds)"
        : begun ? "its answer went on for too long without anything new" : "nothing came in time";

    private static string? OfSocket(SocketError error) => error switch
    {
        SocketError.ConnectionRefused => "the connection was refused, since nothing listens there",
        SocketError.HostNotFound or SocketError.TryAgain or SocketError.NoData or SocketError.NoRecovery => "its host name was not found",
        SocketError.HostUnreachable or SocketError.NetworkUnreachable or SocketError.HostDown or SocketError.NetworkDown => "there is no way to its network",
        SocketError.TimedOut => "no connection was made in time",
        SocketError.AddressNotAvailable => "its address cannot be connected to",
        _ => null,
    };

    /// <summary>The framework's sentence names what is wrong with the certificate.</summary>
    private static string OfTls(Exception e) => Inner<AuthenticationException>(e) is { Message: var message }
        ? $"TLS failed ({LogText.FirstLine(message).TrimEnd('.')}{(message.Contains("frame", StringComparison.OrdinalIgnoreCase) ? "; the server may speak http where BaseUrl says https" : "")})"
        : "TLS failed: the connection ended while it was set up";

    private static T? Inner<T>(Exception? e)
        where T : Exception
    {
        for (; e is not null; e = e.InnerException)
        {
            if (e is T wanted)
            {
                return wanted;
            }
        }

        return null;
    }
}
