using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Gateway.Tests.Authentication.Oidc;

namespace Gateway.Tests.Security;

/// <summary>An issuer whose discovery document is in order and whose key set is whatever bytes a test writes.</summary>
internal sealed class HostileIssuer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Func<Stream, CancellationToken, Task> _answer;
    private readonly Task _accepting;

    /// <param name="answer">Writes to a connection that asked for the keys.</param>
    public HostileIssuer(Func<Stream, CancellationToken, Task> answer)
    {
        _answer = answer;
        _listener.Start();
        Address = $"https://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";
        _accepting = AcceptAsync();
    }

    public string Address { get; }

    public X509Certificate2 Certificate { get; } = LocalIssuer.SelfSigned();

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _accepting;
        _listener.Stop();
        _stop.Dispose();
        Certificate.Dispose();
    }

    private async Task AcceptAsync()
    {
        List<Task> connections = [];
        try
        {
            while (true)
            {
                connections.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException)
        {
        }

        await Task.WhenAll(connections);
    }

    private async Task ServeAsync(TcpClient client)
    {
        using TcpClient open = client;
        try
        {
            await using SslStream stream = new(client.GetStream());
            await stream.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = Certificate }, _stop.Token);
            using StreamReader reader = new(stream, Encoding.ASCII, false, 1024, leaveOpen: true);
            while (await reader.ReadLineAsync(_stop.Token) is { } line)
            {
                bool keys = line.StartsWith("GET /keys", StringComparison.Ordinal);
                while (await reader.ReadLineAsync(_stop.Token) is { Length: > 0 })
                {
                }

                if (keys)
                {
                    await _answer(stream, _stop.Token);
                    return;
                }

                string discovery = $$"""{"issuer":"{{Address}}","jwks_uri":"{{Address}}/keys"}""";
                await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Length: {discovery.Length}\r\n\r\n{discovery}"), _stop.Token);
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or SocketException or AuthenticationException or ObjectDisposedException)
        {
            // The gateway hung up, or the test is over.
        }
    }
}
