using Gateway.Metering.Reports;
using Gateway.Metering.Rollups;
using Gateway.Metering.Usage;
using Gateway.Tests.Metering.Usage;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Tests.Metering.Rollups;

/// <summary>Closed days that are kept in memory: as true as the table, and soon again when somebody else changes it.</summary>
public sealed class KeptDaysTests
{
    [Fact]
    public async Task Closed_days_are_read_once_and_open_ones_each_time()
    {
        await using UsageTables tables = await UsageTables.StartAsync();
        IServiceProvider instance = tables.Instance();
        DateOnly[] closed = [.. Enumerable.Range(0, 90).Select(ago => tables.Today.AddDays(-ago - 5))];
        foreach (DateOnly day in closed)
        {
            await CloseAsync(instance, day, 2);
        }

        await OpenAsync(instance, tables.Today, 3);
        Assert.Equal(183, await CountAsync(instance, tables));
        Assert.Equal(183, await CountAsync(instance, tables));
        Assert.Equal(90, await CountAsync(instance, tables, "key1"));

        // Behind its back: what is kept is not read again, what is open is.
        IServiceProvider other = tables.Instance();
        await CloseAsync(other, closed[7], 9);
        await OpenAsync(other, tables.Today, 4);
        Assert.Equal(187, await CountAsync(instance, tables));
        Assert.Equal(90, await CountAsync(instance, tables, "key1"));
        Assert.Equal(194, await CountAsync(other, tables));
        tables.Time.Advance(KeptDays.Lifetime);
        Assert.Equal(194, await CountAsync(instance, tables));
    }

    [Fact]
    public async Task What_this_process_changes_it_sees_at_once()
    {
        await using UsageTables tables = await UsageTables.StartAsync();
        IServiceProvider instance = tables.Instance();
        DateOnly day = tables.Today.AddDays(-5);
        await CloseAsync(instance, day, 2);
        Assert.Equal(2, await CountAsync(instance, tables));
        await CloseAsync(instance, day, 5);
        Assert.Equal(5, await CountAsync(instance, tables));
        Assert.Equal(5, (await tables.ReportAsync(UsageGroup.Key)).Total.Requests);
        await instance.GetRequiredService<IRollupStore>().DeleteBeforeAsync(tables.Today, default);
        Assert.Equal(0, await CountAsync(instance, tables));
    }

    [Fact]
    public void Memory_is_bounded_and_the_newest_days_stay()
    {
        FakeClock time = new();
        KeptDays kept = new(time);
        DateOnly first = new(2026, 1, 1);
        IReadOnlyList<Rollup> many = [.. Enumerable.Range(0, 8_000).Select(i => new Rollup(new RollupKey(first, $"k{i}", null, null, null), RollupTotals.None))];
        kept.Keep("", Enumerable.Range(0, 8).Select(i => KeptDay.Of(first.AddDays(i), many)), kept.Changes);
        Assert.Equal([3, 4, 5, 6, 7], Days(0, 9));
        kept.Keep("", [KeptDay.Of(first.AddDays(7), [])], kept.Changes);
        kept.Keep("", [KeptDay.Of(first.AddDays(8), many)], kept.Changes);
        Assert.Equal([3, 4, 5, 6, 7, 8], Days(0, 9));
        Assert.Equal([5, 6], Days(5, 6));

        // A slice is its own, and goes with its day.
        kept.Keep("some", [new KeptDay(first.AddDays(5), 9, () => many)], kept.Changes);
        Assert.Equal([5], Days(0, 9, "some"));
        Assert.Equal([3, 4, 5, 6, 7, 8], Days(0, 9));

        // What was being read when somebody forgot it is old.
        int before = kept.Changes;
        kept.Forget(first.AddDays(4), first.AddDays(5));
        Assert.Empty(Days(0, 9, "some"));
        kept.Keep("", [KeptDay.Of(first.AddDays(4), [])], before);
        Assert.Equal([3, 6, 7, 8], Days(0, 9));
        time.Advance(KeptDays.Lifetime);
        Assert.Empty(Days(0, 9));

        int[] Days(int from, int to, string slice = "") => [.. kept.Between(slice, first.AddDays(from), first.AddDays(to)).Select(day => day.Day.DayNumber - first.DayNumber)];
    }

