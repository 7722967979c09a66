using BenchmarkDotNet.Attributes;
using Gateway.Admission;
using Gateway.Audit;
using Gateway.Authentication;
using Gateway.Authentication.Access;
using Gateway.Authentication.Keys;
using Gateway.Authentication.Oidc;
using Gateway.Authentication.Teams;
using Gateway.Routing.Prices;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.Benchmarks;

/// <summary>What the check of a key and of its limits adds to a request on a warm instance, storage in memory.</summary>
[MemoryDiagnoser]
public class AdmissionBenchmarks
{
    private static readonly ExpectedUse s_expected = new(1000, Usd.Of(0.01m), Stream: false);
    private readonly HeaderDictionary _headers = [];
    private Authenticator _authenticator = null!;
    private AdmissionControl _admission = null!;

    [Params(false, true)]
    public bool Limited { get; set; }

    [GlobalSetup]
    public async Task SetUpAsync()
    {
        TimeProvider time = TimeProvider.System;
        MemoryKeyStore keys = new();
        KeyAdministration administration = new(keys, new AuditTrail(new MemoryAuditStore(), time), time);
        Limits limits = new()
        {
            RequestsPerMinute = new RateLimit(1_000_000_000),
            InputTokensPerMinute = new RateLimit(1_000_000_000_000),
            BudgetPerDay = new Budget(1_000_000_000),
            BudgetPerMonth = new Budget(1_000_000_000),
        };
        KeyChange issued = await administration.CreateAsync(new NewKey { Team = "t", Limits = Limited ? limits : Limits.None }, "benchmark", default);
        _headers["x-api-key"] = ((KeyChange.Issued)issued).Text;
        _authenticator = new Authenticator(
            new KeyAuthenticator(new KeyDirectory(keys, time, NullLoggerFactory.Instance), time),
            new TokenAuthenticator(
                new IssuerDirectory(new MemoryIssuerStore(), time, NullLoggerFactory.Instance),
                new SigningKeys(IssuerClient.Create(), time, NullLoggerFactory.Instance),
                time),
            null);
        _admission = new AdmissionControl(new TeamDirectory(new MemoryTeamStore(), time), new MemorySpendStore(), time);
    }

    [Benchmark]
    public async Task AuthenticateAdmitSettle()
    {
        AuthenticationResult.Authenticated caller = (AuthenticationResult.Authenticated)await _authenticator.AuthenticateAsync(_headers, default);
        AdmissionResult result = await _admission.AdmitAsync(caller.Caller, s_expected, default);
        result.Ticket?.Settle(new ActualUse(1000, 100, Usd.Of(0.01m)));
    }
}
