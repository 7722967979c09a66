using Azure.Data.Tables;
using Gateway.Admission;
using Gateway.Audit;
using Gateway.Authentication.Access;
using Gateway.Metering;
using Gateway.Metering.Rollups;
using Gateway.Metering.Usage;
using Gateway.Routing.Prices;
using Gateway.Tests.Storage;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.Tests.Contract;

/// <summary>What requests leave in the tables: see <see cref="StoredRowsTests"/>.</summary>
public sealed class StoredUsageTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>, IAsyncLifetime
{
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
    public async Task Request()
    {
        UsageEntry entry = FullRecords.Entry($"req_{_unique}", _time.GetUtcNow());
        Assert.Empty(await _services.GetRequiredService<IUsageStore>().AppendAsync([entry], default));
        TableEntity row = await RowAsync("usage", $"RowKey eq '{entry.RequestId}'");
        Assert.Equal("20261121", row.PartitionKey);
        Shape.Is(
            """
            Api Edm.String 'anthropic'
            Attempts Edm.String
            Attempts[].duration_ms number
            Attempts[].error 'overloaded_error'
            Attempts[].reason string
            Attempts[].started_ms number
            Attempts[].status number
            Attempts[].target string
            Attempts[].upstream_status number
            Bill Edm.String
            Bill.answered_model string
            Bill.parts[].cache_read number
            Bill.parts[].cache_write_1h number
            Bill.parts[].cache_write_5m number
            Bill.parts[].cost_usd number
            Bill.parts[].input number
            Bill.parts[].model string
            Bill.parts[].output number
            Bill.parts[].price_version string
            Bill.price_version string
            Bill.refused[] string
            Bill.service_tier string
            Bill.unpriced[] string
            Bill.web_search_usd number
            Bill.web_searches number
            CacheRead Edm.Int64
            CacheWrite1h Edm.Int64
            CacheWrite5m Edm.Int64
            Cached Edm.Boolean
            ClientLeft Edm.Boolean
            Client Edm.String
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
            Person Edm.String
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
            Refusal Edm.String
            RefusedBecause Edm.String
            Report Edm.String
            RequestedModel Edm.String
            Requests Edm.Int64
            Session Edm.String
            ShadowLimits Edm.String
            StartedAt Edm.DateTime
            Status Edm.Int32
            Stream Edm.Boolean
            Tags Edm.String
            Tags.ticket string
            Team Edm.String
            TotalMs Edm.Double
            UpstreamFacts Edm.String
            UpstreamFacts.x-ms-region string
            UpstreamRequestId Edm.String
            """,
            row);
    }

