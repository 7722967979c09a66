using Azure.Data.Tables;
using Gateway.Admission;
using Gateway.Authentication;
using Gateway.Metering;
using Gateway.Metering.Rollups;
using Gateway.Storage;
using Gateway.Tests.Cli;
using Gateway.Tests.Storage;
using Gateway.Translation;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.Tests.Contract;

/// <summary>
/// What lies in the tables of gateways that run: names of tables, keys, columns, and the JSON in columns. A test that
/// fails here has found a rename that would lose stored data: give the new name back its old text.
/// </summary>
[Collection(AzuriteFixture.Collection)]
public sealed class StoredRowsTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private static readonly string[] s_limits =
    [
        "--rpm", "10", "--input-tpm", "1000:shadow", "--output-tpm", "500", "--streams", "3",
        "--budget-day", "1.5", "--budget-week", "5:shadow", "--budget-month", "20", "--budget-lifetime", "100",
    ];

    /// <summary>Nobody else's.</summary>
    private static readonly DateOnly s_day = new(2001, 2, 3);

    private readonly FakeClock _time = new();
    private readonly string _unique = $"shape{Guid.NewGuid():N}"[..20];
    private ServiceProvider _services = null!;

    public Task InitializeAsync()
    {
        IConfiguration configuration = new ConfigurationBuilder().AddInMemoryCollection([new("GatewayStorage", azurite.ConnectionString)]).Build();
        _services = new ServiceCollection()
            .AddSingleton<TimeProvider>(_time)
            .AddSingleton<ILoggerFactory>(NullLoggerFactory.Instance)
            .AddGatewayStorage(configuration)
            .AddUsageReports(configuration)
            .BuildServiceProvider();
        return Task.CompletedTask;
    }

    public async Task DisposeAsync() => await _services.DisposeAsync();

    [Fact]
    public async Task Tables()
    {
        List<string> names = [];
        await foreach (Azure.Data.Tables.Models.TableItem table in new TableServiceClient(azurite.ConnectionString).QueryAsync())
        {
            names.Add(table.Name);
        }

        Assert.Equal(["audit", "issuers", "keys", "rollups", "spend", "teams", "usage"], names.Order(StringComparer.Ordinal));
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
            Hash Edm.String
            Limits Edm.String
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
            """,
            row);
    }

    [Fact]
    public async Task Team()
    {
        await OkAsync(["teams", "set", _unique, .. s_limits]);
        TableEntity row = await RowAsync("teams", $"RowKey eq '{_unique}'");
        Assert.Equal("team", row.PartitionKey);
        Shape.Is(
            """
            Limits Edm.String
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
            UpdatedAt Edm.DateTime
            UpdatedBy Edm.String
            """,
            row);
    }

    [Fact]
    public async Task Issuer()
    {
        await OkAsync(
            ["issuers", "add", _unique, "--issuer", "https://issuer.example", "--audience", "gateway", "--claim", "repository=my-org/*", "--any-subject",
                "--per-subject", "--team", "ci", "--name", "builds", "--models", "gpt-*", "--providers", "openai", "--scope", "manage", "--tag", "tier=gold", .. s_limits]);
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
            Models Edm.String
            Models[] string
            Name Edm.String
            PerSubject Edm.Boolean
            Providers Edm.String
            Providers[] string
            Scopes Edm.String
            Scopes[] string
            Tags Edm.String
            Tags.tier string
            Team Edm.String
            """,
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

    [Fact]
    public async Task Request()
    {
        UsageEntry entry = new()
        {
            RequestId = $"req_{_unique}",
            StartedAt = _time.GetUtcNow(),
            KeyId = "key1",
            Team = "search",
            Credential = CredentialKind.ApiKey,
            Api = "anthropic",
            Stream = true,
            RequestedModel = "claude-x",
            MatchedModel = "claude-*",
            Provider = "openai",
            Model = "gpt-x",
            Status = 200,
            Error = "overloaded_error",
            ClientLeft = true,
            Attempts = [new UsageAttempt("openai/gpt-x", "overloaded_error", 529)],
            Usage = new TokenUsage { Input = 1, CacheRead = 2, CacheWrite5m = 3, CacheWrite1h = 4, Output = 5, Reasoning = 6, Estimated = true },
            Price = new Price("v1", 1, 2) { CacheRead = 0.1m, CacheWrite5m = 1.25m, CacheWrite1h = 2 },
            Cost = 0.5m,
            Report = "dropped=top_k",
            ShadowLimits = "requests_per_minute",
            UpstreamRequestId = "up-1",
            Timings = new UsageTimings(1, 2, 3, 4),
        };
        Assert.Empty(await _services.GetRequiredService<IUsageStore>().AppendAsync([entry], default));
        TableEntity row = await RowAsync("usage", $"RowKey eq '{entry.RequestId}'");
        Assert.Equal("20261121", row.PartitionKey);
        Shape.Is(
            """
            Api Edm.String 'anthropic'
            Attempts Edm.String
            Attempts[].error 'overloaded_error'
            Attempts[].status number
            Attempts[].target string
            CacheRead Edm.Int64
            CacheWrite1h Edm.Int64
            CacheWrite5m Edm.Int64
            ClientLeft Edm.Boolean
            CostUsd Edm.String
            Credential Edm.String 'ApiKey'
            Error Edm.String
            Estimated Edm.Boolean
            FirstByteMs Edm.Double
            FirstEventMs Edm.Double
            FirstTryMs Edm.Double
            Input Edm.Int64
            KeyId Edm.String
            MatchedModel Edm.String
            Model Edm.String
            Output Edm.Int64
            Price Edm.String
            Price.cache_read number
            Price.cache_write1h number
            Price.cache_write5m number
            Price.input number
            Price.output number
            Price.version string
            PriceVersion Edm.String
            Provider Edm.String
            Reasoning Edm.Int64
            Report Edm.String
            RequestedModel Edm.String
            ShadowLimits Edm.String
            StartedAt Edm.DateTime
            Status Edm.Int32
            Stream Edm.Boolean
            Team Edm.String
            TotalMs Edm.Double
            UpstreamRequestId Edm.String
            """,
            row);
    }

    [Fact]
    public async Task Total_of_a_day_and_its_mark()
    {
        IRollupStore store = _services.GetRequiredService<IRollupStore>();
        Rollup rollup = new(new RollupKey(s_day, _unique, "search", "openai", "gpt-x"), new RollupTotals { Requests = 1, CostUsd = 0.5m });
        await store.WriteAsync(s_day, "ab12", [rollup], default);
        TableEntity open = await RowAsync("rollups", $"KeyId eq '{_unique}'");
        Assert.Equal("20010203", open.PartitionKey);
        Assert.Matches("^ab12-[0-9a-f]{32}$", open.RowKey);
        Shape.Is(
            """
            CacheRead Edm.Int64
            CacheWrite1h Edm.Int64
            CacheWrite5m Edm.Int64
            CostUsd Edm.String
            Estimated Edm.Boolean
            Failed Edm.Int64
            Input Edm.Int64
            KeyId Edm.String
            Model Edm.String
            Output Edm.Int64
            Provider Edm.String
            Reasoning Edm.Int64
            Refused Edm.Int64
            Requests Edm.Int64
            Team Edm.String
            Unpriced Edm.Int64
            """,
            open);

        await store.CloseAsync(s_day, [rollup], default);
        Assert.Matches("^closed-[0-9a-f]{32}$", (await RowAsync("rollups", $"KeyId eq '{_unique}'")).RowKey);
        Shape.Is("", await RowAsync("rollups", "PartitionKey eq '20010203' and RowKey eq '!closed'"));
    }

    [Fact]
    public async Task State_of_the_maintenance()
    {
        MaintenanceState state = _services.GetRequiredService<MaintenanceState>();
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        await state.TryClaimAsync(DateTimeOffset.MaxValue, now.AddHours(1), default);
        await state.SetNextRunAsync(now.AddDays(1), default);
        await state.SetClosedThroughAsync(DateOnly.FromDateTime(now.UtcDateTime).AddDays(-3), default);
        TableEntity row = await RowAsync("rollups", "PartitionKey eq 'maintenance' and RowKey eq 'state'");
        Assert.Matches(@"^\d{8}$", row.GetString("ClosedThrough"));
        Shape.Is(
            """
            ClaimedBy Edm.Guid
            ClosedThrough Edm.String
            NextRun Edm.DateTime
            """,
            row);
    }

    [Fact]
    public async Task Spend_of_a_key_and_the_rates_of_an_instance()
    {
        ISpendStore store = _services.GetRequiredService<ISpendStore>();
        SpendState spent = new SpendState($"key:{_unique}").At(_time.GetUtcNow()).Add(Usd.Of(0.5m)).With(new Lease("i1", 7, Usd.Of(0.25m), _time.GetUtcNow().AddMinutes(1)));
        Assert.True(await store.TryWriteAsync(spent, default));
        await store.ShareAsync(spent.Scope, new RateShare("i1", [new RateSlot(1_795_000_000, new RateCounts(1, 2, 3))], 2, _time.GetUtcNow()), default);

        TableEntity budget = await RowAsync("spend", $"PartitionKey eq 'key:{_unique}' and RowKey eq 'budget'");
        Shape.Is(
            """
            DayId Edm.String
            DayUsd Edm.String
            Leases Edm.String
            Leases[].expires string
            Leases[].instance string
            Leases[].sequence number
            Leases[].usd number
            LifetimeId Edm.String
            LifetimeUsd Edm.String
            MonthId Edm.String
            MonthUsd Edm.String
            WeekId Edm.String
            WeekUsd Edm.String
            """,
            budget);
        Assert.Equal(
            ("2026-11-21", "2026-W47", "2026-11", "all"), (budget.GetString("DayId"), budget.GetString("WeekId"), budget.GetString("MonthId"), budget.GetString("LifetimeId")));

        TableEntity rates = await RowAsync("spend", $"PartitionKey eq 'key:{_unique}' and RowKey eq 'rate:i1'");
        Assert.Equal("[[1795000000,1,2,3]]", rates.GetString("Slots"));
        Shape.Is(
            """
            At Edm.DateTime
            Slots Edm.String
            Slots[][] number
            Streams Edm.Int32
            """,
            rates);
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
