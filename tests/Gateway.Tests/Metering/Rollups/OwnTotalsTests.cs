using System.Text.Json;
using Gateway.Authentication.Keys;
using Gateway.Metering.Reports;
using Gateway.Metering.Rollups;
using Gateway.Metering.Usage;
using Gateway.Tests.Cli;
using Gateway.Tests.Metering.Usage;
using Gateway.Tests.Storage;
using Gateway.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Tests.Metering.Rollups;

/// <summary>What an instance has counted and not yet written is in what it says, once, and of others what they wrote.</summary>
public sealed class OwnTotalsTests : IAsyncLifetime
{
    private UsageTables _tables = null!;

    public async Task InitializeAsync() => _tables = await UsageTables.StartAsync();

    public async Task DisposeAsync() => await _tables.DisposeAsync();

    [Theory]
    [InlineData(3)]
    [InlineData(8)]
    public async Task Whatever_is_written_and_whatever_not_each_counts_its_own_once(int seed)
    {
        Random random = new(seed);
        Instance[] instances = [.. Enumerable.Range(0, 3).Select(_ => new Instance(_tables))];
        List<UsageEntry> all = [];
        DateOnly first = _tables.Today.AddDays(-1);
        for (int round = 0; round < 60; round++)
        {
            Instance counting = instances[random.Next(instances.Length)];
            UsageEntry[] entries = [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => SomeEntries.Of(random, _tables.Today.AddDays(-random.Next(2))))];
            all.AddRange(entries);
            counting.Count(entries);
            if (random.Next(2) == 0)
            {
                await instances[random.Next(instances.Length)].WriteAsync(failing: random.Next(4) == 0);
            }

            Instance reader = instances[random.Next(instances.Length)];
            FacetKind? kind = random.Next(4) == 0 ? FacetKind.Client : null;
            string? key = random.Next(3) == 0 ? all[0].KeyId : null;
            RollupQuery query = new(first, _tables.Today.AddDays(random.Next(3)), key) { Kind = kind };
            Dictionary<RollupKey, RollupTotals> expected = instances.SelectMany(each => each == reader ? each.Counted : each.Written).Where(total => query.Holds(total.Key)).ToSums();
            Assert.Equal(expected, (await reader.Store.ListAsync(query, default)).ToSums());
        }

        foreach (Instance instance in instances)
        {
            await instance.WriteAsync();
        }