    [Fact]
    public async Task Total_of_a_day_and_its_mark()
    {
        IRollupStore store = _services.GetRequiredService<IRollupStore>();
        Rollup rollup = new(new RollupKey(s_day, "key1", "search", "openai", "gpt-x"), new RollupTotals
        {
            Requests = 1,
            CostUsd = 0.5m,
            LastRequestAt = new DateTimeOffset(s_day, new TimeOnly(1, 2), TimeSpan.Zero),
            Latency = DurationBuckets.Of(1_000),
            FirstToken = DurationBuckets.Of(300),
        });
        await store.WriteAsync(s_day, "ab12", [rollup], default);
        TableEntity open = await RowAsync("rollups", "PartitionKey eq '20010203' and RowKey lt 'b'");
        Assert.Equal("20010203", open.PartitionKey);
        Assert.Equal("ab12-72f1b08332d6c83d1b990ebcdbc21d3c", open.RowKey);
        Shape.Is(
            """
            CacheRead Edm.Int64
            CacheWrite1h Edm.Int64
            CacheWrite5m Edm.Int64
            Cached Edm.Int64
            CostUsd Edm.String
            Estimated Edm.Boolean
            Failed Edm.Int64
            FirstToken Edm.String
            Input Edm.Int64
            KeyId Edm.String
            LastRequestAt Edm.DateTime
            Latency Edm.String
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

        Rollup named = rollup with { Key = rollup.Key with { Person = "ada@example.com" } };
        await store.WriteAsync(s_day, "cd34", [named], default);
        Assert.Equal("ada@example.com", (await RowAsync("rollups", "PartitionKey eq '20010203' and RowKey gt 'cd34' and RowKey lt 'cd35'")).GetString("Person"));
        await store.CloseAsync(s_day, [rollup], default);
        TableEntity mark = await RowAsync("rollups", "PartitionKey eq '20010203'");
        Assert.Equal("!closed", mark.RowKey);
        Assert.Equal("Models,Callers,CallersProviders,CallersModels,ModelsCallers", mark.GetString("Packed"));
        Shape.Is(
            """
            Callers1 Edm.Binary
            CallersModels1 Edm.Binary
            CallersProviders1 Edm.Binary
            Models6 Edm.Binary
            ModelsCallers6 Edm.Binary
            Packed Edm.String
            """,
            mark);
    }

    [Fact]
    public async Task Total_of_a_tag()
    {
        RollupKey key = new(s_day.AddDays(1), "key1", "search", "openai", "gpt-x") { Facet = new RollupFacet(FacetKind.Tag, "ticket", "ABC-1") };
        await _services.GetRequiredService<IRollupStore>().WriteAsync(key.Day, "ab12", [new(key, new RollupTotals { Requests = 1 })], default);
        TableEntity row = await RowAsync("rollups", "PartitionKey eq 'tag:20010204'");
        Assert.Equal(("ticket", "ABC-1", "key1"), (row.GetString("Tag"), row.GetString("Value"), row.GetString("KeyId")));
        Assert.Equal(["client:20010204", "requested:20010204"], new[] { FacetKind.Client, FacetKind.RequestedModel }.Select(kind => RollupRow.Partition(kind, key.Day)));
    }

    [Fact]
    public async Task State_of_the_maintenance()
    {
        MaintenanceState state = new(Azurite.StorageAt(azurite.ConnectionString));
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        await state.TryClaimAsync(DateTimeOffset.MaxValue, now.AddHours(1), default);
        await state.SetNextRunAsync(now.AddDays(1), default);
        await state.SetClosedThroughAsync(DateOnly.FromDateTime(now.UtcDateTime).AddDays(-3), default);
        DateOnly packed = DateOnly.FromDateTime(now.UtcDateTime).AddDays(-3);
        await state.SetPackedAsync(new DaySpan(packed, packed), default);
        TableEntity row = await RowAsync("rollups", "PartitionKey eq 'maintenance' and RowKey eq 'state'");
        Assert.Matches(@"^\d{8}$", row.GetString("PackedFrom"));
        Assert.Matches(@"^\d{8}$", row.GetString("PackedThrough"));
        Assert.Matches(@"^\d{8}$", row.GetString("ClosedThrough"));
        Shape.Is(
            """
            ClaimedBy Edm.Guid
            ClosedThrough Edm.String
            NextRun Edm.DateTime
            PackedFrom Edm.String
            PackedThrough Edm.String
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

    /// <summary>They are stored by name, and some are names of columns.</summary>
    [Fact]
    public void Words_in_columns()
    {
        Assert.Equal(["ApiKey", "Oidc"], Enum.GetNames<CredentialKind>());
        Assert.Equal(["Done", "Failed", "Unknown"], Enum.GetNames<AuditOutcome>());
        Assert.Equal(["Day", "Week", "Month", "Lifetime"], Enum.GetNames<BudgetWindow>());
        Assert.Equal(["Enforce", "Shadow"], Enum.GetNames<LimitMode>());
    }

    private async Task<TableEntity> RowAsync(string table, string filter) =>
        Assert.Single(await new TableClient(azurite.ConnectionString, table).QueryAsync<TableEntity>(filter).ToListAsync());
}
