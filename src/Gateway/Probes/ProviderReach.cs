using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using Gateway.Routing;
using Gateway.Upstreams;

namespace Gateway.Probes;

/// <summary>Looks whether providers are there, without calling them: the name is found, something listens, and its certificate is good.</summary>
public sealed class ProviderReach
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    private readonly Catalog _catalog;
    private readonly TimeProvider _time;

    internal ProviderReach(LiveRouter live, TimeProvider time) => (_catalog, _time) = (live.Now.Catalog, time);

    /// <summary>All that are behind a network.</summary>
    public IReadOnlyList<string> Providers => [.. _catalog.Providers.Values.Where(provider => provider.Kind != ProviderKind.Echo).Select(provider => provider.Name).Order(StringComparer.Ordinal)];

    public async Task<ReachAnswer> LookAsync(string provider, CancellationToken cancellationToken)
    {
        Uri url = new(_catalog.Providers[provider].BaseUrl);
        Uri? proxy = HttpClient.DefaultProxy.IsBypassed(url) ? null : HttpClient.DefaultProxy.GetProxy(url);
        Uri first = proxy is null || proxy == url ? url : proxy;
        using CancellationTokenSource expired = new(s_patience, _time);
        using CancellationTokenSource limited = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, expired.Token);
        try
        {
            await ConnectAsync(first, limited.Token);
            return new ReachAnswer(url.Authority, ReferenceEquals(first, url) ? null : first.Authority, null);
        }
        catch (Exception exception) when (exception is SocketException or IOException or AuthenticationException or OperationCanceledException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            string why = exception is OperationCanceledException ? $"no connection in {s_patience.TotalSeconds} s" : ConnectionProblem.Of(exception, begun: false);
            return new ReachAnswer(url.Authority, ReferenceEquals(first, url) ? null : first.Authority, why);
        }
    }

    private static async Task ConnectAsync(Uri server, CancellationToken cancellationToken)
    {
        string host = server.IdnHost;
        IPAddress[] addresses = IPAddress.TryParse(host, out IPAddress? address) ? [address] : await Dns.GetHostAddressesAsync(host, cancellationToken);
        using Socket socket = new(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(addresses, server.Port, cancellationToken);
        if (server.Scheme == Uri.UriSchemeHttps)
        {
            await using SslStream tls = new(new NetworkStream(socket, ownsSocket: false));
            await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = host }, cancellationToken);
        }
    }
}

/// <param name="Host">Of the provider, with its port where that is not the usual one.</param>
/// <param name="Proxy">What was reached in its place: the machine's settings send calls through it.</param>
/// <param name="Problem">Null when it is there.</param>
public sealed record ReachAnswer(string Host, string? Proxy, string? Problem);
