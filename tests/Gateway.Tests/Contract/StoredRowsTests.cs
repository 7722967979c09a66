using Azure.Data.Tables;
using Gateway.Alerts;
using Gateway.Caching;
using Gateway.Tests.Cli;
using Gateway.Tests.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.Tests.Contract;

/// <summary>
/// What lies in the tables of gateways that run: names of tables, keys, columns, and the JSON in columns. A test that
/// fails here has found a rename that would lose stored data: give the new name back its old text.
/// </summary>
public sealed class StoredRowsTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    private static readonly string[] s_limits =
    [
        "--rpm", "10", "--input-tpm", "1000:shadow", "--output-tpm", "500", "--streams", "3",
        "--budget-day", "1.5", "--budget-week", "5:shadow", "--budget-month", "20", "--budget-lifetime", "100", "--alert-at", "50,100",
    ];

    private const string Limits = """

        Limits.alert_at[] number
        Limits.budget_for_lifetime.mode 'enforce'
        Limits.budget_for_lifetime.usd number
        Limits.budget_per_day.mode 'enforce'
        Limits.budget_per_day.usd number
        Limits.budget_per_month.mode 'enforce'
        Limits.budget_per_month.usd number
        Limits.budget_per_week.mode 'shadow'
        Limits.budget_per_week.usd number
        Limits.concurrent_streams.mode 'enforce'
        Limits.concurrent_streams.value number
        Limits.input_tokens_per_minute.mode 'shadow'
        Limits.input_tokens_per_minute.value number
        Limits.output_tokens_per_minute.mode 'enforce'
        Limits.output_tokens_per_minute.value number
        Limits.requests_per_minute.mode 'enforce'
        Limits.requests_per_minute.value number
        """;

    private readonly string _unique = $"shape{Guid.NewGuid():N}"[..20];

    [Fact]
    public async Task Tables()
    {
        List<string> names = [];
        await foreach (Azure.Data.Tables.Models.TableItem table in new TableServiceClient(azurite.ConnectionString).QueryAsync())
        {
            names.Add(table.Name);
        }

        Assert.Equal(["alerts", "audit", "cache", "issuers", "keys", "pauses", "rollups", "spend", "teams", "usage"], names.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Kept_answer()
    {
        TableCacheStore store = new(Azurite.StorageAt(azurite.ConnectionString), TimeProvider.System, NullLoggerFactory.Instance);
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        string key = Guid.NewGuid().ToString("N");
        Assert.True(await store.TryKeepAsync(key, new CachedAnswer(new byte[10], "fake/up", "none", now, now.AddMinutes(1))));
        TableEntity row = await RowAsync("cache", $"RowKey eq '{key}'");
        Assert.Equal(key[..2], row.PartitionKey);
        Shape.Is(
            """
            ExpiresAt Edm.DateTime
            Length Edm.Int32
            Part0 Edm.Binary
            Sha256 Edm.Binary
            StoredAt Edm.DateTime
            Translation Edm.String
            Upstream Edm.String
            """,
            row);
    }

    [Fact]
    public async Task Alert_that_is_due_and_its_mark()
    {
        TableAlertStore store = new(Azurite.StorageAt(azurite.ConnectionString));
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        Alert alert = new()
        {
            Id = Alert.IdOf(_unique),
            Event = "budget.threshold",
            At = now,
            Title = "t",
            Message = "m",
            Budget = new BudgetNews { Scope = "key", Id = "k", Name = "n", Team = "t", Window = "day", WindowId = "w", Percent = 50, SpentUsd = 1, BudgetUsd = 2, Mode = "enforce", ResetsAt = now },
            Target = new TargetNews("p/m", "r"),
        };
        Assert.True(await store.TryAddAsync(new StoredAlert(alert, AlertState.Pending), default));
        StoredAlert due = (await store.PendingAsync(default)).Single(stored => stored.Alert.Id == alert.Id);
        StoredAlert claimed = (await store.TryClaimAsync(due, now.AddMinutes(1), default))!;
        await store.UpdateAsync(claimed with { State = AlertState.Sent, SentTo = ["ops"], Attempts = 1, Problem = "p" }, default);
        Assert.False(await store.TryAddAsync(new StoredAlert(alert, AlertState.Pending), default));

        Shape.Is("ExpiresAt Edm.DateTime", await RowAsync("alerts", $"RowKey eq 'once:{alert.Id}'"));
        TableEntity row = Assert.Single(await new TableClient(azurite.ConnectionString, "alerts").QueryAsync<TableEntity>("PartitionKey eq 'alerts' and RowKey ge 'log:' and RowKey lt 'log;'").Where(row => row.RowKey.EndsWith(alert.Id, StringComparison.Ordinal)).ToListAsync());
        Assert.Matches(@"^log:\d{19}:alert_[0-9A-Za-z_-]{24}$", row.RowKey);
        Shape.Is(
            """
            Alert Edm.String
            Alert.at string
            Alert.budget.budget_usd number
            Alert.budget.id string
            Alert.budget.mode 'enforce'
            Alert.budget.name string
            Alert.budget.percent number
            Alert.budget.resets_at string
            Alert.budget.scope string
            Alert.budget.spent_usd number
            Alert.budget.team string
            Alert.budget.window string
            Alert.budget.window_id string
            Alert.event string
            Alert.id string
            Alert.message string
            Alert.target.name string
            Alert.target.reason string
            Alert.title string
            Attempts Edm.Int32
            ClaimedUntil Edm.DateTime
            ExpiresAt Edm.DateTime
            Problem Edm.String
            SentTo Edm.String
            SentTo[] string
            State Edm.String
            """,
            row);
    }

    [Fact]
    public async Task Key()
    {
        Run created = await OkAsync(
            ["keys", "create", "--team", _unique, "--name", "laptop", "--owner", "ada", "--expires", "30d", "--models", "gpt-*", "--providers", "openai",
                "--scope", "manage", "--tag", "tier=gold", .. s_limits, "--json"]);
        string id = created.Json.GetProperty("id").GetString()!;
        await OkAsync("keys", "rotate", id, "--overlap", "24h");
        await OkAsync("keys", "revoke", id);

        TableEntity row = await RowAsync("keys", $"PartitionKey eq '{id}'");
        Assert.Equal("key", row.RowKey);
        Assert.Matches("^[0-9A-Za-z+/]{43}=$", row.GetString("Hash"));
        Shape.Is(
            """
            CreatedAt Edm.DateTime
            CreatedBy Edm.String
            ExpiresAt Edm.DateTime
            HasManaged Edm.Boolean
            Hash Edm.String
            Limits Edm.String
            Models Edm.String
            Models[] string
            Name Edm.String
            Owner Edm.String
            PreviousHash Edm.String
            PreviousValidUntil Edm.DateTime
            Providers Edm.String
            Providers[] string
            RevokedAt Edm.DateTime
            RevokedBy Edm.String
            RotatedAt Edm.DateTime
            Scopes Edm.String
            Scopes[] string
            Tags Edm.String
            Tags.tier string
            Team Edm.String
            """ + Limits,
            row);
    }

    [Fact]
    public async Task Team()
    {
        await OkAsync(["teams", "set", _unique, "--time-zone", "Europe/Berlin", "--week-starts", "sunday", .. s_limits]);
        TableEntity row = await RowAsync("teams", $"RowKey eq '{_unique}'");
        Assert.Equal("team", row.PartitionKey);
        Shape.Is(
            """
            Limits Edm.String
            TimeZone Edm.String
            UpdatedAt Edm.DateTime
            UpdatedBy Edm.String
            WeekStarts Edm.String
            """ + Limits,
            row);
    }

    [Fact]
    public async Task Issuer()
    {
        await OkAsync(
            ["issuers", "add", _unique, "--issuer", "https://issuer.example", "--audience", "gateway", "--claim", "repository=my-org/*", "--any-subject",
                "--per-subject", "--label-claim", "email", "--team-claim", "groups", "--team-map", "a*=red", "--limits-claim", "roles", "--limits-map", "Heavy=rpm:9:shadow",
                "--team", "ci", "--name", "builds", "--models", "gpt-*", "--providers", "openai", "--scope", "manage", "--tag", "tier=gold", .. s_limits]);
        TableEntity row = await RowAsync("issuers", $"RowKey eq '{_unique}'");
        Assert.Equal("issuer", row.PartitionKey);
        Shape.Is(
            """
            AnySubject Edm.Boolean
            Audiences Edm.String
            Audiences[] string
            Claims Edm.String
            Claims.repository[] string
            CreatedAt Edm.DateTime
            CreatedBy Edm.String
            Issuer Edm.String
            Limits Edm.String
            Models Edm.String
            Models[] string
            Name Edm.String
            People Edm.String
            People.label_claims[] string
            People.limits[].limits.requests_per_minute.mode 'shadow'
            People.limits[].limits.requests_per_minute.value number
            People.limits[].pattern string
            People.limits_claim string
            People.team_claim string
            People.teams[].pattern string
            People.teams[].team string
            PerSubject Edm.Boolean
            Providers Edm.String
            Providers[] string
            Scopes Edm.String
            Scopes[] string
            Tags Edm.String
            Tags.tier string
            Team Edm.String
            """ + Limits,
            row);
    }

    [Fact]
    public async Task Administrative_act()
    {
        await OkAsync(["teams", "set", _unique, "--rpm", "5"]);
        TableEntity row = await RowAsync("audit", $"Target eq '{_unique}'");
        Assert.Matches(@"^\d{4}-\d{2}-\d{2}$", row.PartitionKey);
        Assert.Matches(@"^\d{19}-[0-9a-f]{32}$", row.RowKey);
        Shape.Is(
            """
            Action Edm.String 'team.set'
            Actor Edm.String
            At Edm.DateTime
            Details Edm.String
            Details.limits string
            Outcome Edm.String 'Done'
            Target Edm.String
            """,
            row);
    }

    private async Task<Run> OkAsync(params string[] arguments)
    {
        Run run = await Run.GatewayAsync(azurite.ConnectionString, arguments);
        Assert.True(run.ExitCode == 0, run.Error);
        return run;
    }

    private async Task<TableEntity> RowAsync(string table, string filter) =>
        Assert.Single(await new TableClient(azurite.ConnectionString, table).QueryAsync<TableEntity>(filter).ToListAsync());
}
