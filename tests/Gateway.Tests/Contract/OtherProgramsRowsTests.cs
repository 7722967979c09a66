using Azure;
using Azure.Data.Tables;
using Gateway.Admission;
using Gateway.Alerts;
using Gateway.Metering.Rollups;
using Gateway.Routing.Prices;
using Gateway.Tests.Cli;
using Gateway.Tests.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.Tests.Contract;

/// <summary>
/// Rows of other versions of this program. Those of older ones lack columns; those of newer ones have some that nobody
/// here knows, and whoever changes such a row must not take them away. Tables whose rows are not changed after they were
/// written, or are said anew as a whole by whoever knows best, have no such way: <c>docs/operations.md</c> lists them.
/// </summary>
public sealed class OtherProgramsRowsTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    private const string Newer = "FromTomorrow";

    private readonly string _unique = $"other{Guid.NewGuid():N}"[..20];

    [Fact]
    public async Task Key_of_a_newer_program_keeps_its_columns_through_every_act()
    {
        Run created = await OkAsync("keys", "create", "--team", _unique, "--json");
        string id = created.Json.GetProperty("id").GetString()!;
        await MarkAsync("keys", id, "key");
        foreach (string[] act in (string[][])[["keys", "update", id, "--rpm", "9"], ["keys", "rotate", id], ["keys", "revoke", id]])
        {
            await OkAsync(act);
            await StillMarkedAsync("keys", id, "key");
        }
    }

    [Fact]
    public async Task Team_of_a_newer_program_keeps_its_columns_and_loses_what_is_taken_back()
    {
        await OkAsync("teams", "set", _unique, "--rpm", "5", "--time-zone", "Europe/Berlin");
        await MarkAsync("teams", "team", _unique);
        await OkAsync("teams", "set", _unique, "--rpm", "6", "--time-zone", "UTC");
        TableEntity row = await StillMarkedAsync("teams", "team", _unique);
        Assert.DoesNotContain("Berlin", row.GetString("TimeZone") ?? "", StringComparison.Ordinal);
        Assert.Contains("6", row.GetString("Limits"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Spend_of_a_newer_program_keeps_its_columns()
    {
        TableSpendStore store = new(Azurite.StorageAt(azurite.ConnectionString), NullLoggerFactory.Instance);
        string scope = $"key:{_unique}";
        DateTimeOffset now = DateTimeOffset.UtcNow;
        Assert.True(await store.TryWriteAsync((await store.ReadAsync(scope, default)).At(now).Add(Usd.Of(1)), default));
        await MarkAsync("spend", scope, "budget");
        Assert.True(await store.TryWriteAsync((await store.ReadAsync(scope, default)).At(now).Add(Usd.Of(1)).With(new Lease("i", 1, Usd.Of(1), now)), default));
        Assert.Equal("2", (await StillMarkedAsync("spend", scope, "budget")).GetString("DayUsd"));
    }

    [Fact]
    public async Task Alert_of_a_newer_program_keeps_its_columns_and_its_words_while_it_is_sent()
    {
        TableAlertStore store = new(Azurite.StorageAt(azurite.ConnectionString));
        DateTimeOffset now = DateTimeOffset.UtcNow;
        Alert alert = new() { Id = Alert.IdOf(_unique), Event = "target.down", At = now, Title = "t", Message = "m" };
        Assert.True(await store.TryAddAsync(new StoredAlert(alert, AlertState.Pending), default));
        TableEntity due = await AlertRowAsync("due:", alert.Id);
        due[Newer] = "x";
        due["Alert"] = due.GetString("Alert")[..^1] + ""","tomorrow":1}""";
        await Table("alerts").UpdateEntityAsync(due, due.ETag, TableUpdateMode.Replace);

        StoredAlert claimed = (await store.TryClaimAsync((await store.PendingAsync(default)).Single(stored => stored.Alert.Id == alert.Id), now.AddMinutes(1), default))!;
        await store.UpdateAsync(claimed with { State = AlertState.Sent, SentTo = ["ops"] }, default);
        TableEntity log = await AlertRowAsync("log:", alert.Id);
        Assert.Equal("x", log.GetString(Newer));
        Assert.EndsWith(""","tomorrow":1}""", log.GetString("Alert"), StringComparison.Ordinal);
        Assert.Equal("Sent", log.GetString("State"));
    }

    [Fact]
    public async Task State_of_the_tidying_keeps_its_columns()
    {
        MaintenanceState state = new(Azurite.StorageAt(azurite.ConnectionString));
        await state.SetNextRunAsync(DateTimeOffset.UtcNow.AddDays(-1), default);
        await MarkAsync("rollups", "maintenance", "state");
        await state.TryClaimAsync(DateTimeOffset.UtcNow, DateTimeOffset.UtcNow.AddHours(1), default);
        await state.SetClosedThroughAsync(new DateOnly(2020, 1, 1), default);
        await StillMarkedAsync("rollups", "maintenance", "state");
    }

    /// <summary>With the columns of the very first version and no others.</summary>
    [Fact]
    public async Task Rows_of_the_first_version_are_read()
    {
        string id = (await OkAsync("keys", "create", "--team", _unique, "--json")).Json.GetProperty("id").GetString()!;
        TableEntity key = await Table("keys").GetEntityAsync<TableEntity>(id, "key");
        await Table("keys").UpdateEntityAsync(Only(key, "Hash", "Team", "CreatedAt", "CreatedBy"), ETag.All, TableUpdateMode.Replace);
        Assert.Equal("active", (await OkAsync("keys", "show", id, "--json")).Json.GetProperty("state").GetString());
        await OkAsync("keys", "update", id, "--rpm", "3");

        await Table("teams").AddEntityAsync(new TableEntity("team", _unique) { ["Limits"] = """{"requests_per_minute":{"value":4,"mode":"enforce"}}""" });
        await OkAsync("teams", "set", _unique, "--streams", "2");
        string limits = (await Table("teams").GetEntityAsync<TableEntity>("team", _unique)).Value.GetString("Limits");
        Assert.Contains("\"requests_per_minute\":{\"value\":4", limits, StringComparison.Ordinal);
        Assert.Contains("concurrent_streams", limits, StringComparison.Ordinal);

        TableEntity rule = new("issuer", _unique) { ["Issuer"] = "https://issuer.example", ["Audiences"] = """["gateway"]""", ["Claims"] = """{"repository":["my-org/*"]}""", ["Team"] = "ci" };
        await Table("issuers").AddEntityAsync(rule);
        Assert.Equal("ci", (await OkAsync("issuers", "show", _unique, "--json")).Json.GetProperty("team").GetString());
        await OkAsync("issuers", "remove", _unique);

        string scope = $"key:{_unique}";
        await Table("spend").AddEntityAsync(new TableEntity(scope, "budget") { ["DayId"] = "2020-01-01", ["DayUsd"] = "7" });
        SpendState spend = await new TableSpendStore(Azurite.StorageAt(azurite.ConnectionString), NullLoggerFactory.Instance).ReadAsync(scope, default);
        Assert.Equal((Usd.Of(7), 0), (spend.Spent(BudgetWindow.Day), spend.Leases.Count));
    }

    private TableClient Table(string name) => Azurite.StorageAt(azurite.ConnectionString).Table(name);

    private static TableEntity Only(TableEntity row, params string[] columns)
    {
        TableEntity first = new(row.PartitionKey, row.RowKey);
        foreach (string column in columns)
        {
            first[column] = row[column];
        }

        return first;
    }

    private Task<Response> MarkAsync(string table, string partition, string row) =>
        Table(table).UpdateEntityAsync(new TableEntity(partition, row) { [Newer] = "x", [Newer + "At"] = DateTimeOffset.UnixEpoch, [Newer + "Count"] = 7L }, ETag.All, TableUpdateMode.Merge);

    private async Task<TableEntity> StillMarkedAsync(string table, string partition, string row)
    {
        TableEntity stored = await Table(table).GetEntityAsync<TableEntity>(partition, row);
        Assert.Equal(("x", DateTimeOffset.UnixEpoch, 7L), (stored.GetString(Newer), stored.GetDateTimeOffset(Newer + "At"), stored.GetInt64(Newer + "Count")));
        return stored;
    }

    private async Task<TableEntity> AlertRowAsync(string kind, string id) =>
        Assert.Single(await Table("alerts").QueryAsync<TableEntity>("PartitionKey eq 'alerts'").Where(row => row.RowKey.StartsWith(kind, StringComparison.Ordinal) && row.RowKey.EndsWith(id, StringComparison.Ordinal)).ToListAsync());

    private async Task<Run> OkAsync(params string[] arguments)
    {
        Run run = await Run.GatewayAsync(azurite.ConnectionString, arguments);
        Assert.True(run.ExitCode == 0, run.Error);
        return run;
    }
}
