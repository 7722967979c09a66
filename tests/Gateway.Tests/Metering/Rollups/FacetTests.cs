using System.Globalization;
using Azure.Data.Tables;
using Gateway.Authentication.Keys;
using Gateway.Metering.Reports;
using Gateway.Metering.Rollups;
using Gateway.Metering.Usage;
using Gateway.Tests.Metering.Usage;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Tests.Metering.Rollups;

/// <summary>Totals by client, requested model and tag: as true as those by key and model, and bounded.</summary>
public sealed class FacetTests
{
    [Fact]
    public async Task Open_and_closed_day_say_the_same_and_a_purge_takes_them_too()
    {
        await using UsageTables tables = await UsageTables.StartAsync();
        IServiceProvider instance = tables.Instance();
        IRollupStore store = instance.GetRequiredService<IRollupStore>();
        DateOnly day = tables.Today.AddDays(-20);
        UsageEntry[] entries = [.. Enumerable.Range(0, 30).Select(i => Entry(day, i, $"T-{i % 3}"))];
        await instance.GetRequiredService<IUsageStore>().AppendAsync(entries, default);
        foreach (UsageEntry[] part in (UsageEntry[][])[entries[..20], entries[20..]])
        {
            RollupBook book = new();
            book.Add(part);
            await store.WriteAsync(day, book.Writer, book.TakeChanged(), default);
        }

        string[] expected = ["T-0 10", "T-1 10", "T-2 10"];
        Assert.Equal(expected, await ValuesAsync(instance, day));
        Assert.Equal(30, (await instance.GetRequiredService<ClosedDays>().RebuildAsync(day, default))!.Requests);
        Assert.Equal(expected, await ValuesAsync(instance, day));
        Assert.Equal(30, await tables.RequestsOnAsync(day));
        Assert.Contains(await tables.RowsAsync("rollups"), row => row.PartitionKey == $"tag:{day:yyyyMMdd}");

        await instance.GetRequiredService<UsageMaintenance>().PurgeAsync(day.AddDays(1), day.AddDays(1), default);
        Assert.DoesNotContain(await tables.RowsAsync("rollups"), row => row.PartitionKey.Contains(day.ToString("yyyyMMdd", CultureInfo.InvariantCulture), StringComparison.Ordinal));
    }

    [Fact]
    public async Task Values_without_end_are_counted_together_and_none_is_lost()
    {
        await using UsageTables tables = await UsageTables.StartAsync();
        IServiceProvider instance = tables.Instance();
        DateOnly day = tables.Today.AddDays(-5);
        UsageEntry[] entries = [.. Enumerable.Range(0, 250).Select(i => Entry(day, i, $"T-{i}") with { Tags = new Dictionary<string, string> { ["ticket"] = $"T-{i}", [$"n{i}"] = "1" } })];
        await instance.GetRequiredService<IUsageStore>().AppendAsync(entries, default);
        await instance.GetRequiredService<ClosedDays>().RebuildAsync(day, default);

        string[] values = await ValuesAsync(instance, day);
        Assert.Equal(101, values.Length);
        Assert.Equal("(other) 150", values[0]);
        TableEntity mark = Assert.Single(await tables.RowsAsync("rollups"), row => row.PartitionKey.StartsWith("tag:", StringComparison.Ordinal));
        PackedSlice all = new(FacetKind.Tag, PackedSet.All[^1], [.. Enumerable.Range(0, PackedSet.Chunks)]);
        int totals = PackedColumns.Read(mark, all)!.Sum(chunk => PackedTotals.Read(day, all.Kind, chunk).Count);
        Assert.InRange(totals, 101, 101 + FacetBounds.MostTags + 1);
    }

