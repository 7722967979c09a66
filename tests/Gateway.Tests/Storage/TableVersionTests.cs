using System.Net;
using Azure;
using Azure.Data.Tables;
using Gateway.Metering.Rollups;
using Gateway.Storage;
using Gateway.Tests.Cli;
using Gateway.Tests.Support;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Gateway.Tests.Storage;

/// <summary>A program that meets tables of a newer one says so, and leaves alone what it would misread.</summary>
public sealed class TableVersionTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>, IAsyncLifetime
{
    private const string Body = """{"model":"echo","max_tokens":50,"messages":[{"role":"user","content":"hello"}]}""";

    private TableStorage Storage { get; } = Azurite.StorageAt(azurite.ConnectionString);

    public Task InitializeAsync() => ForgetAsync();

    public Task DisposeAsync() => ForgetAsync();

    [Fact]
    public async Task First_act_of_the_command_line_writes_the_versions_and_no_later_one_lowers_them()
    {
        await OkAsync("teams", "set", "search", "--rpm", "5");
        TableEntity row = await RowAsync();
        Assert.Equal(TableVersions.Known.Select(table => $"{table.Key}={table.Value}"), TableVersions.Known.Keys.Select(table => $"{table}={row.GetString(table)}"));

        await WriteAsync(("keys", "1.7"), ("later", "3.0"));
        await OkAsync("teams", "set", "search", "--rpm", "6");
        row = await RowAsync();
        Assert.Equal(("1.7", "3.0", "1.0"), (row.GetString("keys"), row.GetString("later"), row.GetString("teams")));
    }

