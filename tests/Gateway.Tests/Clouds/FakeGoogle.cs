using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Gateway.Tests.Support;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Gateway.Tests.Clouds;

/// <summary>Vertex AI and Google's token services, which check what comes as the cloud would.</summary>
internal sealed class FakeGoogle : IAsyncDisposable
{
    public const string Account = "gateway@project-1.iam.gserviceaccount.com";
    private const string Pool = "//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/azure/providers/entra";
    private const string Scope = "https://www.googleapis.com/auth/cloud-platform";
    private readonly RSA _key = RSA.Create(2048);
    private readonly TimeProvider _time;
    private int _tokens;
    private int _firstGood;

    private FakeGoogle(FakeUpstream vertex, FakeUpstream tokens, TimeProvider time)
    {
        (Vertex, Tokens, _time) = (vertex, tokens, time);
        vertex.Answer = AnswerAsync;
        tokens.Answer = IssueAsync;
    }

    public FakeUpstream Vertex { get; }

    public FakeUpstream Tokens { get; }

    /// <summary>Paths as they were sent.</summary>
    public List<string> Targets { get; } = [];

    /// <summary>Says what comes behind the door; null answers.</summary>
    public Func<HttpContext, Task?> Inside { get; set; } = _ => null;

    public string KeyFile => JsonSerializer.Serialize(new
    {
        type = "service_account",
        project_id = "project-1",
        private_key_id = "key-1",
        private_key = _key.ExportPkcs8PrivateKeyPem(),
        client_email = Account,
        token_uri = Tokens.Url + "/token",
    });

    /// <summary>As gcloud writes it for Azure; the address at which a virtual machine asks is not asked.</summary>
    public string Federation(bool impersonates) => JsonSerializer.Serialize(new Dictionary<string, object>
    {
        ["type"] = "external_account",
        ["audience"] = Pool,
        ["subject_token_type"] = "urn:ietf:params:oauth:token-type:jwt",
        ["token_url"] = Tokens.Url + "/v1/token",
        ["credential_source"] = new { url = "http://169.254.169.254/metadata/identity/oauth2/token?api-version=2018-02-01&resource=api%3A%2F%2Fgateway-google", headers = new { Metadata = "True" } },
        [impersonates ? "service_account_impersonation_url" : "universe_domain"] = impersonates ? $"{Tokens.Url}/v1/projects/-/serviceAccounts/{Account}:generateAccessToken" : "googleapis.com",
    });

    public (string Key, string? Value)[] Settings(string credentials) =>
    [
        ("Gateway:Providers:google:Kind", "vertex"),
        ("Gateway:Providers:google:BaseUrl", Vertex.Url),
        ("Gateway:Providers:google:Google:Project", "project-1"),
        ("Gateway:Providers:google:Google:Location", "europe-west1"),
        ("Gateway:Providers:google:Google:Credentials", credentials),
        ("Gateway:Models:0:Id", "m"),
        ("Gateway:Models:0:Targets:0", "google/claude-sonnet-4-5@20250929"),
    ];

    public static async Task<FakeGoogle> StartAsync(TimeProvider time) => new(await FakeUpstream.StartAsync(), await FakeUpstream.StartAsync(), time);

    /// <summary>No token of before is taken any more.</summary>
    public void EndTokens() => _firstGood = _tokens + 1;

    public async ValueTask DisposeAsync()
    {
        await Vertex.DisposeAsync();
        await Tokens.DisposeAsync();
        _key.Dispose();
    }

