using System.Globalization;
using Azure.Data.Tables;
using Gateway.Audit;
using Gateway.Authentication.Access;
using Gateway.Authentication.Keys;
using Gateway.Authentication.Oidc;
using Gateway.Authentication.Teams;
using Gateway.Metering.Rollups;
using Gateway.Metering.Usage;
using Gateway.Storage;
using Gateway.Tests.Metering.Usage;

namespace Gateway.Tests.Storage;

/// <summary>More rows than one answer of the Table service holds, which is a thousand: on an Azurite of their own.</summary>
public sealed class ManyRowsTests : IAsyncLifetime
{
    private const int Many = 1_100;
    private static readonly DateOnly s_day = new(2026, 11, 1);

    private Azurite _azurite = null!;
    private FaultyTables _tables = null!;
    private TableStorage _storage = null!;

    public async Task InitializeAsync()
    {
        _azurite = await Azurite.ShareAsync();
        _tables = await FaultyTables.StartAsync(_azurite.Endpoint);
        _storage = Azurite.StorageAt(_tables.ConnectionString);
        await StorageTables.CreateAsync(_storage);
    }

    public async Task DisposeAsync()
    {
        await _tables.DisposeAsync();
        await _azurite.DisposeAsync();
    }

    [Fact]
    public async Task Every_list_goes_on_past_a_thousand_and_is_never_half()
    {
        TableIssuerStore issuers = new(_storage);
        TrustedIssuer rule = new() { Id = "r", Issuer = "https://issuer.example", Audiences = ["a"], Team = "t" };
        await WriteAsync(TableIssuerStore.TableName, i => IssuerRow.FromIssuer(rule with { Id = Number(i) }));
        await WholeOrNotAsync(TableIssuerStore.TableName, async () => (await issuers.ListAsync(default)).Count);

        TableTeamStore teams = new(_storage);
        await WriteAsync(TableTeamStore.TableName, i => new TableEntity("team", Number(i)) { ["Limits"] = "{}" });
        await WholeOrNotAsync(TableTeamStore.TableName, async () => (await teams.ListAsync(default)).Count);

        TableAuditStore audit = new(_storage);
        await WriteAsync(TableAuditStore.TableName, i => new TableEntity("2026-11-01", Number(i)) { ["At"] = new DateTimeOffset(2026, 11, 1, 0, 0, 0, TimeSpan.Zero).AddSeconds(i), ["Target"] = Number(i) });
        await WholeOrNotAsync(TableAuditStore.TableName, async () => (await audit.ListAsync(default, default)).Count);
        Assert.Equal(Enumerable.Range(0, Many).Select(Number), (await audit.ListAsync(default, default)).Select(entry => entry.Target));

        TableRollupStore rollups = new(_storage, TimeProvider.System);
        await rollups.WriteAsync(s_day, "w", [.. Enumerable.Range(0, Many).Select(i => new Rollup(new RollupKey(s_day, Number(i), "t", "p", "m"), new RollupTotals { Requests = 1 }))], default);
        await WholeOrNotAsync(TableRollupStore.TableName, async () => (await rollups.ListAsync(new RollupQuery(s_day, s_day), default)).Count);
    }

    [Fact]
    public async Task Keys_go_on_past_a_thousand_partitions()
    {
        TableKeyStore keys = new(_storage);
        VirtualKey key = Key();
        await Parallel.ForAsync(0, Many, async (i, token) => Assert.True(await keys.AddAsync(key with { Id = Number(i) }, token)));
        await WholeOrNotAsync(TableKeyStore.TableName, async () => (await keys.ListAsync(default)).Count);
    }

    [Fact]
    public async Task Usage_of_a_day_is_listed_summed_and_deleted_whole()
    {
        TableUsageStore usage = new(_storage);
        await usage.AppendAsync([.. Enumerable.Range(0, Many).Select(i => UsageTables.Entry(s_day, second: i))], default);
        await usage.AppendAsync([UsageTables.Entry(s_day.AddDays(1))], default);
        await WholeOrNotAsync(TableUsageStore.TableName, async () => await usage.ListAsync(s_day, new(), default).CountAsync());
        await WholeOrNotAsync(TableUsageStore.TableName, async () => (int)(await usage.SumAsync(s_day, default)).Sum(sum => sum.Totals.Requests));

        // The outage comes when a thousand are gone; the next run takes the rest.
        Task outage = _tables.NextSecondPage(TableUsageStore.TableName, Fault.Cut, Fault.Cut, Fault.Cut);
        await Assert.ThrowsAsync<StorageUnavailableException>(() => usage.DeleteBeforeAsync(s_day.AddDays(1), default));
        await outage;
        Assert.InRange(await usage.DeleteBeforeAsync(s_day.AddDays(1), default), 100, 200);
        Assert.Equal(0, await usage.DeleteBeforeAsync(s_day.AddDays(1), default));
        Assert.Equal(1, await usage.ListAsync(s_day.AddDays(1), new(), default).CountAsync());
    }

    [Fact]
    public async Task Names_with_characters_of_filters_and_addresses_find_their_own_rows_only()
    {
        TableUsageStore usage = new(_storage);
        TableTeamStore teams = new(_storage);
        string[] names = ["it's", "x' or KeyId ne '", "100%", "%41", "a+b c", "a&b=c;d,e", "(x),[y]{z}", "größe 東京 🚀", "\"quoted\" <tag> `tick` ^|~!*$", "."];
        await usage.AppendAsync([.. names.Select(name => UsageTables.Entry(s_day, key: name))], default);
        foreach (string name in names)
        {
            Assert.Equal(name, Assert.Single(await usage.ListAsync(s_day, new(KeyId: name), default).ToListAsync()).KeyId);
            Assert.True(await teams.SetAsync(new(name, Limits.None) { UpdatedBy = name }, default));
        }

        foreach (string name in names)
        {
            Assert.Equal((name, name), ((await teams.FindAsync(name, default))!.Name, (await teams.FindAsync(name, default))!.UpdatedBy));
            Assert.True(await teams.RemoveAsync(name, default));
            Assert.Null(await teams.FindAsync(name, default));
        }

        Assert.Empty(await teams.ListAsync(default));
    }

    private static string Number(int i) => i.ToString("D12", CultureInfo.InvariantCulture);

    private static VirtualKey Key()
    {
        ApiKey made = ApiKey.Generate().Key;
        return new VirtualKey { Id = made.Id, Hash = made.Hash, Team = "t", CreatedAt = DateTimeOffset.UnixEpoch, CreatedBy = "ada" };
    }

    private async Task WriteAsync(string table, Func<int, TableEntity> row)
    {
        foreach (int[] batch in Enumerable.Range(0, Many).Chunk(100))
        {
            await _storage.Table(table).SubmitTransactionAsync(batch.Select(i => new TableTransactionAction(TableTransactionActionType.Add, row(i))));
        }
    }

    /// <summary>All rows; or, with an outage at the second page, none, even though the first has come.</summary>
    private async Task WholeOrNotAsync(string table, Func<Task<int>> count)
    {
        Assert.Equal(Many, await count());
        Task outage = _tables.NextSecondPage(table, Fault.Cut, Fault.LoseAnswer, Fault.CutAnswer);
        await Assert.ThrowsAsync<StorageUnavailableException>(count);
        await outage;
        Assert.Equal(Many, await count());
    }
}