    [Fact]
    public void Unknown_days_are_cut_into_parts_that_leave_out_none()
    {
        Random random = new(7);
        for (int round = 0; round < 500; round++)
        {
            DateOnly from = DateOnly.FromDayNumber(random.Next(1_000));
            DateOnly to = from.AddDays(random.Next(120));
            DateOnly[] all = [.. Enumerable.Range(0, to.DayNumber - from.DayNumber + 1).Select(from.AddDays)];
            DateOnly[] known = [.. all.Where(_ => random.Next(round % 5 + 1) > 0)];
            IReadOnlyList<DaySpan> spans = DaySpan.Unknown(from, to, known, 16);
            Assert.Equal(all.Except(known), spans.SelectMany(span => Enumerable.Range(0, span.Last.DayNumber - span.First.DayNumber + 1).Select(span.First.AddDays)));
            Assert.InRange(spans.Count, 0, 16 + known.Length);
        }

        Assert.InRange(DaySpan.Unknown(DateOnly.MinValue, DateOnly.MaxValue, [new DateOnly(2026, 1, 1), DateOnly.MaxValue], 16).Count, 16, 18);
    }

    /// <summary>A value past the first hundred is found as long as its rows are near, and its absence is said.</summary>
    [Fact]
    public async Task Value_that_totals_count_with_others_is_found_or_said_to_be_missing()
    {
        await using UsageTables tables = await UsageTables.StartAsync();
        IServiceProvider instance = tables.Instance();
        DateOnly day = tables.Today.AddDays(-5);
        UsageEntry[] entries = [.. Enumerable.Range(0, 130).Select(i => UsageTables.Entry(day, second: i) with { Tags = new Dictionary<string, string> { ["ticket"] = $"T-{i}" } })];
        await instance.GetRequiredService<IUsageStore>().AppendAsync(entries, default);
        await instance.GetRequiredService<ClosedDays>().RebuildAsync(day, default);
        foreach (int ticket in (int[])[0, 60, 129])
        {
            UsageReport near = await ReportAsync(day, $"T-{ticket}");
            Assert.Equal((1, null), (near.Total.Requests, near.UncountedRequests));
        }

        long found = 0;
        for (int ticket = 0; ticket < 130; ticket += 13)
        {
            UsageReport far = await ReportAsync(day.AddDays(-30), $"T-{ticket}");
            Assert.Equal(30, far.UncountedRequests);
            found += far.Total.Requests;
        }

        Assert.InRange(found, 1, 9);
        Assert.Null((await ReportAsync(day.AddDays(-30), null)).UncountedRequests);

        // The rows are gone, and the totals that know the value are not.
        await instance.GetRequiredService<IUsageStore>().DeleteBeforeAsync(tables.Today, default);
        UsageReport late = await ReportAsync(day, "T-129");
        Assert.Equal((1, 30), (late.Total.Requests, late.UncountedRequests));

        Task<UsageReport> ReportAsync(DateOnly from, string? ticket) => instance.GetRequiredService<UsageReporter>().ReportAsync(
            new UsageQuery(from, tables.Today, UsageGroup.Key) { Filter = new UsageFilter { Tags = new Dictionary<string, string?> { ["ticket"] = ticket } } }, default);
    }

    private static Task CloseAsync(IServiceProvider instance, DateOnly day, int requests) =>
        instance.GetRequiredService<IRollupStore>().CloseAsync(day, [.. Enumerable.Range(0, requests).Select(i => Of(day, $"key{i}"))], default);

    private static Task OpenAsync(IServiceProvider instance, DateOnly day, int requests) =>
        instance.GetRequiredService<IRollupStore>().WriteAsync(day, Guid.NewGuid().ToString("N")[..12], [.. Enumerable.Range(0, requests).Select(i => Of(day, $"new{i}"))], default);

    private static Rollup Of(DateOnly day, string key)
    {
        UsageEntry entry = UsageTables.Entry(day, key);
        return new Rollup(RollupKey.Of(entry), RollupTotals.Of(entry));
    }

    private static async Task<long> CountAsync(IServiceProvider instance, UsageTables tables, string? key = null) =>
        (await instance.GetRequiredService<UsageReporter>().ReportAsync(new UsageQuery(tables.Today.AddDays(-120), tables.Today, UsageGroup.Day, Key: key), default)).Total.Requests;
}
