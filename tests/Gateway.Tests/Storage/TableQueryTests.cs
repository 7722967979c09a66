using System.Globalization;
using Azure;
using Azure.Data.Tables;

namespace Gateway.Tests.Storage;

[Collection(AzuriteFixture.Collection)]
public sealed class TableQueryTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private TableClient _table = null!;

    public async Task InitializeAsync() => _table = await azurite.CreateTableAsync();

    public async Task DisposeAsync() => await _table.DeleteAsync();

    [Fact]
    public async Task Query_goes_on_past_a_thousand_rows()
    {
        await AddAsync("many", 1_234);
        await AddAsync("other", 5);

        List<int> pages = [];
        List<string> rows = [];
        await foreach (Page<TableEntity> page in _table.QueryAsync<TableEntity>("PartitionKey eq 'many'").AsPages())
        {
            pages.Add(page.Values.Count);
            rows.AddRange(page.Values.Select(row => row.RowKey));
        }

        Assert.Equal([1_000, 234], pages);
        Assert.Equal(Enumerable.Range(0, 1_234).Select(RowKey), rows);
    }

    [Fact]
    public async Task Query_continues_from_a_token_given_to_a_new_client()
    {
        await AddAsync("p", 7);
        Page<TableEntity> first = await _table.QueryAsync<TableEntity>(maxPerPage: 3).AsPages().FirstAsync();

        var other = new TableClient(azurite.ConnectionString, _table.Name);
        Page<TableEntity> second = await other.QueryAsync<TableEntity>().AsPages(first.ContinuationToken, pageSizeHint: 2).FirstAsync();

        Assert.Equal([RowKey(0), RowKey(1), RowKey(2)], first.Values.Select(row => row.RowKey));
        Assert.Equal([RowKey(3), RowKey(4)], second.Values.Select(row => row.RowKey));
    }

    [Fact]
    public async Task Query_with_a_filter_returns_only_matching_rows()
    {
        await AddAsync("p", 20);
        string filter = TableClient.CreateQueryFilter($"PartitionKey eq {"p"} and RowKey ge {RowKey(5)} and Number lt {8}");

        List<TableEntity> rows = await _table.QueryAsync<TableEntity>(filter).ToListAsync();

        Assert.Equal([5, 6, 7], rows.Select(row => row.GetInt32("Number")!.Value));
    }

    [Fact]
    public async Task Query_with_select_returns_only_those_properties()
    {
        await AddAsync("p", 1);

        TableEntity row = await _table.QueryAsync<TableEntity>(select: ["RowKey"]).FirstAsync();

        Assert.Equal(RowKey(0), row.RowKey);
        Assert.False(row.ContainsKey("Number"));
    }

    [Fact]
    public async Task Query_of_an_empty_table_returns_nothing()
    {
        Assert.Empty(await _table.QueryAsync<TableEntity>().ToListAsync());
    }

    [Fact]
    public async Task Query_filter_finds_each_type_by_value()
    {
        var id = Guid.Parse("0f8fad5b-d9cb-469f-a165-70867728950e");
        var time = new DateTimeOffset(2026, 8, 21, 10, 11, 12, 345, TimeSpan.Zero);
        await _table.AddEntityAsync(new TableEntity("p", "it's")
        {
            ["Long"] = 5_000_000_000L,
            ["Double"] = 2.5,
            ["Flag"] = true,
            ["Id"] = id,
            ["Time"] = time,
        });

        string filter = TableClient.CreateQueryFilter(
            $"RowKey eq {"it's"} and Long eq {5_000_000_000L} and Double eq {2.5} and Flag eq {true} and Id eq {id} and Time eq {time}");

        Assert.Single(await _table.QueryAsync<TableEntity>(filter).ToListAsync());
    }

    private async Task AddAsync(string partition, int count)
    {
        foreach (int[] chunk in Enumerable.Range(0, count).Chunk(100))
        {
            await _table.SubmitTransactionAsync(chunk.Select(number => new TableTransactionAction(
                TableTransactionActionType.Add,
                new TableEntity(partition, RowKey(number)) { ["Number"] = number })));
        }
    }

    private static string RowKey(int number) => number.ToString("D6", CultureInfo.InvariantCulture);
}
