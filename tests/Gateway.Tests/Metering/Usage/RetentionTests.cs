using Gateway.Audit;
using Gateway.LocalHost;
using Gateway.Metering.Rollups;
using Gateway.Metering.Usage;
using Gateway.Settings;
using Gateway.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Tests.Metering.Usage;

/// <summary>Old usage is deleted by itself, once a day, and nothing else is.</summary>
public sealed class RetentionTests
{
    [Fact]
    public async Task Usage_and_totals_past_their_time_go_and_all_else_stays()
    {
        await using UsageTables tables = await UsageTables.StartAsync();
        DateOnly today = tables.Today;
        await tables.AppendAsync(250, today.AddDays(-31));
        await tables.AppendAsync(3, today.AddDays(-35), "key2");
        await tables.AppendAsync(4, today.AddDays(-30));
        await tables.AppendAsync(5, today.AddDays(-2));
        await tables.AppendAsync(6, today);
        IRollupStore rollups = tables.Instance().GetRequiredService<IRollupStore>();
        foreach (int age in (int[])[31, 41])
        {
            Rollup old = new(RollupKey.Of(UsageTables.Entry(today.AddDays(-age))), new RollupTotals { Requests = 250 });
            await rollups.WriteAsync(old.Key.Day, "0123456789ab", [old], default);
        }

        DateTimeOffset longAgo = tables.Time.GetUtcNow().AddDays(-500);
        await tables.Instance().GetRequiredService<IAuditStore>().AppendAsync(new AuditEntry(longAgo, "ada", "key.create", "k", AuditOutcome.Done, new Dictionary<string, string>()), default);

        PurgedRows? purged = await RunAsync(tables);

        Assert.Equal(new PurgedRows(253, 1), purged);
        Assert.Equal(15, (await tables.RowsAsync("usage")).Count);
        Assert.Empty(await tables.RowsAsync("rollups", today.AddDays(-41)));
        Assert.Equal(250, await tables.RequestsOnAsync(today.AddDays(-31)));
        Assert.Single(await tables.RowsAsync("audit"));

        // Days that are over were settled on the way; today is for its writers.
        Assert.Equal((4L, 5L, 0L), (await tables.RequestsOnAsync(today.AddDays(-30)), await tables.RequestsOnAsync(today.AddDays(-2)), await tables.RequestsOnAsync(today)));
    }

    [Fact]
    public async Task Run_is_once_a_day_however_many_instances_ask()
    {
        await using UsageTables tables = await UsageTables.StartAsync();
        PurgedRows?[] first = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => RunAsync(tables)));
        Assert.Single(first, run => run is not null);
        tables.Time.Advance(TimeSpan.FromHours(23.5));
        Assert.Null(await RunAsync(tables));
        tables.Time.Advance(TimeSpan.FromHours(1));
        Assert.NotNull(await RunAsync(tables));
    }

    [Fact]
    public async Task Run_that_broke_off_is_tried_again_in_an_hour_and_goes_on_where_it_was()
    {
        await using UsageTables tables = await UsageTables.StartAsync();
        DateOnly today = tables.Today;
        await tables.AppendAsync(2, today.AddDays(-40));
        await tables.AppendAsync(1, today.AddDays(-3));
        using CancellationTokenSource gone = new();
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            // The instance claims the day's run and dies.
            IServiceProvider services = tables.Instance(("Gateway:Retention:UsageDays", "30"));
            Assert.True(await new MaintenanceState(services.GetRequiredService<TableStorage>()).TryClaimAsync(tables.Time.GetUtcNow(), tables.Time.GetUtcNow().AddHours(1), default));
            await services.GetRequiredService<UsageMaintenance>().PurgeAsync(today.AddDays(-30), DateOnly.MinValue, gone.Token);
        });

        Assert.Null(await RunAsync(tables));
        tables.Time.Advance(TimeSpan.FromHours(1.1));
        Assert.Equal(new PurgedRows(2, 0), await RunAsync(tables));
        Assert.Equal(1, await tables.RequestsOnAsync(today.AddDays(-3)));
    }

    [Fact]
    public async Task Zero_keeps_everything()
    {
        await using UsageTables tables = await UsageTables.StartAsync();
        DateOnly old = tables.Today.AddDays(-1000);
        await tables.AppendAsync(1, old);
        Assert.Equal(new PurgedRows(0, 0), await RunAsync(tables, "0", "0"));
        Assert.Single(await tables.RowsAsync("usage", old));
    }

    [Theory]
    [InlineData("UsageDays", "2")]
    [InlineData("UsageDays", "ninety")]
    [InlineData("RollupDays", "-1")]
    [InlineData("RollupDays", "99999999999")]
    public void Value_that_makes_no_sense_stops_the_start(string key, string value)
    {
        ConfigurationException stopped = Assert.Throws<ConfigurationException>(() => LocalHostApp.Create([], new Dictionary<string, string?>
        {
            ["URLS"] = "http://127.0.0.1:0",
            [$"Gateway:Retention:{key}"] = value,
        }));
        Assert.Contains($"Gateway:Retention:{key} must be a whole number of days from 3 to 36500, or 0 to keep everything.", stopped.Message, StringComparison.Ordinal);
    }

    private static Task<PurgedRows?> RunAsync(UsageTables tables, string usageDays = "30", string rollupDays = "40") =>
        tables.Instance(("Gateway:Retention:UsageDays", usageDays), ("Gateway:Retention:RollupDays", rollupDays))
            .GetRequiredService<UsageMaintenance>().RunIfDueAsync(default);
}
