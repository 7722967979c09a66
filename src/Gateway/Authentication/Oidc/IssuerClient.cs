using System.Net;
using System.Text.Json;
using Gateway.Translation.Json;

namespace Gateway.Authentication.Oidc;

/// <summary>
/// Fetches the keys of a registered issuer by way of its discovery document, or where people sign in. Over https only, without
/// following redirects, and with limits on time and size: what answers may be anything.
/// </summary>
internal sealed class IssuerClient(HttpMessageHandler handler, TimeSpan timeout) : IDisposable
{
    private const int LargestDocument = 256 * 1024;

    /// <summary>For discovery document and key set together.</summary>
    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(5);

    private readonly HttpMessageInvoker _http = new(handler);

    public static IssuerClient Create() => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        ConnectTimeout = TimeSpan.FromSeconds(3),
        MaxResponseHeadersLength = 32,
        PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30),
        UseCookies = false,
    }, s_timeout);

    /// <summary>The keys, or why there are none, for the operator's log.</summary>
    public Task<(IssuerKeys? Keys, string? Problem)> FetchKeysAsync(string issuer) => LimitedAsync(cancellationToken => FetchAsync(issuer, cancellationToken));

    /// <summary>Where people sign in, or why that is not known. On the same machine by plain HTTP, too: no token is verified by this.</summary>
    public Task<(IssuerEndpoints? Endpoints, string? Problem)> FetchEndpointsAsync(string issuer) => LimitedAsync<IssuerEndpoints>(async cancellationToken =>
    {
        (JsonElement? discovery, string? problem) = await DiscoverAsync(issuer, IssuerEndpoints.IsSafe, cancellationToken);
        return discovery is not { } document ? (null, problem)
            : document.Text("issuer") != issuer ? (null, "Its discovery document names another issuer.")
            : IssuerEndpoints.Read(document) is { } endpoints ? (endpoints, null)
            : (null, "Its discovery document names no endpoints for signing in that are https.");
    });

    private async Task<(T? Found, string? Problem)> LimitedAsync<T>(Func<CancellationToken, Task<(T? Found, string? Problem)>> fetch)
        where T : class
    {
        using CancellationTokenSource limited = new(timeout);
        try
        {
            // Waited for from outside as well: the limit holds even where something inside heeds no token.
            return await fetch(limited.Token).WaitAsync(limited.Token);
        }
        catch (OperationCanceledException)
        {
            return (null, "It did not answer in time.");
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            return (null, "It cannot be reached over https.");
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task<(IssuerKeys? Keys, string? Problem)> FetchAsync(string issuer, CancellationToken cancellationToken)
    {
        (JsonElement? discovery, string? problem) = await DiscoverAsync(issuer, IsHttps, cancellationToken);
        if (discovery is not { } document)
        {
            return (null, problem);
        }

        if (document.Text("issuer") != issuer || document.Text("jwks_uri") is not { } address)
        {
            return (null, "Its discovery document names another issuer or no keys.");
        }

        (byte[]? body, problem) = await GetAsync(address, IsHttps, cancellationToken);
        return body is null ? (null, problem)
            : IssuerKeys.Parse(body) is { } keys ? (keys, null)
            : (null, "Its key set cannot be read, or holds no key for signatures.");
    }

    private async Task<(JsonElement? Document, string? Problem)> DiscoverAsync(string issuer, Predicate<Uri> allows, CancellationToken cancellationToken)
    {
        (byte[]? body, string? problem) = await GetAsync($"{issuer.TrimEnd('/')}/.well-known/openid-configuration", allows, cancellationToken);
        return body is null ? (null, problem)
            : StrictJson.ParseObject(body) is { } document ? (document, null)
            : (null, "Its discovery document cannot be read.");
    }

    private async Task<(byte[]? Body, string? Problem)> GetAsync(string address, Predicate<Uri> allows, CancellationToken cancellationToken)
    {
        if (!Uri.TryCreate(address, UriKind.Absolute, out Uri? uri) || !allows(uri))
        {
            return (null, "One of its addresses is not https.");
        }

        using HttpRequestMessage request = new(HttpMethod.Get, uri);
        request.Headers.Accept.ParseAdd("application/json");
        using HttpResponseMessage response = await _http.SendAsync(request, cancellationToken);
        if (response.StatusCode != HttpStatusCode.OK)
        {
            return (null, $"It answered {(int)response.StatusCode}; redirects are not followed.");
        }

        if (response.Content.Headers.ContentLength > LargestDocument)
        {
            return (null, TooLarge);
        }

        using MemoryStream body = new();
        byte[] buffer = new byte[16 * 1024];
        await using Stream stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        int read;
        while ((read = await stream.ReadAsync(buffer, cancellationToken)) > 0)
        {
            body.Write(buffer, 0, read);
            if (body.Length > LargestDocument)
            {
                return (null, TooLarge);
            }
        }

        return (body.ToArray(), null);
    }

    private static bool IsHttps(Uri uri) => uri.Scheme == Uri.UriSchemeHttps;

    private static string TooLarge => $"It answered with more than {LargestDocument / 1024} KB.";
}
