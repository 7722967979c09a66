using Gateway.Audit;
using Gateway.Authentication;
using Gateway.Authentication.Access;
using Gateway.Authentication.Keys;
using Gateway.Authentication.Oidc;
using Gateway.Tests.Authentication.Keys;
using Gateway.Translation.Errors;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.Tests.Authentication;

/// <summary>An authenticator with everything around it that a test wants to reach into.</summary>
internal sealed class Door
{
    public Door(DevelopmentKey? developmentKey = null, IKeyStore? store = null)
    {
        Store = new CountingKeyStore();
        IKeyStore used = store ?? Store;
        Audit = new MemoryAuditStore();
        Administration = new KeyAdministration(used, new AuditTrail(Audit, Time), Time);
        Authenticator = CreateAuthenticator(used, new MemoryIssuerStore(), IssuerClient.Create(), Time, developmentKey);
    }

    public FakeClock Time { get; } = new FakeClock();

    public CountingKeyStore Store { get; }

    public MemoryAuditStore Audit { get; }

    public KeyAdministration Administration { get; }

    public Authenticator Authenticator { get; }

    public static Authenticator CreateAuthenticator(IKeyStore keys, IIssuerStore issuers, IssuerClient client, TimeProvider time, DevelopmentKey? developmentKey) => new(
        new KeyAuthenticator(new KeyDirectory(keys, time, NullLoggerFactory.Instance), time),
        new TokenAuthenticator(
            new IssuerDirectory(issuers, time, NullLoggerFactory.Instance),
            new SigningKeys(client, time, NullLoggerFactory.Instance),
            time),
        developmentKey);

    public async Task<KeyChange.Issued> CreateAsync(NewKey? request = null) =>
        Assert.IsType<KeyChange.Issued>(await Administration.CreateAsync(request ?? new NewKey { Team = "search" }, "tester", default));

    public async Task<Caller> AdmitsAsync(params (string Name, string Value)[] headers) =>
        Assert.IsType<AuthenticationResult.Authenticated>(await TryAsync(headers)).Caller;

    public async Task<GatewayError> RefusesAsync(params (string Name, string Value)[] headers) =>
        Assert.IsType<AuthenticationResult.Refused>(await TryAsync(headers)).Error;

    public async Task<AuthenticationResult> TryAsync(params (string Name, string Value)[] headers)
    {
        HeaderDictionary dictionary = [];
        foreach ((string name, string value) in headers)
        {
            dictionary.Append(name, value);
        }

        return await Authenticator.AuthenticateAsync(dictionary, default);
    }

    /// <summary>A well-formed key that nobody has been given.</summary>
    public static string Unknown() => ApiKey.Generate().Text;
}
