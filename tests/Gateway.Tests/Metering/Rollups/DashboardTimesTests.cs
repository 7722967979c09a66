using System.Diagnostics;
using System.Globalization;
using Gateway.Metering.Reports;
using Gateway.Metering.Rollups;
using Gateway.Metering.Usage;
using Gateway.Storage;
using Gateway.Tests.Storage;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Xunit.Abstractions;

namespace Gateway.Tests.Metering.Rollups;

/// <summary>How long the questions of the dashboard take, in point reads of the same table at the same time.</summary>
public sealed class DashboardTimesTests(ITestOutputHelper output)
{
    private static readonly string[] s_by = ["day", "model", "provider", "team", "key", "person", "tag:ticket", "day,model", "day,team", "day,key"];

    /// <summary>
    /// Of few days, so that it holds; <c>GATEWAY_DASHBOARD_DAYS=90 GATEWAY_DASHBOARD_KEYS=200 GATEWAY_DASHBOARD_MODELS=20</c> are
    /// those of many, and <c>GATEWAY_DASHBOARD_STORAGE</c> a connection string of tables that have them already.
    /// </summary>
    [Fact]
    public async Task Print_how_many_point_reads_each_question_takes()
    {
        (int days, int keys, int models) = (Number("DAYS", 4), Number("KEYS", 3), Number("MODELS", 2));
        string? given = Environment.GetEnvironmentVariable("GATEWAY_DASHBOARD_STORAGE");
        await using Azurite? azurite = given is null ? await Azurite.StartNewAsync() : null;
        string connection = given ?? azurite!.ConnectionString;
        DateOnly today = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime);
        await using (ServiceProvider instance = Instance(connection))
        {
            await instance.GetRequiredService<TableSetup>().CreateMissingTablesAsync(default);
            if (given is null)
            {
                await SeedAsync(instance, today, days, keys, models);
            }

            await instance.GetRequiredService<UsageMaintenance>().PurgeAsync(DateOnly.MinValue, DateOnly.MinValue, default);
        }

        // Rows of the last minute are read twice; of many days hardly any are so young.
        bool isMany = days >= 10;
        await Task.Delay(isMany ? TimeSpan.FromSeconds(75) : TimeSpan.Zero);

        MaintenanceState state = new(Azurite.StorageAt(connection, TimeProvider.System));
        (string Name, UsageQuery Query)[] questions =
        [
            .. s_by.Select(by => (by, Query(by))),
            ("model of one key", Query("model") with { Key = "key7" }),
            ("key of one model", Query("key") with { Model = "model-7" }),
            ("key of one team", Query("key") with { Team = "team7" }),
            ("key of one provider", Query("key") with { Filter = new UsageFilter { Provider = "p1" } }),
            ("day of one model", Query("day") with { Model = "model-7" }),
            ("day,model of one team", Query("day,model") with { Team = "team7" }),
        ];
        foreach ((string name, UsageQuery query) in questions)
        {
            List<double> points = [];
            List<double> cold = [];
            List<double> warm = [];
            for (int round = 0; round < (isMany ? 3 : 1); round++)
            {
                await using ServiceProvider instance = Instance(connection);
                UsageReporter reporter = instance.GetRequiredService<UsageReporter>();

                // Connections and compiled code are not what is measured.
                await reporter.ReportAsync(query with { From = today.AddDays(1), To = today.AddDays(1) }, default);
                for (int i = 0; i < 5; i++)
                {
                    points.Add(await TimeAsync(() => state.PackedAsync(default)));
                }

                cold.Add(await TimeAsync(() => reporter.ReportAsync(query, default)));
                warm.Add(await TimeAsync(() => reporter.ReportAsync(query, default)));
            }

            double point = Median(points);
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-24} cold {Median(cold) / point,7:0} point reads, warm {Median(warm) / point,6:0}   ({Median(cold):0} ms, {Median(warm):0} ms; one is {point:0.0} ms)"));
        }

        UsageQuery Query(string by)
        {
            Assert.True(UsageGrouping.TryRead(by, out UsageGrouping grouping, out _));
            return new UsageQuery(today.AddDays(1 - days), today, grouping);
        }
    }

    private static int Number(string name, int otherwise) => int.TryParse(Environment.GetEnvironmentVariable($"GATEWAY_DASHBOARD_{name}"), CultureInfo.InvariantCulture, out int number) ? number : otherwise;

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    private static async Task<double> TimeAsync(Func<Task> act)
    {
        long from = Stopwatch.GetTimestamp();
        await act();
        return Stopwatch.GetElapsedTime(from).TotalMilliseconds;
    }

    private static ServiceProvider Instance(string connection)
    {
        ServiceCollection services = [];
        services.AddSingleton(TimeProvider.System);
        services.AddGatewayStorage(new ConfigurationBuilder().AddInMemoryCollection([new("GatewayStorage", connection)]).Build());
        return services.BuildServiceProvider();
    }

    /// <summary>Every key uses every model every day.</summary>
    private static async Task SeedAsync(ServiceProvider instance, DateOnly today, int days, int keys, int models)
    {
        IRollupStore store = instance.GetRequiredService<IRollupStore>();
        DateOnly open = ClosedDays.FirstOpenDayAt(TimeProvider.System.GetUtcNow());
        for (DateOnly day = today.AddDays(1 - days); day <= today; day = day.AddDays(1))
        {
            Random random = new(day.DayNumber);
            Rollup[] totals = [.. Enumerable.Range(0, keys * models).Select(i => new Rollup(
                new RollupKey(day, $"key{i % keys}", $"team{i % keys % 10}", $"p{i / keys % 3}", $"model-{i / keys}"),
                Enumerable.Range(0, 5).Select(_ => RollupTotals.Of(SomeEntries.Of(random, day))).Aggregate((one, other) => one.Plus(other))))];
            totals = [.. totals, .. totals.Take(keys).Select(total => total with { Key = total.Key with { Facet = new RollupFacet(FacetKind.Tag, "ticket", $"T-{random.Next(20)}") } })];
            await (day < open ? store.CloseAsync(day, totals, default) : store.WriteAsync(day, "ab12", totals, default));
        }
    }
}
