using Azure.Data.Tables;
using Gateway.Metering.Rollups;
using Gateway.Metering.Usage;
using Gateway.Storage;
using Gateway.Tests.Metering.Usage;
using Gateway.Tests.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Tests.Metering.Rollups;

/// <summary>Days that are still counted, of which only what is new is read: always as true as the table.</summary>
public sealed class OpenDaysTests : IAsyncLifetime
{
    private UsageTables _tables = null!;

    private DateOnly Today => _tables.Today;

    public async Task InitializeAsync() => _tables = await UsageTables.StartAsync();

    public async Task DisposeAsync() => await _tables.DisposeAsync();

    [Fact]
    public async Task Whatever_instances_write_each_sees_all_of_it_at_once()
    {
        Random random = new(11);
        IRollupStore[] stores = [.. Enumerable.Range(0, 3).Select(_ => Store(_tables.Instance()))];
        Dictionary<(string Writer, RollupKey Key), RollupTotals> truth = [];
        for (int round = 0; round < 60; round++)
        {
            int writer = random.Next(stores.Length);
            DateOnly day = Today.AddDays(-random.Next(2));
            Rollup[] totals = [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => Total(day, random)).DistinctBy(total => total.Key)];
            await stores[writer].WriteAsync(day, $"{writer}", totals, default);
            foreach (Rollup total in totals)
            {
                truth[($"{writer}", total.Key)] = total.Totals;
            }

            IRollupStore reader = stores[random.Next(stores.Length)];
            string? key = random.Next(3) == 0 ? "key1" : null;
            DateOnly from = Today.AddDays(-random.Next(3));
            Dictionary<RollupKey, RollupTotals> expected = [];
            foreach (((_, RollupKey at), RollupTotals sum) in truth.Where(each => each.Key.Key.Day >= from && (key is null || each.Key.Key.KeyId == key)))
            {
                Rollup.Add(expected, at, sum);
            }

            Assert.Equal(expected, (await reader.ListAsync(new RollupQuery(from, Today.AddDays(random.Next(5)), key), default)).ToDictionary(total => total.Key, total => total.Totals));
        }
    }

    [Fact]
    public async Task Only_rows_that_are_new_are_read_again()
    {
        await using FaultyTables tables = await FaultyTables.StartAsync(_tables.Endpoint);
        IRollupStore store = Store(tables);
        await WriteAsync("a", 3);
        Assert.Equal(3, await CountAsync(store));
        await WriteAsync("b", 4);
        int before = tables.Seen.Count;
        Assert.Equal(7, await CountAsync(store));
        string[] asked = [.. tables.Seen.Skip(before).Where(request => request.Contains($"{Today:yyyyMMdd}", StringComparison.Ordinal))];
        Assert.Contains("Timestamp", Assert.Single(asked), StringComparison.Ordinal);

        // What was deleted by hand goes when all is read again.
        await new TableClient(_tables.Connection, "rollups").DeleteEntityAsync($"{Today:yyyyMMdd}", (await _tables.RowsAsync("rollups", Today)).Single(row => row.RowKey.StartsWith('a')).RowKey);
        _tables.Time.Advance(KeptDays.Lifetime);
        Assert.Equal(4, await CountAsync(store));
    }

    [Fact]
    public async Task Reading_that_breaks_off_leaves_what_was_known()
    {
        await using FaultyTables tables = await FaultyTables.StartAsync(_tables.Endpoint);
        IRollupStore store = Store(tables);
        await WriteAsync("a", 3);
        Assert.Equal(3, await CountAsync(store));
        await WriteAsync("b", 4);
        tables.Always(Fault.Refuse(403, "AuthorizationFailure"));
        await Assert.ThrowsAsync<StorageUnavailableException>(() => CountAsync(store));
        tables.Always(null);
        Assert.Equal(7, await CountAsync(store));
    }

    /// <summary>An instance whose clock is late still counts a day that another has closed.</summary>
    [Fact]
    public async Task Day_that_somebody_has_closed_meanwhile_is_what_it_was_closed_as()
    {
        IRollupStore store = Store(_tables.Instance());
        await WriteAsync("a", 3);
        Assert.Equal(3, await CountAsync(store));
        await Store(_tables.Instance()).CloseAsync(Today, [new Rollup(new RollupKey(Today, "key1", null, "fake", "m"), new RollupTotals { Requests = 9 })], default);
        Assert.Equal(9, await CountAsync(store));
        Assert.Equal(9, await CountAsync(store));
    }

    /// <summary>A page asks much at once: what does not come with the first reading comes with the second, also when there is no answer.</summary>
    [Fact]
    public async Task Questions_that_come_together_share_a_reading()
    {
        await using FaultyTables tables = await FaultyTables.StartAsync(_tables.Endpoint);
        OpenDay day = new(Azurite.StorageAt(tables.ConnectionString, TimeProvider.System), Today, TimeProvider.System, mostRows: 1);
        await WriteAsync("a", 3);
        Assert.All(await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => day.ReadAsync(default))), totals => Assert.Equal(3, Assert.Single(totals!).Totals.Requests));
        Assert.InRange(tables.Seen.Count, 1, 2);

        tables.Always(Fault.Refuse(403, "AuthorizationFailure"));
        Task[] refused = [.. Enumerable.Range(0, 20).Select(_ => day.ReadAsync(default))];
        foreach (Task one in refused)
        {
            await Assert.ThrowsAsync<StorageUnavailableException>(() => one);
        }

        Assert.InRange(tables.Seen.Count, 2, 4);
        tables.Always(null);
        Assert.Equal(3, Assert.Single((await day.ReadAsync(default))!).Totals.Requests);

        // Who leaves leaves the others.
        using CancellationTokenSource leaves = new();
        Task left = day.ReadAsync(leaves.Token);
        Task<IReadOnlyList<Rollup>?> stays = day.ReadAsync(default);
        await leaves.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => left);
        Assert.NotNull(await stays);

        // More than are kept: whole each time.
        await WriteAsync("b", 4);
        int before = tables.Seen.Count;
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal(7, Assert.Single((await day.ReadAsync(default))!).Totals.Requests);
        }

        Assert.All(tables.Seen.Skip(before + 1), request => Assert.DoesNotContain("Timestamp ge", Uri.UnescapeDataString(request), StringComparison.Ordinal));
    }

    private static IRollupStore Store(IServiceProvider instance) => instance.GetRequiredService<IRollupStore>();

    private TableRollupStore Store(FaultyTables tables) => new(Azurite.StorageAt(tables.ConnectionString, TimeProvider.System), _tables.Time);

    private Task WriteAsync(string writer, int requests) => Store(_tables.Instance()).WriteAsync(
        Today, writer, [new Rollup(new RollupKey(Today, "key1", null, "fake", "m"), new RollupTotals { Requests = requests })], default);

    private async Task<long> CountAsync(IRollupStore store) => (await store.ListAsync(new RollupQuery(Today, Today), default)).Sum(total => total.Totals.Requests);

    private static Rollup Total(DateOnly day, Random random) => new(
        new RollupKey(day, $"key{random.Next(3)}", null, "fake", $"m{random.Next(2)}"), RollupTotals.Of(SomeEntries.Of(random, day)));
}
