using Gateway.Metering.Reports;
using Gateway.Metering.Rollups;
using Gateway.Metering.Usage;
using Gateway.Tests.Storage;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Tests.Metering.Rollups;

/// <summary>However requests are shared out among processes, and in whatever order, their day comes to the same: while it runs, and when it is closed.</summary>
public sealed class TotalsAgreeTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>, IAsyncLifetime
{
    /// <summary>Nobody else's.</summary>
    private static readonly DateOnly s_first = new(2004, 5, 1);

    private ServiceProvider _services = null!;

    private IRollupStore Store => _services.GetRequiredService<IRollupStore>();

    public Task InitializeAsync()
    {
        IConfiguration configuration = new ConfigurationBuilder()
            .AddInMemoryCollection([new("GatewayStorage", azurite.ConnectionString), new("Gateway:Retention:UsageDays", "0")])
            .Build();
        _services = new ServiceCollection()
            .AddSingleton<TimeProvider>(new FakeClock())
            .AddGatewayStorage(configuration)
            .BuildServiceProvider();
        return Task.CompletedTask;
    }

    public async Task DisposeAsync() => await _services.DisposeAsync();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Any_split_and_order_and_the_closed_day_are_the_same(int seed)
    {
        Random random = new(seed);
        DateOnly day = s_first.AddDays(seed);
        UsageEntry[] entries = [.. Enumerable.Range(0, 150).Select(_ => SomeEntries.Of(random, day))];
        Dictionary<RollupKey, RollupTotals> truth = Rollup.Sum(entries);
        Assert.Contains(truth.Values, totals => !totals.FirstToken.IsEmpty && totals.Cached > 0);

        RollupBook[] books = [.. Enumerable.Range(0, 4).Select(_ => new RollupBook())];
        UsageEntry[] shuffled = [.. entries];
        random.Shuffle(shuffled);
        foreach (UsageEntry[] batch in shuffled.Chunk(11))
        {
            RollupBook book = books[random.Next(books.Length)];
            book.Add(batch);
            if (random.Next(3) == 0)
            {
                await Store.WriteAsync(day, book.Writer, book.TakeChanged(), default);
            }
        }

        foreach (RollupBook book in books)
        {
            await Store.WriteAsync(day, book.Writer, book.TakeChanged(), default);
        }

        await AssertStoredAsync(day, truth);
        random.Shuffle(shuffled);
        Assert.Empty(await _services.GetRequiredService<IUsageStore>().AppendAsync(shuffled, default));
        await _services.GetRequiredService<ClosedDays>().RebuildAsync(day, default);
        await AssertStoredAsync(day, truth);
    }

    /// <summary>Two rows of an older program, and one of this: what is known is said.</summary>
    [Fact]
    public async Task Rows_without_the_newer_columns_know_nothing_of_them()
    {
        DateOnly day = s_first.AddDays(100);
        UsageEntry entry = SomeEntries.Of(new Random(1), day) with { Error = null, ClientLeft = false, Requests = 1, Stream = true, Cached = true, Timings = new UsageTimings(1, 2, 300, 1_000) };
        Rollup known = new(RollupKey.Of(entry), RollupTotals.Of(entry));
        Rollup unknown = known with { Totals = new RollupTotals { Requests = 5 } };
        await Store.WriteAsync(day, "aa11", [unknown], default);
        UsageReportRow old = await TotalAsync(day);
        Assert.Equal((5L, 0L, null, null, null), (old.Requests, old.CachedRequests, old.LastRequestAt, old.LatencyMs, old.FirstTokenMs));

        await Store.WriteAsync(day, "bb22", [known], default);
        UsageReportRow both = await TotalAsync(day);
        Assert.Equal((6L, 1L, (DateTimeOffset?)entry.StartedAt), (both.Requests, both.CachedRequests, both.LastRequestAt));
        Assert.Equal((new UsagePercentiles(931.7, 931.7), new UsagePercentiles(312, 312)), (both.LatencyMs, both.FirstTokenMs));
    }

    [Fact]
    public void Only_answers_have_a_duration_and_only_streams_a_first_token()
    {
        UsageEntry whole = SomeEntries.Of(new Random(1), s_first) with { Error = null, ClientLeft = false, Requests = 1, Stream = false, Timings = new UsageTimings(1, 2, 300, 1_000) };
        Assert.Equal((DurationBuckets.Of(1_000), DurationBuckets.None), DurationsOf(whole));
        Assert.Equal((DurationBuckets.Of(1_000), DurationBuckets.Of(300)), DurationsOf(whole with { Stream = true }));
        Assert.Equal((DurationBuckets.Of(1_000), DurationBuckets.None), DurationsOf(whole with { Stream = true, Timings = new UsageTimings(1, 2, null, 1_000) }));
        foreach (UsageEntry other in (UsageEntry[])[whole with { Error = "api_error" }, whole with { ClientLeft = true }, whole with { Requests = 2 }])
        {
            Assert.Equal((DurationBuckets.None, DurationBuckets.None), DurationsOf(other with { Stream = true }));
        }

        (DurationBuckets, DurationBuckets) DurationsOf(UsageEntry entry) => (RollupTotals.Of(entry).Latency, RollupTotals.Of(entry).FirstToken);
    }

    /// <summary>Requests without the tag are what is left of all: no number of theirs is below zero, and none is lost.</summary>
    [Fact]
    public void What_is_left_of_all_is_counted_like_all()
    {
        Random random = new(5);
        UsageEntry[] entries = [.. Enumerable.Range(0, 60).Select(_ => SomeEntries.Of(random, s_first))];
        RollupTotals all = Sum(entries);
        RollupTotals rest = all.Minus(Sum(entries[..25]));
        Assert.Equal(Sum(entries[25..]) with { LastRequestAt = all.LastRequestAt, Tokens = rest.Tokens }, rest);
        Assert.Equal(RollupTotals.None with { LastRequestAt = all.LastRequestAt }, all.Minus(all.Plus(all)) with { Tokens = default });

        static RollupTotals Sum(IEnumerable<UsageEntry> entries) => entries.Select(RollupTotals.Of).Aggregate(RollupTotals.None, (sum, one) => sum.Plus(one));
    }

    private async Task<UsageReportRow> TotalAsync(DateOnly day) =>
        (await _services.GetRequiredService<UsageReporter>().ReportAsync(new UsageQuery(day, day, UsageGroup.Model), default)).Total;

    private async Task AssertStoredAsync(DateOnly day, Dictionary<RollupKey, RollupTotals> truth)
    {
        List<Rollup> stored = [.. await Store.ListAsync(new RollupQuery(day, day), default)];
        foreach ((FacetKind kind, string? name) in ((FacetKind, string?)[])[(FacetKind.Client, null), (FacetKind.RequestedModel, null), (FacetKind.Tag, "ticket"), (FacetKind.Tag, "env")])
        {
            stored.AddRange(await Store.ListAsync(new RollupQuery(day, day) { Kind = kind, Name = name }, default));
        }

        Assert.Equal(truth, stored.ToDictionary(rollup => rollup.Key, rollup => rollup.Totals));
    }
}