    /// <summary>Of a key with more names of tags than are told apart nobody is told that the others are nowhere.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    public async Task Tag_past_the_names_that_are_counted_is_found_and_else_said_to_be_uncounted(int ago)
    {
        await using UsageTables tables = await UsageTables.StartAsync();
        IServiceProvider instance = tables.Instance();
        DateOnly day = tables.Today.AddDays(-ago);
        Dictionary<string, string> many = Enumerable.Range(0, FacetBounds.MostTags).ToDictionary(i => $"a{i:00}", i => "1");
        UsageEntry[] entries = [.. Enumerable.Range(0, 9).Select(i => Entry(day, i, "T") with { Tags = new Dictionary<string, string>(many) { ["x"] = "1", ["z"] = i < 4 ? "A" : "B" } })];
        await instance.GetRequiredService<IUsageStore>().AppendAsync(entries, default);
        RollupBook book = new();
        book.Add(entries);
        await instance.GetRequiredService<IRollupStore>().WriteAsync(day, book.Writer, book.TakeChanged(), default);
        if (ago > 0)
        {
            await instance.GetRequiredService<ClosedDays>().RebuildAsync(day, default);
        }

        UsageReporter reporter = instance.GetRequiredService<UsageReporter>();
        UsageQuery ofOne = new(day, day, UsageGroup.Team) { Filter = new UsageFilter { Tags = new Dictionary<string, string?> { ["z"] = "A" } } };
        UsageReport exact = await reporter.ReportAsync(ofOne, default);
        Assert.Equal((4L, null), (exact.Total.Requests, exact.UncountedRequests));
        UsageReport far = await reporter.ReportAsync(ofOne with { From = day.AddDays(-UsageReporter.MostDaysOfRows) }, default);
        Assert.Equal((0L, 9L), (far.Total.Requests, far.UncountedRequests));
        UsageReport all = await reporter.ReportAsync(new UsageQuery(day, day, By("tag:z")), default);
        Assert.Equal((9L, 9L), (all.Total.Requests, all.UncountedRequests));
        Assert.Equal(9, Assert.Single((await reporter.ReportAsync(new UsageQuery(day, day, By("tag:a00")), default)).Rows, row => row.Tag == "1").Requests);
    }

    [Fact]
    public async Task More_requests_than_are_read_at_once_are_no_report()
    {
        await using UsageTables tables = await UsageTables.StartAsync();
        IServiceProvider instance = tables.Instance();
        await instance.GetRequiredService<IUsageStore>().AppendAsync([.. Enumerable.Range(0, 11).Select(i => Entry(tables.Today, i, "T") with { Session = $"s{i % 2}" })], default);
        UsageQuery query = new(tables.Today, tables.Today, UsageGroup.Session);
        Assert.Null(await Reporter(10).ReportRowsAsync(query, default));
        UsageReport report = (await Reporter(11).ReportRowsAsync(query, default))!;
        Assert.Equal(["s0 6", "s1 5"], report.Rows.Select(row => $"{row.Session} {row.Requests}"));
        Assert.Equal(11, report.Total.Requests);

        UsageReporter Reporter(int most) => new(instance.GetRequiredService<IRollupStore>(), instance.GetRequiredService<RequestReader>(), instance.GetRequiredService<IKeyStore>(), most);
    }

    private static UsageEntry Entry(DateOnly day, int second, string ticket) =>
        UsageTables.Entry(day, second: second) with { Client = "curl", RequestedModel = "m", Tags = new Dictionary<string, string> { ["ticket"] = ticket } };

    private static UsageGrouping By(string text) => UsageGrouping.TryRead(text, out UsageGrouping by, out string? problem) ? by : throw new ArgumentException(problem);

    private static async Task<string[]> ValuesAsync(IServiceProvider instance, DateOnly day)
    {
        UsageReport report = await instance.GetRequiredService<UsageReporter>().ReportAsync(new UsageQuery(day, day, By("tag:ticket")), default);
        Assert.Equal(report.Total.Requests, report.Rows.Sum(row => row.Requests));
        return [.. report.Rows.Select(row => $"{row.Tag} {row.Requests}")];
    }
}
