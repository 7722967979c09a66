using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Gateway.Tests.Authentication.Oidc;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Primitives;

namespace Gateway.Dashboard.Tests.Support;

/// <summary>Where somebody signs in who has done so already: it asks nothing, sends the browser back with a code, and is strict about who brings the code.</summary>
internal sealed class SignInIssuer : IAsyncDisposable
{
    public const string ClientId = "the-page";
    public const string Audience = "gateway";

    private readonly WebApplication _app;
    private readonly TimeProvider _time;
    private readonly ConcurrentDictionary<string, IQueryCollection> _codes = [];

    /// <summary>Not the algorithm that everybody takes for granted.</summary>
    private readonly TokenSigner _signer = TokenSigner.Create("ES256");

    private SignInIssuer(WebApplication app, X509Certificate2 certificate, TimeProvider time) => (_app, Certificate, _time) = (app, certificate, time);

    public X509Certificate2 Certificate { get; }

    public string Origin => _app.Urls.Single();

    /// <summary>The page from which codes are taken.</summary>
    public string? Page { get; set; }

    /// <summary>What tokens say of whoever signs in.</summary>
    public string Role { get; set; } = "";

    /// <summary>Answered instead of a code.</summary>
    public (string Error, string Description)? Refusal { get; set; }

    /// <summary>Stands in ID tokens instead of the one that was asked with.</summary>
    public string? Nonce { get; set; }

    public ConcurrentQueue<IQueryCollection> Asked { get; } = [];

    public ConcurrentQueue<IFormCollection> Brought { get; } = [];

    /// <summary>The access tokens that it gave out.</summary>
    public ConcurrentQueue<string> Tokens { get; } = [];

    public static async Task<SignInIssuer> StartAsync(TimeProvider time)
    {
        X509Certificate2 certificate = LocalIssuer.SelfSigned();
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(certificate)));
        builder.Logging.ClearProviders();
        WebApplication app = builder.Build();
        SignInIssuer issuer = new(app, certificate, time);
        app.Run(issuer.AnswerAsync);
        await app.StartAsync();
        return issuer;
    }

    /// <summary>As it was at the start, but for its keys.</summary>
    public void Reset()
    {
        (Role, Refusal, Nonce) = ("", null, null);
        Asked.Clear();
        Brought.Clear();
        Tokens.Clear();
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        Certificate.Dispose();
        _signer.Dispose();
    }

    private async Task AnswerAsync(HttpContext http)
    {
        switch (http.Request.Path.Value)
        {
            case "/.well-known/openid-configuration":
                await http.Response.WriteAsync(new JsonObject
                {
                    ["issuer"] = Origin,
                    ["jwks_uri"] = $"{Origin}/keys",
                    ["authorization_endpoint"] = $"{Origin}/authorize?tenant=one",
                    ["token_endpoint"] = $"{Origin}/token",
                }.ToJsonString());
                break;
            case "/keys":
                await http.Response.WriteAsync(new JsonObject { ["keys"] = new JsonArray(_signer.ToJwk()) }.ToJsonString());
                break;
            case "/authorize":
                Authorize(http);
                break;
            case "/token":
                await TokenAsync(http);
                break;
            default:
                http.Response.StatusCode = 404;
                break;
        }
    }

    private void Authorize(HttpContext http)
    {
        IQueryCollection asked = http.Request.Query;
        Asked.Enqueue(asked);
        Dictionary<string, string?> answer = new() { ["state"] = asked["state"], ["iss"] = Origin };
        if (Refusal is var (error, description))
        {
            answer["error"] = error;
            answer["error_description"] = description;
        }
        else
        {
            answer["code"] = $"code-{Guid.NewGuid():N}";
            _codes[answer["code"]!] = asked;
        }

        http.Response.Redirect(asked["redirect_uri"] == Page ? $"{Page}{QueryString.Create(answer)}" : "/not-registered");
    }

    private async Task TokenAsync(HttpContext http)
    {
        IFormCollection brought = await http.Request.ReadFormAsync();
        Brought.Enqueue(brought);
        http.Response.Headers.AccessControlAllowOrigin = new Uri(Page!).GetLeftPart(UriPartial.Authority);
        http.Response.ContentType = "application/json";

        // A code is good once, for whoever asked for it.
        bool good = _codes.TryRemove(brought["code"].ToString(), out IQueryCollection? asked)
            && brought["grant_type"] == "authorization_code"
            && brought["client_id"] == ClientId && asked["client_id"] == ClientId
            && brought["redirect_uri"] == asked["redirect_uri"]
            && asked["code_challenge_method"] == "S256"
            && asked["code_challenge"] == ChallengeOf(brought["code_verifier"]);
        if (!good)
        {
            http.Response.StatusCode = 400;
            await http.Response.WriteAsync("""{"error":"invalid_grant","error_description":"The code is not good."}""");
            return;
        }

        string access = Sign(Audience);
        Tokens.Enqueue(access);
        await http.Response.WriteAsync(new JsonObject
        {
            ["access_token"] = access,
            ["token_type"] = "Bearer",
            ["expires_in"] = 300,
            ["id_token"] = Sign(ClientId, Nonce ?? asked!["nonce"].ToString()),
        }.ToJsonString());
    }

    public static string ChallengeOf(StringValues verifier) => Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(verifier.ToString())));

    private string Sign(string audience, string? nonce = null)
    {
        long now = _time.GetUtcNow().ToUnixTimeSeconds();
        JsonObject claims = new() { ["iss"] = Origin, ["aud"] = audience, ["sub"] = "ada", ["role"] = Role, ["email"] = "ada@example.com", ["iat"] = now, ["exp"] = now + 300 };
        if (nonce is not null)
        {
            claims["nonce"] = nonce;
        }

        return _signer.Sign(claims);
    }
}
