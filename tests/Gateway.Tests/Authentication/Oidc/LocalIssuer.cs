using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Gateway.Authentication.Oidc;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Gateway.Tests.Authentication.Oidc;

/// <summary>An issuer on 127.0.0.1, over https with a certificate that only its own client trusts.</summary>
internal sealed class LocalIssuer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly X509Certificate2 _certificate;
    private int _fetches;

    private LocalIssuer(WebApplication app, X509Certificate2 certificate)
    {
        _app = app;
        _certificate = certificate;
    }

    public string Address { get; private set; } = "";

    /// <summary>How often its keys have been asked for.</summary>
    public int Fetches => _fetches;

    public List<TokenSigner> Signers { get; } = [];

    /// <summary>Answers instead of the key set.</summary>
    public RequestDelegate? InsteadOfKeys { get; set; }

    /// <summary>Stands in the discovery document instead of the address.</summary>
    public string? ClaimedIssuer { get; set; }

    public string? ClaimedKeysAddress { get; set; }

    public static async Task<LocalIssuer> StartAsync()
    {
        X509Certificate2 certificate = SelfSigned();
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(certificate)));
        builder.Logging.ClearProviders();
        WebApplication app = builder.Build();
        LocalIssuer issuer = new(app, certificate);
        app.Run(issuer.AnswerAsync);
        await app.StartAsync();
        issuer.Address = $"{app.Urls.Single()}/tenant";
        return issuer;
    }

    public IssuerClient CreateClient() => CreateClient(_certificate, TimeSpan.FromSeconds(5));

    /// <summary>A client that trusts this certificate and no other.</summary>
    public static IssuerClient CreateClient(X509Certificate2 trusted, TimeSpan timeout) => new(
        new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            SslOptions = { RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null && trusted.RawDataMemory.Span.SequenceEqual(certificate.GetRawCertData()) },
        },
        timeout);

    public TokenSigner AddSigner(string algorithm = "RS256", string keyId = "key-1")
    {
        TokenSigner signer = TokenSigner.Create(algorithm, keyId);
        Signers.Add(signer);
        return signer;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _certificate.Dispose();
        Signers.ForEach(signer => signer.Dispose());
    }

    private Task AnswerAsync(HttpContext http)
    {
        switch (http.Request.Path.Value)
        {
            case "/tenant/.well-known/openid-configuration":
                return http.Response.WriteAsync(new JsonObject
                {
                    ["issuer"] = ClaimedIssuer ?? Address,
                    ["jwks_uri"] = ClaimedKeysAddress ?? $"{Address}/keys",
                }.ToJsonString());
            case "/tenant/keys":
                Interlocked.Increment(ref _fetches);
                return InsteadOfKeys?.Invoke(http)
                    ?? http.Response.WriteAsync(new JsonObject { ["keys"] = new JsonArray([.. Signers.Select(signer => signer.ToJwk())]) }.ToJsonString());
            default:
                http.Response.StatusCode = 404;
                return Task.CompletedTask;
        }
    }

    public static X509Certificate2 SelfSigned()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=127.0.0.1", key, HashAlgorithmName.SHA256);
        SubjectAlternativeNameBuilder names = new();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using X509Certificate2 certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null);
    }
}