    private Task AnswerAsync(HttpContext context)
    {
        string target = context.Features.Get<IHttpRequestFeature>()!.RawTarget;
        ReceivedRequest request = Vertex.Received.Last();
        Targets.Add(target);
        if (!int.TryParse(request.Headers["authorization"].Replace("Bearer ya29.", "", StringComparison.Ordinal), out int token) || token < _firstGood || request.Headers.ContainsKey("x-api-key"))
        {
            return FakeUpstream.Json(context, 401, """{"error":{"code":401,"message":"Request had invalid authentication credentials for project-1.","status":"UNAUTHENTICATED"}}""");
        }

        const string Models = "/v1/projects/project-1/locations/europe-west1/publishers/anthropic/models/";
        bool counts = target == Models + "count-tokens:rawPredict";
        bool stream = target == Models + "claude-sonnet-4-5@20250929:streamRawPredict";
        bool asks = request.Json.TryGetProperty("stream", out JsonElement wish) && wish.GetBoolean();
        bool right = (counts || target == Models + "claude-sonnet-4-5@20250929:rawPredict" || stream)
            && request.Json.GetProperty("anthropic_version").GetString() == "vertex-2023-10-16"
            && request.Json.TryGetProperty("model", out _) == counts
            && (counts || asks == stream);
        return !right ? FakeUpstream.Json(context, 400, """[{"error":{"code":400,"message":"Request contains an invalid argument.","status":"INVALID_ARGUMENT"}}]""")
            : Inside(context) ?? FakeClaude.AnswerAsync(context, stream, counts);
    }

    private Task IssueAsync(HttpContext context)
    {
        ReceivedRequest request = Tokens.Received.Last();
        return request.Path switch
        {
            "/token" when IsAssertion(Form(request)) => FakeUpstream.Json(context, 200, $$"""{"access_token":"{{Next()}}","expires_in":3600,"token_type":"Bearer"}"""),
            "/v1/token" when IsExchange(Form(request), out bool whole) => FakeUpstream.Json(context, 200, $$"""{"access_token":"{{(whole ? Next() : "sts-token")}}","issued_token_type":"urn:ietf:params:oauth:token-type:access_token","expires_in":3600,"token_type":"Bearer"}"""),
            "/v1/projects/-/serviceAccounts/" + Account + ":generateAccessToken" when request.Headers["authorization"] == "Bearer sts-token" && request.Json.GetProperty("scope")[0].GetString() == Scope =>
                FakeUpstream.Json(context, 200, $$"""{"accessToken":"{{Next()}}","expireTime":"{{DateTimeOffset.UtcNow.AddHours(1):yyyy-MM-ddTHH:mm:ssZ}}"}"""),
            _ => FakeUpstream.Json(context, 400, """{"error":"invalid_grant","error_description":"Invalid JWT Signature."}"""),
        };
    }

    private string Next() => $"ya29.{++_tokens}";

    private bool IsAssertion(Dictionary<string, string> form)
    {
        string[] jwt = form["assertion"].Split('.');
        JsonElement claims = JsonElement.Parse(Base64Url.DecodeFromChars(jwt[1]));
        return form["grant_type"] == "urn:ietf:params:oauth:grant-type:jwt-bearer"
            && _key.VerifyData(Encoding.ASCII.GetBytes($"{jwt[0]}.{jwt[1]}"), Base64Url.DecodeFromChars(jwt[2]), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            && claims.GetProperty("iss").GetString() == Account
            && claims.GetProperty("aud").GetString() == "https://oauth2.googleapis.com/token"
            && claims.GetProperty("scope").GetString() == Scope
            && claims.GetProperty("exp").GetInt64() > _time.GetUtcNow().ToUnixTimeSeconds();
    }

    private static bool IsExchange(Dictionary<string, string> form, out bool whole)
    {
        whole = form["scope"] == Scope;
        return form["audience"] == Pool && form["subject_token"].StartsWith("entra-token-", StringComparison.Ordinal) && form["grant_type"] == "urn:ietf:params:oauth:grant-type:token-exchange";
    }

    private static Dictionary<string, string> Form(ReceivedRequest request) =>
        request.Body.Split('&').Select(pair => pair.Split('=')).ToDictionary(pair => pair[0], pair => Uri.UnescapeDataString(pair[1]));
}
