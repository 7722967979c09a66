using Azure;
using Azure.Data.Tables;
using Gateway.Caching;
using Gateway.Metering.Rollups;
using Gateway.Storage;
using Gateway.Tests.Metering.Usage;
using Gateway.Tests.Storage;
using Gateway.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.Tests.Caching;

/// <summary>Answers in Table Storage, for all instances.</summary>
public sealed class TableCacheTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    /// <summary>Other tests' rows are other questions.</summary>
    private readonly string _text = $"question {Guid.NewGuid():N}";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Instances_share_answers(bool stream)
    {
        await using CachingGateway one = await StartAsync(azurite.ConnectionString);
        await using CachingGateway other = await CachingGateway.StartAsync(
            ("GatewayStorage", azurite.ConnectionString), ("Gateway:DevKey", null), ("Gateway:Cache:Mode", "storage"), ("Gateway:Providers:fake:BaseUrl", one.Upstream.Url + "/v1"));
        (string, string) key = ("x-api-key", await KeyAsync());
        CacheReply first = await one.AskAsync(CachingGateway.Body(stream, text: _text), headers: key);
        Assert.Equal(("miss", 1L), (first.Cache, one.Cache.Kept));
        CacheReply second = await other.AskAsync(CachingGateway.Body(stream, text: _text), headers: key);

        Assert.Equal(("hit", first.Body), (second.Cache, second.Body));
        Assert.Equal((first.Type, first.Upstream, first.Translation), (second.Type, second.Upstream, second.Translation));
        Assert.Equal(1, one.Calls + other.Calls);
    }

    [Fact]
    public async Task Row_holds_no_question_and_one_that_was_damaged_is_no_answer()
    {
        await using CachingGateway gateway = await StartAsync(azurite.ConnectionString);
        (string, string) key = ("x-api-key", await KeyAsync());
        TableClient table = new(azurite.ConnectionString, "cache");
        HashSet<string> before = [.. (await table.QueryAsync<TableEntity>().ToListAsync()).Select(row => row.RowKey)];
        await gateway.AskAsync(CachingGateway.Body(text: _text), headers: key);
        TableEntity row = (await table.QueryAsync<TableEntity>().ToListAsync()).Single(row => !before.Contains(row.RowKey));
        Assert.DoesNotContain(row, column => column.Value is string text && text.Contains(_text, StringComparison.Ordinal));

        byte[] packed = row.GetBinary("Part0");
        foreach (byte[] damaged in (byte[][])[[], packed[..^1], [.. packed[..^2], (byte)(packed[^2] ^ 1), packed[^1]], [1, 2, 3]])
        {
            row["Part0"] = damaged;
            await table.UpdateEntityAsync(row, ETag.All, TableUpdateMode.Replace);
            CacheReply reply = await gateway.AskAsync(CachingGateway.Body(text: _text), headers: key);
            Assert.Equal((200, "miss"), (reply.Status, reply.Cache));
        }

        row["Part0"] = "text";
        await table.UpdateEntityAsync(row, ETag.All, TableUpdateMode.Replace);
        Assert.Equal("miss", (await gateway.AskAsync(CachingGateway.Body(text: _text), headers: key)).Cache);
        Assert.Equal("hit", (await gateway.AskAsync(CachingGateway.Body(text: _text), headers: key)).Cache);
    }

    [Theory]
    [InlineData(700 * 1024, true)]
    [InlineData(710 * 1024, false)]
    public async Task Answer_is_kept_as_far_as_a_row_holds_it_packed(int bytes, bool kept)
    {
        TableCacheStore store = new(Azurite.StorageAt(azurite.ConnectionString), TimeProvider.System, NullLoggerFactory.Instance);
        byte[] noise = new byte[bytes];
        new Random(1).NextBytes(noise);
        string key = Guid.NewGuid().ToString("N");
        Assert.Equal(kept, await store.TryKeepAsync(key, Answer(noise, DateTimeOffset.UtcNow)));
        Assert.Equal(kept ? noise : null, (await store.FindAsync(key, default))?.Bytes.ToArray());
    }

    [Fact]
    public async Task Storage_that_is_away_is_a_miss_and_is_left_alone_for_a_while()
    {
        await using FaultyTables tables = await FaultyTables.StartAsync(azurite.Endpoint);
        FakeClock time = new();
        LogLines log = new();
        using LoggerFactory loggers = new([log]);
        TableCacheStore store = new(Azurite.StorageAt(tables.ConnectionString), time, loggers);
        string key = Guid.NewGuid().ToString("N");
        Assert.True(await store.TryKeepAsync(key, Answer([1, 2, 3], time.GetUtcNow())));
        for (int i = 0; i < 5; i++)
        {
            tables.Always(Fault.Cut);
            Assert.Null(await store.FindAsync(key, default));
            time.Advance(TableCacheStore.Rest);
        }

        Assert.StartsWith("The response cache cannot be reached, so requests go to their models: ", Assert.Single(log.All), StringComparison.Ordinal);
        tables.Always(Fault.Refuse(403, "AuthorizationFailure"));
        Assert.Null(await store.FindAsync(key, default));
        tables.Always(null);
        int asked = tables.Seen.Count;
        Assert.Null(await store.FindAsync(key, default));
        Assert.False(await store.TryKeepAsync(key, Answer([1], time.GetUtcNow())));
        Assert.Equal(asked, tables.Seen.Count);
        time.Advance(TableCacheStore.Rest);
        Assert.NotNull(await store.FindAsync(key, default));
    }

    [Fact]
    public async Task Storage_that_says_nothing_holds_no_request_up()
    {
        await using FaultyTables tables = await FaultyTables.StartAsync(azurite.Endpoint);
        TableCacheStore store = new(Azurite.StorageAt(tables.ConnectionString), TimeProvider.System, NullLoggerFactory.Instance);
        tables.Always(Fault.Silence);
        Assert.Null(await store.FindAsync(Guid.NewGuid().ToString("N"), default).AsTask().PatientlyAsync());
    }

    [Fact]
    public async Task Rows_past_their_time_are_deleted_with_old_usage()
    {
        await using UsageTables tables = await UsageTables.StartAsync();
        TableCacheStore store = new(tables.Instance().GetRequiredService<TableStorage>(), tables.Time, NullLoggerFactory.Instance);
        string[] keys = [.. Enumerable.Range(0, 6).Select(_ => Guid.NewGuid().ToString("N"))];
        foreach ((int i, string key) in keys.Index())
        {
            await store.TryKeepAsync(key, Answer([1], tables.Time.GetUtcNow(), TimeSpan.FromHours(i < 4 ? 1 : 48)));
        }

        tables.Time.Advance(TimeSpan.FromHours(2));
        Assert.NotNull(await tables.Instance().GetRequiredService<UsageMaintenance>().RunIfDueAsync(default));
        Assert.Equal(keys[4..].Order(StringComparer.Ordinal), (await tables.RowsAsync("cache")).Select(row => row.RowKey).Order(StringComparer.Ordinal));
    }

    private static CachedAnswer Answer(byte[] bytes, DateTimeOffset now, TimeSpan? ttl = null) => new(bytes, "fake/up", "none", now, now + (ttl ?? TimeSpan.FromHours(1)));

    private static Task<CachingGateway> StartAsync(string connection) =>
        CachingGateway.StartAsync(("GatewayStorage", connection), ("Gateway:DevKey", null), ("Gateway:Cache:Mode", "storage"));

    private async Task<string> KeyAsync() =>
        (await Cli.Run.GatewayAsync(azurite.ConnectionString, "keys", "create", "--team", "search", "--json")).Json.GetProperty("key").GetString()!;
}