    [Fact]
    public async Task Newer_fields_are_told_once_and_everything_works()
    {
        await WriteAsync(("keys", "1.7"));
        Run created = await Run.GatewayAsync(azurite.ConnectionString, "keys", "create", "--team", "search");
        Assert.Equal(0, created.ExitCode);
        Assert.StartsWith("Note: The tables were written by a newer gateway: keys 1.7 (this one knows 1.0).", created.Error, StringComparison.Ordinal);
        Run json = await Run.GatewayAsync(azurite.ConnectionString, "keys", "create", "--team", "search", "--json");
        Assert.Empty(json.Error);
        Run doctor = await Run.GatewayAsync(azurite.ConnectionString, "doctor");
        Assert.True(doctor.ExitCode == 0, doctor.Output);
        Assert.Contains("warn  tables: The tables were written by a newer gateway: keys 1.7", doctor.Output, StringComparison.Ordinal);

        FakeClock clock = new(DateTimeOffset.UtcNow);
        (GatewayServer gateway, LogLines log) = await StartAsync(clock);
        await using (gateway)
        {
            await Patience.UntilAsync(() => log.All.Any(line => line.Contains("keys 1.7", StringComparison.Ordinal)));
            Assert.Equal(HttpStatusCode.OK, await AskAsync(gateway, json.Json.GetProperty("key").GetString()!));

            // It has looked again, hours later, before it finds the next.
            clock.Advance(TimeSpan.FromHours(2));
            await WriteAsync(("keys", "1.8"));
            await Patience.UntilAsync(() =>
            {
                clock.Advance(TimeSpan.FromMinutes(10));
                return log.All.Any(line => line.Contains("keys 1.8", StringComparison.Ordinal));
            });
        }

        Assert.Equal(LogLevel.Warning, Assert.Single(log.Written, line => line.Text.Contains("keys 1.7", StringComparison.Ordinal)).Level);
        Assert.Single(log.Written, line => line.Text.Contains("keys 1.8", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Form_that_would_be_misread_is_left_alone()
    {
        Run created = await Run.GatewayAsync(azurite.ConnectionString, "keys", "create", "--team", "search", "--json");
        await WriteAsync(("keys", "2.0"));
        foreach (string[] command in (string[][])[["keys", "list"], ["keys", "create", "--team", "search"]])
        {
            Run refused = await Run.GatewayAsync(azurite.ConnectionString, command);
            Assert.Equal(1, refused.ExitCode);
            Assert.StartsWith("A newer gateway has written the tables in a form that this one would misread: keys 2.0 (this one knows 1.0). Install the newer version again, or restore the backup", refused.Error, StringComparison.Ordinal);
        }

        Run doctor = await Run.GatewayAsync(azurite.ConnectionString, "doctor");
        Assert.Equal(1, doctor.ExitCode);
        Assert.Contains("fail  tables: A newer gateway has written", doctor.Output, StringComparison.Ordinal);

        (GatewayServer gateway, LogLines log) = await StartAsync(new FakeClock(DateTimeOffset.UtcNow));
        await using (gateway)
        {
            await Patience.UntilAsync(() => log.Written.Any(line => line.Level == LogLevel.Critical && line.Text.Contains("keys 2.0", StringComparison.Ordinal)));
            Assert.Equal(HttpStatusCode.ServiceUnavailable, await AskAsync(gateway, created.Json.GetProperty("key").GetString()!));
        }

        Assert.Equal("2.0", (await RowAsync()).GetString("keys"));
    }

    /// <summary>A rolling upgrade: the newer instance starts while this one runs.</summary>
    [Fact]
    public async Task Instance_that_runs_looks_again_within_the_hour()
    {
        FakeClock clock = new();
        (GatewayServer gateway, LogLines log) = await StartAsync(clock);
        await using (gateway)
        {
            await Patience.UntilAsync(async () => await FindAsync() is not null);
            await WriteAsync(("spend", "2.0"));
            await Patience.UntilAsync(() =>
            {
                clock.Advance(TimeSpan.FromMinutes(10));
                return log.Written.Any(line => line.Level == LogLevel.Critical && line.Text.Contains("spend 2.0", StringComparison.Ordinal));
            });
        }
    }

    [Fact]
    public void Every_table_has_its_version()
    {
        using ServiceProvider services = new ServiceCollection().AddGatewayStorage(new ConfigurationBuilder().Build()).BuildServiceProvider();
        Assert.Equal(services.GetServices<StoredTable>().Select(table => table.Name).Order(StringComparer.Ordinal), TableVersions.Known.Keys);
        Assert.Equal(TableRollupStore.TableName, TableVersionBook.TableName);

        // Where every program looks for it, whatever its version.
        Assert.Equal(("rollups", "maintenance", "versions"), (TableVersionBook.TableName, TableVersionBook.Partition, TableVersionBook.Row));
    }

    [Theory]
    [InlineData("1.0", false, false)]
    [InlineData("0.9", false, false)]
    [InlineData("1.1", true, false)]
    [InlineData("1.10", true, false)]
    [InlineData("2.0", false, true)]
    [InlineData("10.0", false, true)]
    [InlineData("2", false, true)]
    [InlineData("1.0.5", false, false)]
    [InlineData("99999999999.0", false, true)]
    [InlineData("next", false, false)]
    [InlineData("", false, false)]
    public void Only_what_is_newer_counts(string stored, bool warns, bool refuses)
    {
        Dictionary<string, TableVersion> row = TableVersion.Parse(stored) is { } version ? new() { ["keys"] = version } : [];
        VersionFinding finding = TableVersions.Judge(row, new Dictionary<string, TableVersion> { ["keys"] = new(1, 0), ["teams"] = new(1, 0) });
        Assert.Equal((warns, refuses), (finding.Warning is not null, finding.Refusal is not null));
    }

    private async Task<(GatewayServer Gateway, LogLines Log)> StartAsync(FakeClock clock)
    {
        LogLines log = new();
        GatewayServer gateway = await GatewayServer.StartAsync(
            services =>
            {
                services.AddSingleton<TimeProvider>(clock);
                services.AddSingleton<ILoggerProvider>(log);
            },
            ("GatewayStorage", azurite.ConnectionString),
            ("Gateway:Models:0:Id", "echo"),
            ("Gateway:Models:0:Targets:0", "echo/echo"));
        return (gateway, log);
    }

    private static async Task<HttpStatusCode> AskAsync(GatewayServer gateway, string key)
    {
        using HttpResponseMessage answer = await gateway.SendAsync(HttpMethod.Post, "/v1/messages", Body, default, ("x-api-key", key));
        return answer.StatusCode;
    }

    private async Task OkAsync(params string[] arguments)
    {
        Run run = await Run.GatewayAsync(azurite.ConnectionString, arguments);
        Assert.True(run.ExitCode == 0, run.Error);
    }

    private TableClient Table => Storage.Table(TableVersionBook.TableName);

    private async Task<TableEntity?> FindAsync()
    {
        NullableResponse<TableEntity> found = await Table.GetEntityIfExistsAsync<TableEntity>(TableVersionBook.Partition, TableVersionBook.Row);
        return found.HasValue ? found.Value : null;
    }

    private async Task<TableEntity> RowAsync() => (await FindAsync())!;

    private Task<Response> WriteAsync(params (string Table, string Version)[] versions)
    {
        TableEntity row = new(TableVersionBook.Partition, TableVersionBook.Row);
        foreach ((string table, string version) in versions)
        {
            row[table] = version;
        }

        return Table.UpsertEntityAsync(row, TableUpdateMode.Merge);
    }

    private Task<Response> ForgetAsync() => Table.DeleteEntityAsync(TableVersionBook.Partition, TableVersionBook.Row, ETag.All);
}
