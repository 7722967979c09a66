using Azure;
using Azure.Data.Tables;

namespace Gateway.Tests.Storage;

[Collection(AzuriteFixture.Collection)]
public sealed class TableKeyTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private TableClient _table = null!;

    public async Task InitializeAsync() => _table = await azurite.CreateTableAsync();

    public async Task DisposeAsync() => await _table.DeleteAsync();

    [Theory]
    [InlineData("it's")]
    [InlineData("''")]
    [InlineData("100%")]
    [InlineData("%41%2F")]
    [InlineData("a+b c")]
    [InlineData("a&b=c;d,e")]
    [InlineData("(x),[y]{z}")]
    [InlineData("user@example.com:1")]
    [InlineData("größe 東京 🚀")]
    [InlineData("\"quoted\" <tag> `tick` ^|~!*$")]
    [InlineData(" leading and trailing ")]
    [InlineData("")]
    [InlineData(".")]
    public async Task Key_with_special_characters_is_written_read_queried_and_deleted(string key)
    {
        await _table.AddEntityAsync(new TableEntity(key, key) { ["A"] = 1 });
        await _table.UpdateEntityAsync(new TableEntity(key, key) { ["A"] = 2 }, ETag.All);
        await _table.SubmitTransactionAsync(
            [new TableTransactionAction(TableTransactionActionType.UpdateMerge, new TableEntity(key, key) { ["B"] = 3 }, ETag.All)]);

        TableEntity read = await _table.GetEntityAsync<TableEntity>(key, key);
        List<TableEntity> found = await _table.QueryAsync<TableEntity>(
            TableClient.CreateQueryFilter($"PartitionKey eq {key} and RowKey eq {key}")).ToListAsync();
        Response deleted = await _table.DeleteEntityAsync(key, key);

        Assert.Equal((key, key), (read.PartitionKey, read.RowKey));
        Assert.Equal((2, 3), (read.GetInt32("A"), read.GetInt32("B")));
        Assert.Equal(read.ETag, Assert.Single(found).ETag);
        Assert.Equal(204, deleted.Status);
        Assert.False((await _table.GetEntityIfExistsAsync<TableEntity>(key, key)).HasValue);
    }
}
