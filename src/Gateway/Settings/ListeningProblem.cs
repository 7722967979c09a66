using System.Net.Sockets;

namespace Gateway.Settings;

/// <summary>Why a server cannot listen at its address, in one line with the cure.</summary>
internal static class ListeningProblem
{
    private const string Setting = "ASPNETCORE_URLS";
    private const string Server = "Microsoft.AspNetCore.Server.Kestrel";

    /// <summary>Null when the exception is about something else.</summary>
    public static string? Of(Exception exception)
    {
        string? problem = Inner(exception)?.SocketErrorCode switch
        {
            SocketError.AddressAlreadyInUse => $"{UrlIn(exception) ?? "The address to listen at"} is in use: another program listens there, maybe another gateway. End that one, or set {Setting} to another address, such as http://127.0.0.1:7072.",
            SocketError.AccessDenied => $"This user may not listen at the address that {Setting} names: low ports are for administrators. Set {Setting} to a port above 1023, such as http://127.0.0.1:7071.",
            SocketError.AddressNotAvailable => $"The address that {Setting} names is none of this machine's. Set it to one that is, such as http://127.0.0.1:7071, or to http://0.0.0.0:7071 for all.",
            _ => null,
        };
        return problem ?? (exception is InvalidOperationException or ArgumentException && exception.Source?.StartsWith(Server, StringComparison.Ordinal) == true
            ? $"The gateway cannot listen at the address that {Setting} names. {exception.Message.Split('\n', 2)[0].Trim()}"
            : null);
    }

    private static SocketException? Inner(Exception? exception)
    {
        for (; exception is not null; exception = exception.InnerException)
        {
            if (exception is SocketException socket)
            {
                return socket;
            }
        }

        return null;
    }

    private static string? UrlIn(Exception exception) =>
        exception.Message.Split(' ').FirstOrDefault(word => word.Contains("://", StringComparison.Ordinal))?.TrimEnd(':', '.', ',');
}
