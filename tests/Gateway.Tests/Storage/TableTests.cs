using Azure;
using Azure.Data.Tables;
using Azure.Data.Tables.Models;

namespace Gateway.Tests.Storage;

[Collection(AzuriteFixture.Collection)]
public sealed class TableTests(AzuriteFixture azurite)
{
    private readonly TableClient _table = new(azurite.ConnectionString, $"t{Guid.NewGuid():N}");

    [Fact]
    public async Task Create_makes_the_table_usable()
    {
        Response<TableItem> created = await _table.CreateAsync();

        Assert.Equal(_table.Name, created.Value.Name);
        await _table.AddEntityAsync(new TableEntity("p", "r"));
    }

    [Fact]
    public async Task Create_of_an_existing_table_is_a_conflict()
    {
        await _table.CreateAsync();

        RequestFailedException conflict = await Assert.ThrowsAsync<RequestFailedException>(() => _table.CreateAsync());

        Assert.Equal(409, conflict.Status);
        Assert.Equal(TableErrorCode.TableAlreadyExists, conflict.ErrorCode);
    }

    [Fact]
    public async Task Create_if_not_exists_accepts_an_existing_table()
    {
        await _table.CreateIfNotExistsAsync();

        Response<TableItem> again = await _table.CreateIfNotExistsAsync();

        Assert.Equal(_table.Name, again.Value.Name);
        Assert.Equal(409, again.GetRawResponse().Status);
    }

    [Fact]
    public async Task Missing_table_is_not_found()
    {
        RequestFailedException missing = await Assert.ThrowsAsync<RequestFailedException>(() => _table.AddEntityAsync(new TableEntity("p", "r")));

        Assert.Equal(404, missing.Status);
        Assert.Equal(TableErrorCode.TableNotFound, missing.ErrorCode);
    }

    [Fact]
    public async Task Deleted_table_is_gone_and_deleting_it_again_is_no_failure()
    {
        await _table.CreateAsync();

        Assert.Equal(204, (await _table.DeleteAsync()).Status);
        Assert.Equal(404, (await _table.DeleteAsync()).Status);
        Assert.Equal(204, (await _table.CreateAsync()).GetRawResponse().Status);
    }

    [Fact]
    public async Task Service_client_creates_finds_and_deletes_tables()
    {
        var service = new TableServiceClient(azurite.ConnectionString);

        await service.CreateTableAsync(_table.Name);
        await service.CreateTableIfNotExistsAsync(_table.Name);
        await service.GetTableClient(_table.Name).AddEntityAsync(new TableEntity("p", "r"));

        Assert.Equal(204, (await service.DeleteTableAsync(_table.Name)).Status);
    }
}
