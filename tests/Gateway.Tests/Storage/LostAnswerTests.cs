using Gateway.Admission;
using Gateway.Audit;
using Gateway.Authentication.Access;
using Gateway.Authentication.Keys;
using Gateway.Authentication.Oidc;
using Gateway.Authentication.Teams;
using Gateway.Metering.Rollups;
using Gateway.Metering.Usage;
using Gateway.Routing.Prices;
using Gateway.Storage;
using Gateway.Tests.Metering.Usage;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Limits = Gateway.Authentication.Access.Limits;

namespace Gateway.Tests.Storage;

/// <summary>
/// The Table service does what it is asked, and its answer is lost. The SDK then asks again and hears that the row is
/// there already, has another version, or is gone: by its own doing.
/// </summary>
public sealed class LostAnswerTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>, IAsyncLifetime
{
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UtcNow);
    private FaultyTables _tables = null!;
    private TableStorage _storage = null!;

    public async Task InitializeAsync()
    {
        _tables = await FaultyTables.StartAsync(azurite.Endpoint);
        _storage = Azurite.StorageAt(_tables.ConnectionString);
    }

    public async Task DisposeAsync() => await _tables.DisposeAsync();

    [Fact]
    public async Task New_key_is_created_once_and_its_secret_is_handed_out()
    {
        KeyAdministration keys = Keys();
        Task lost = _tables.Next("POST /keys", Fault.LoseAnswer);
        KeyChange.Issued issued = Assert.IsType<KeyChange.Issued>(await keys.CreateAsync(new NewKey { Team = "lost" }, "ada", default));
        await lost;
        Assert.NotNull(await keys.FindAsync(issued.Key.Id, default));
    }

    [Fact]
    public async Task Change_of_a_key_is_done_once_and_the_next_change_works()
    {
        KeyAdministration keys = Keys();
        string id = Assert.IsType<KeyChange.Issued>(await keys.CreateAsync(new NewKey { Team = "lost" }, "ada", default)).Key.Id;
        Task lost = _tables.Next("PATCH /keys", Fault.LoseAnswer);
        Assert.IsType<KeyChange.Done>(await keys.UpdateAsync(id, key => key with { Name = "new", Tags = new Dictionary<string, string> { ["a"] = "ü" } }, "ada", default));
        await lost;
        Assert.IsType<KeyChange.Issued>(await keys.RotateAsync(id, TimeSpan.FromHours(1), "ada", default));
        Assert.Equal("new", (await keys.FindAsync(id, default))!.Name);
    }

    [Fact]
    public async Task Rule_is_added_once_and_removed_once()
    {
        TableIssuerStore issuers = new(_storage);
        TrustedIssuer rule = new() { Id = $"r{Guid.NewGuid():n}", Issuer = "https://issuer.example", Audiences = ["a"], Team = "lost", CreatedAt = _time.GetUtcNow() };
        Task lost = _tables.Next("POST /issuers", Fault.LoseAnswer);
        Assert.True(await issuers.AddAsync(rule, default));
        await lost;
        Assert.False(await issuers.AddAsync(rule with { Team = "another" }, default));

        lost = _tables.Next("DELETE /issuers", Fault.LoseAnswer);
        Assert.True(await issuers.RemoveAsync(rule.Id, default));
        await lost;
        Assert.False(await issuers.RemoveAsync(rule.Id, default));
        Assert.DoesNotContain(await issuers.ListAsync(default), issuer => issuer.Id == rule.Id);
    }

    [Fact]
    public async Task Limits_of_a_team_are_set_changed_and_removed_once()
    {
        TableTeamStore teams = new(_storage);
        Team team = new($"t{Guid.NewGuid():n}", new Limits { RequestsPerMinute = new(1) }) { UpdatedAt = _time.GetUtcNow(), UpdatedBy = "ada" };
        Task lost = _tables.Next("POST /teams", Fault.LoseAnswer);
        Assert.True(await teams.SetAsync(team, default));
        await lost;

        Team seen = (await teams.FindAsync(team.Name, default))!;
        lost = _tables.Next("PUT /teams", Fault.LoseAnswer);
        Assert.True(await teams.SetAsync(seen with { Limits = new Limits { RequestsPerMinute = new(2) } }, default));
        await lost;
        Assert.False(await teams.SetAsync(seen with { Limits = new Limits { RequestsPerMinute = new(3) } }, default));

        lost = _tables.Next("DELETE /teams", Fault.LoseAnswer);
        Assert.True(await teams.RemoveAsync(team.Name, default));
        await lost;
        Assert.False(await teams.RemoveAsync(team.Name, default));
    }

    [Fact]
    public async Task Act_is_on_record_once()
    {
        TableAuditStore audit = new(_storage);
        AuditEntry entry = new(_time.GetUtcNow(), "ada", "key.create", $"lost{Guid.NewGuid():n}", AuditOutcome.Done, new Dictionary<string, string>());
        Task lost = _tables.Next("PUT /audit", Fault.LoseAnswer);
        await audit.AppendAsync(entry, default);
        await lost;
        Assert.Single(await audit.ListAsync(entry.At, default), each => each.Target == entry.Target);
    }

    [Fact]
    public async Task Act_whose_record_was_not_confirmed_is_not_done_and_on_record_as_failed()
    {
        AuditTrail trail = new(new TableAuditStore(_storage), _time);
        string target = $"lost{Guid.NewGuid():n}";
        Task lost = _tables.Next("PUT /audit", Fault.LoseAnswer, Fault.LoseAnswer, Fault.LoseAnswer);
        await Assert.ThrowsAsync<StorageUnavailableException>(() => trail.RecordAsync(
            "ada", "key.revoke", target, new Dictionary<string, string>(), () => throw new InvalidOperationException("The act was done without a record."), default));
        await lost;
        Assert.Equal(
            [AuditOutcome.Done, AuditOutcome.Failed],
            (await new TableAuditStore(_storage).ListAsync(_time.GetUtcNow(), default)).Where(each => each.Target == target).Select(each => each.Outcome).Order());
    }

    [Fact]
    public async Task Act_that_was_done_without_an_answer_is_on_record_as_unknown()
    {
        KeyAdministration keys = Keys();
        string id = Assert.IsType<KeyChange.Issued>(await keys.CreateAsync(new NewKey { Team = "lost" }, "ada", default)).Key.Id;
        DateTimeOffset created = _time.GetUtcNow();
        _time.Advance(TimeSpan.FromSeconds(1));
        Task lost = _tables.Next("PATCH /keys", Fault.LoseAnswer, Fault.LoseAnswer, Fault.LoseAnswer);
        await Assert.ThrowsAsync<StorageUnavailableException>(() => keys.RevokeAsync(id, "ada", default));
        await lost;
        Assert.Equal(KeyState.Revoked, (await keys.FindAsync(id, default))!.StateAt(_time.GetUtcNow()));
        Assert.Equal(
            [AuditOutcome.Done, AuditOutcome.Unknown],
            (await new TableAuditStore(_storage).ListAsync(created.AddTicks(1), default)).Where(each => each.Target == id).Select(each => each.Outcome).Order());
    }

    [Fact]
    public async Task Usage_is_written_once()
    {
        TableUsageStore usage = new(_storage);
        DateOnly day = Day();
        UsageEntry[] entries = [.. Enumerable.Range(0, 150).Select(i => UsageTables.Entry(day, second: i))];
        Task lost = _tables.Next("POST /$batch", Fault.LoseAnswer, Fault.LoseAnswer);
        Assert.Empty(await usage.AppendAsync(entries, default));
        await lost;
        Assert.Equal(150, Assert.Single(await usage.SumAsync(day, default)).Totals.Requests);

        lost = _tables.Next("POST /$batch", Fault.LoseAnswer);
        Assert.Equal(150, await DeleteAsync(usage, day));
        await lost;
        Assert.Empty(await usage.SumAsync(day, default));
    }

    [Fact]
    public async Task Totals_count_once_and_a_day_is_closed_once()
    {
        TableRollupStore rollups = new(_storage, TimeProvider.System);
        DateOnly day = Day();
        Rollup[] totals = [.. Enumerable.Range(0, 120).Select(i => new Rollup(new RollupKey(day, $"key{i}", "lost", "fake", "m"), new RollupTotals { Requests = 1 }))];
        Task lost = _tables.Next("POST /$batch", Fault.LoseAnswer, Fault.LoseAnswer);
        await rollups.WriteAsync(day, "0123456789ab", totals, default);
        await lost;
        Assert.Equal(120, (await rollups.ListAsync(new RollupQuery(day, day), default)).Sum(rollup => rollup.Totals.Requests));

        lost = _tables.Next("POST /$batch", Fault.LoseAnswer, Fault.LoseAnswer);
        await rollups.CloseAsync(day, totals[..60], default);
        await lost;
        Assert.Equal(60, (await rollups.ListAsync(new RollupQuery(day, day), default)).Sum(rollup => rollup.Totals.Requests));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Spend_is_counted_once_whether_or_not_an_answer_comes_in_the_end(int lostAnswers)
    {
        string scope = $"key:{Guid.NewGuid():n}";
        BudgetAccount account = new(scope, "i1", new TableSpendStore(_storage, NullLoggerFactory.Instance), _time);
        BudgetLimit[] day = [new(BudgetWindow.Day, new Budget(1m))];
        Fault[] faults = [.. Enumerable.Repeat(Fault.LoseAnswer, lostAnswers)];

        // The row is made, the first time with an answer that is lost.
        Task lost = _tables.Next("POST /spend", faults);
        await ReserveAsync(account, day);
        await lost;
        account.Settle(Usd.Of(0.1m), Usd.Of(0.07m));

        lost = _tables.Next("PUT /spend", faults);
        await Record.ExceptionAsync(() => account.UpkeepAsync(closing: false, default));
        await lost;
        await account.UpkeepAsync(closing: true, default);

        SpendState state = await new TableSpendStore(_storage, NullLoggerFactory.Instance).ReadAsync(scope, default);
        Assert.Equal(Usd.Of(0.07m), state.Spent(BudgetWindow.Day));
        Assert.Equal(Usd.Zero, state.HeldByOthers("another", _time.GetUtcNow()));
    }

    [Fact]
    public async Task Counts_of_an_instance_are_shared_once()
    {
        TableSpendStore store = new(_storage, NullLoggerFactory.Instance);
        string scope = $"key:{Guid.NewGuid():n}";
        RateShare mine = new("i1", [new RateSlot(_time.GetUtcNow().ToUnixTimeSeconds(), new RateCounts(1, 2, 3))], 0, _time.GetUtcNow());
        Task lost = _tables.Next("PUT /spend", Fault.LoseAnswer);
        Assert.Empty(await store.ShareAsync(scope, mine, default));
        await lost;
        RateShare told = Assert.Single(await store.ShareAsync(scope, mine with { Instance = "i2" }, default));
        Assert.Equal(("i1", new RateCounts(1, 2, 3)), (told.Instance, Assert.Single(told.Slots).Counts));
    }

    [Fact]
    public async Task Maintenance_is_claimed_by_the_one_whose_claim_arrived()
    {
        // The claim is one row of the whole storage: a table of its own service.
        await using Azurite own = await Azurite.ShareAsync();
        await using FaultyTables tables = await FaultyTables.StartAsync(own.Endpoint);
        TableStorage storage = Azurite.StorageAt(tables.ConnectionString);
        await StorageTables.CreateAsync(storage);
        DateTimeOffset now = _time.GetUtcNow();
        MaintenanceState mine = new(storage);
        foreach (string method in (string[])["POST", "PATCH"])
        {
            Task lost = tables.Next($"{method} /rollups", Fault.LoseAnswer);
            Assert.True(await mine.TryClaimAsync(now, now.AddHours(1), default));
            await lost;
            Assert.False(await mine.TryClaimAsync(now, now.AddHours(1), default));
            now = now.AddHours(2);
        }
    }

    private KeyAdministration Keys() => new(new TableKeyStore(_storage), new AuditTrail(new TableAuditStore(_storage), _time), _time);

    /// <summary>As clients do: a refusal with a 503 is tried again.</summary>
    private static async Task ReserveAsync(BudgetAccount account, BudgetLimit[] day)
    {
        try
        {
            Assert.Null(await account.ReserveAsync(Usd.Of(0.1m), day, default));
        }
        catch (StorageUnavailableException)
        {
            Assert.Null(await account.ReserveAsync(Usd.Of(0.1m), day, default));
        }
    }

    /// <summary>A day of the test's own, so long ago that nobody else writes or deletes it.</summary>
    private static DateOnly Day() => new DateOnly(1700, 1, 1).AddDays(Random.Shared.Next(30_000));

    /// <summary>Deletes that day and none of another test.</summary>
    private static async Task<int> DeleteAsync(TableUsageStore usage, DateOnly day) => await usage.DeleteBeforeAsync(day.AddDays(1), default);
}
