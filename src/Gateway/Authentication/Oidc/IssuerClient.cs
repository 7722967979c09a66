using System.Net;
using Gateway.Translation.Json;

namespace Gateway.Authentication.Oidc;

/// <summary>
/// Fetches the keys of a registered issuer by way of its discovery document. Over https only, without following
/// redirects, and with limits on time and size: what answers may be anything.
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
    public async Task<(IssuerKeys? Keys, string? Problem)> FetchKeysAsync(string issuer)
    {
        using CancellationTokenSource limited = new(timeout);
        try
        {
            // Waited for from outside as well: the limit holds even where something inside heeds no token.
            return await FetchAsync(issuer, limited.Token).WaitAsync(limited.Token);
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
        (byte[]? body, string? problem) = await GetAsync($"{issuer.TrimEnd('/')}/.well-known/openid-configuration", cancellationToken);
        if (body is null)
        {
            return (null, problem);
        }

        if (StrictJson.ParseObject(body) is not { } discovery || discovery.Text("issuer") != issuer || discovery.Text("jwks_uri") is not { } address)
        {
            return (null, "Its discovery document names another issuer or no keys.");
        }

        (body, problem) = await GetAsync(address, cancellationToken);
        return body is null ? (null, problem)
            : IssuerKeys.Parse(body) is { } keys ? (keys, null)
            : (null, "Its key set cannot be read, or holds no key for signatures.");
    }

    private async Task<(byte[]? Body, string? Problem)> GetAsync(string address, CancellationToken cancellationToken)
    {
        if (!Uri.TryCreate(address, UriKind.Absolute, out Uri? uri) || uri.Scheme != Uri.UriSchemeHttps)
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

    private static string TooLarge => $"It answered with more than {LargestDocument / 1024} KB.";
}
