using System.Text.Json.Nodes;
using Gateway.Audit;
using Gateway.Authentication;
using Gateway.Authentication.Access;
using Gateway.Authentication.Keys;
using Gateway.Authentication.Oidc;
using Gateway.Translation.Errors;
using Microsoft.AspNetCore.Http;

namespace Gateway.Tests.Authentication.Oidc;

/// <summary>An authenticator with one local issuer and the rules a test gives it.</summary>
internal sealed class TokenDoor : IAsyncDisposable
{
    private readonly IssuerClient _client;

    private TokenDoor(LocalIssuer issuer)
    {
        Issuer = issuer;
        _client = issuer.CreateClient();
        Administration = new IssuerAdministration(Store, new AuditTrail(new MemoryAuditStore(), Time), Time);
        Authenticator = Door.CreateAuthenticator(new MemoryKeyStore(), Store, _client, Time, null);
    }

    public LocalIssuer Issuer { get; }

    public FakeClock Time { get; } = new FakeClock();

    public CountingIssuerStore Store { get; } = new();

    public IssuerAdministration Administration { get; }

    public Authenticator Authenticator { get; }

    public static async Task<TokenDoor> OpenAsync() => new(await LocalIssuer.StartAsync());

    public TrustedIssuer Rule(string id = "rule") => new()
    {
        Id = id,
        Issuer = Issuer.Address,
        Audiences = ["gateway"],
        Claims = new Dictionary<string, IReadOnlyList<string>> { ["sub"] = ["me"] },
        Team = "search",
    };

    public async Task TrustAsync(TrustedIssuer? rule = null) =>
        Assert.IsType<IssuerChange.Done>(await Administration.AddAsync(rule ?? Rule(), "tester", default));

    /// <summary>Claims that are in order.</summary>
    public JsonObject Claims() => new()
    {
        ["iss"] = Issuer.Address,
        ["aud"] = "gateway",
        ["sub"] = "me",
        ["iat"] = Now(),
        ["nbf"] = Now(),
        ["exp"] = Now(300),
    };

    public long Now(double offset = 0) => Time.GetUtcNow().AddSeconds(offset).ToUnixTimeSeconds();

    public async Task<Caller> AdmitsAsync(string token)
    {
        AuthenticationResult result = await TryAsync(token);
        return result is AuthenticationResult.Authenticated(var caller)
            ? caller
            : throw new Xunit.Sdk.XunitException(((AuthenticationResult.Refused)result).Error.Message);
    }

    public async Task<GatewayError> RefusesAsync(string token)
    {
        GatewayError error = Assert.IsType<AuthenticationResult.Refused>(await TryAsync(token)).Error;
        if (error.Status == 401)
        {
            Assert.Equal(ErrorType.Authentication, error.Type);
            Assert.False(error.ShouldRetry);
        }

        Assert.Contains("Authorization", error.Message, StringComparison.Ordinal);
        return error;
    }

    public async Task<AuthenticationResult> TryAsync(string token) =>
        await Authenticator.AuthenticateAsync(new HeaderDictionary { ["Authorization"] = $"Bearer {token}" }, default);

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await Issuer.DisposeAsync();
    }
}
