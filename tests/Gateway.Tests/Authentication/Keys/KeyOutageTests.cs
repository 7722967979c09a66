using Gateway.Admission;
using Gateway.Authentication.Access;
using Gateway.Authentication.Keys;
using Gateway.Authentication.Teams;
using Gateway.Routing.Prices;
using Gateway.Storage;
using Gateway.Tests.Storage;
using Gateway.Tests.Support;
using Gateway.Translation.Errors;
using Microsoft.Extensions.Logging.Abstractions;
using Limits = Gateway.Authentication.Access.Limits;

namespace Gateway.Tests.Authentication.Keys;

/// <summary>What becomes of requests when the Table service goes away.</summary>
public sealed class KeyOutageTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    [Fact]
    public async Task A_storage_that_is_away_is_a_503_and_cached_keys_go_on_for_60_seconds()
    {
        await using FaultyTables tables = await FaultyTables.StartAsync(azurite.Endpoint);
        Door door = new(store: new TableKeyStore(Azurite.StorageAt(tables.ConnectionString)));
        KeyChange.Issued cached = await door.CreateAsync();
        KeyChange.Issued other = await door.CreateAsync();
        await door.AdmitsAsync(("x-api-key", cached.Text));

        tables.Always(Fault.Cut);
        GatewayError error = await door.RefusesAsync(("x-api-key", other.Text));

        Assert.Equal(503, error.Status);
        Assert.Equal(ErrorType.Api, error.Type);
        Assert.Null(error.ShouldRetry);
        await door.AdmitsAsync(("x-api-key", cached.Text));
        door.Time.AdvanceSeconds(60);
        Assert.Equal(503, (await door.RefusesAsync(("x-api-key", cached.Text))).Status);

        tables.Always(null);
        await door.AdmitsAsync(("x-api-key", cached.Text));
        await door.AdmitsAsync(("x-api-key", other.Text));
    }

    [Fact]
    public async Task A_storage_that_never_answers_is_given_up()
    {
        await using FaultyTables tables = await FaultyTables.StartAsync(azurite.Endpoint);
        Door door = new(store: new TableKeyStore(Azurite.StorageAt(tables.ConnectionString)));
        tables.Always(Fault.Silence);

        // With the SDK's own patience it would take 400 s.
        Assert.Equal(503, (await door.RefusesAsync(("x-api-key", Door.Unknown())).PatientlyAsync()).Status);
    }

    [Fact]
    public async Task A_key_is_looked_up_for_5_seconds_at_most_whatever_the_storage_asks_for()
    {
        FakeClock time = new();
        await using FaultyTables tables = await FaultyTables.StartAsync(azurite.Endpoint);
        Door door = new(store: new TableKeyStore(Azurite.StorageAt(tables.ConnectionString, time)));
        Task asked = tables.Next("GET /keys", Fault.Busy);

        Task<AuthenticationResult> waiting = door.TryAsync(("x-api-key", Door.Unknown()));
        await asked;
        time.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal(503, Assert.IsType<AuthenticationResult.Refused>(await waiting.PatientlyAsync()).Error.Status);
    }

    [Fact]
    public async Task A_budget_is_asked_for_5_seconds_at_most_whatever_the_storage_asks_for()
    {
        FakeClock time = new();
        await using FaultyTables tables = await FaultyTables.StartAsync(azurite.Endpoint);
        TableStorage storage = Azurite.StorageAt(tables.ConnectionString, time);
        AdmissionControl admission = new(new TeamDirectory(new MemoryTeamStore(), time), new TableSpendStore(storage, NullLoggerFactory.Instance), time);
        Caller caller = new()
        {
            KeyId = $"k{Guid.NewGuid():N}",
            Team = "t",
            Limits = new Limits { BudgetPerDay = new Budget(1m) },
            CredentialKind = CredentialKind.ApiKey,
            CredentialHeader = "x-api-key",
        };
        Task asked = tables.Next("GET /spend", Fault.Busy);

        Task<AdmissionResult> waiting = admission.AdmitAsync(caller, new ExpectedUse(1, Usd.Of(0.1m), false), default).AsTask();
        await asked;
        time.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal(503, (await waiting.PatientlyAsync()).Refusal!.Status);
    }
}