        Dictionary<RollupKey, RollupTotals> total = instances.SelectMany(instance => instance.Counted).Where(total => total.Key.Facet is null).ToSums();
        Assert.All(instances, instance => Assert.Equal(total, instance.Store.ListAsync(new RollupQuery(first, _tables.Today), default).Result.ToSums()));
    }

    /// <summary>What a closed day came to is in the table, whatever its instances remember; and what they forget their rows have.</summary>
    [Fact]
    public async Task Days_that_are_over_are_read_from_the_table_before_and_after_they_are_closed()
    {
        Instance one = new(_tables);
        DateOnly day = _tables.Today;
        one.Count([UsageTables.Entry(day), UsageTables.Entry(day, second: 1)]);
        await one.WriteAsync();
        Assert.Equal(2, await CountAsync());
        _tables.Time.Advance(TimeSpan.FromDays(3));
        Assert.Equal(2, await CountAsync());
        one.Forget(_tables.Today.AddDays(-1));
        Assert.Equal(2, await CountAsync());

        // Somebody closes a day that this instance still counts.
        Instance late = new(_tables);
        late.Count([UsageTables.Entry(_tables.Today)]);
        await one.Store.CloseAsync(_tables.Today, [new Rollup(new RollupKey(_tables.Today, "key1", null, "fake", "m"), new RollupTotals { Requests = 9 })], default);
        foreach (FacetKind? kind in (FacetKind?[])[null, FacetKind.Client])
        {
            Assert.Equal(kind is null ? 9 : 0, (await late.Store.ListAsync(new RollupQuery(_tables.Today, _tables.Today) { Kind = kind }, default)).Sum(total => total.Totals.Requests));
        }

        async Task<long> CountAsync() => (await one.Store.ListAsync(new RollupQuery(day, day), default)).Sum(total => total.Totals.Requests);
    }

    [Fact]
    public async Task Spend_of_a_key_is_that_of_today_and_of_the_days_of_this_month()
    {
        foreach ((int daysAgo, decimal usd) in ((int, decimal)[])[(0, 1), (1, 2), (20, 4), (21, 8)])
        {
            DateOnly day = _tables.Today.AddDays(-daysAgo);
            await new Instance(_tables).Store.WriteAsync(day, "w", [Total("key1", usd), Total("key2", 100)], default);

            Rollup Total(string key, decimal cost) => new(new RollupKey(day, key, "search", "fake", "m"), new RollupTotals { Requests = 1, CostUsd = cost });
        }

        UsageReporter reporter = _tables.Instance().GetRequiredService<UsageReporter>();
        DateTimeOffset now = _tables.Time.GetUtcNow();
        foreach (string? only in (string?[])[null, "key1"])
        {
            Func<string, KeySpend> spend = await reporter.SpendAsync(now, only, default);
            Assert.Equal(new KeySpend(1, 7, now.AddSeconds(-5)), spend("key1"));
            Assert.Equal(new KeySpend(0, 0, now.AddSeconds(-5)), spend("key3"));
        }
    }

    /// <summary>The clock stands still, so no totals are written, on tables or in memory.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Caller_sees_what_it_spent_before_totals_are_written(bool tables)
    {
        await using Azurite azurite = await Azurite.ShareAsync();
        await using FakeUpstream upstream = await FakeUpstream.StartAsync();
        FakeClock time = new(TimeProvider.System.GetUtcNow());
        await using GatewayServer gateway = await GatewayServer.StartAsync(
            upstream, time, ("Gateway:Models:0:Price:Input", "2.5"), ("Gateway:Models:0:Price:Output", "10"), ("GatewayStorage", tables ? azurite.ConnectionString : null));
        string key = GatewayServer.Key;
        string id = "";
        if (tables)
        {
            JsonElement made = (await Run.GatewayAsync(azurite.ConnectionString, "keys", "create", "--team", "search", "--scope", "manage", "--json")).Json;
            (key, id) = (made.GetProperty("key").GetString()!, made.GetProperty("id").GetString()!);
        }

        // So many are written without waiting for company.
        for (int i = 0; i < UsageBuffer.Enough; i++)
        {
            using HttpResponseMessage answer = await gateway.SendAsync(HttpMethod.Post, "/v1/messages", MeteredGateway.Body(), default, ("x-api-key", key));
            await answer.Content.ReadAsByteArrayAsync();
        }

        JsonElement mine = await Patience.UntilAsync(
            () => AskAsync("/v1/usage?by=model"), seen => seen.GetProperty("total").GetProperty("requests").GetInt64() == UsageBuffer.Enough);
        decimal cost = UsageBuffer.Enough * 0.000045m;
        Assert.Equal(cost, mine.GetProperty("total").GetProperty("cost_usd").GetDecimal());
        Assert.Equal(time.GetUtcNow().AddSeconds(-5), mine.GetProperty("as_of").GetDateTimeOffset());
        Assert.Equal(cost, mine.GetProperty("spend").GetProperty("today_usd").GetDecimal());
        if (tables)
        {
            Assert.Equal(cost, (await AskAsync($"/manage/keys/{id}")).GetProperty("spend").GetProperty("today_usd").GetDecimal());
        }

        async Task<JsonElement> AskAsync(string path)
        {
            using HttpResponseMessage response = await gateway.SendAsync(HttpMethod.Get, path, null, default, ("x-api-key", key));
            return JsonElement.Parse(await response.Content.ReadAsStringAsync());
        }
    }

    /// <summary>One instance: what it counted, and what of it stands in the table.</summary>
    private sealed class Instance
    {
        private readonly RollupBook _book = new();
        private readonly FacetBounds _bounds = new();
        private readonly Dictionary<RollupKey, RollupTotals> _written = [];

        public Instance(UsageTables tables) => Store = new TableRollupStore(Azurite.StorageAt(tables.Connection, tables.Time), tables.Time, _book);

        public TableRollupStore Store { get; }

        public Dictionary<RollupKey, RollupTotals> All { get; } = [];

        public IEnumerable<Rollup> Counted => All.Select(total => new Rollup(total.Key, total.Value));

        public IEnumerable<Rollup> Written => _written.Select(total => new Rollup(total.Key, total.Value));

        public void Count(UsageEntry[] entries)
        {
            _book.Add(entries);
            foreach (UsageEntry entry in entries)
            {
                Rollup.Add(All, _bounds, entry);
            }
        }

        public void Forget(DateOnly before) => _book.Forget(before);

        /// <summary>As the writer does; a write that fails after it arrived leaves the row there.</summary>
        public async Task WriteAsync(bool failing = false)
        {
            foreach (IGrouping<DateOnly, Rollup> day in _book.TakeChanged().GroupBy(total => total.Key.Day))
            {
                await Store.WriteAsync(day.Key, _book.Writer, [.. day], default);
                foreach (Rollup total in day)
                {
                    _written[total.Key] = total.Totals;
                }

                if (failing)
                {
                    _book.PutBack(day);
                }
            }
        }
    }
}

/// <summary>Totals by what they are of.</summary>
file static class Sums
{
    public static Dictionary<RollupKey, RollupTotals> ToSums(this IEnumerable<Rollup> rollups)
    {
        Dictionary<RollupKey, RollupTotals> sums = [];
        foreach (Rollup rollup in rollups)
        {
            Rollup.Add(sums, rollup.Key, rollup.Totals);
        }

        return sums;
    }
}
