using Azure;
using Azure.Data.Tables;
using Azure.Data.Tables.Models;

namespace Gateway.Tests.Storage;

[Collection(AzuriteFixture.Collection)]
public sealed class TableEntityTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private TableClient _table = null!;

    public async Task InitializeAsync() => _table = await azurite.CreateTableAsync();

    public async Task DisposeAsync() => await _table.DeleteAsync();

    [Fact]
    public async Task Added_entity_is_read_back_with_its_etag_and_timestamp()
    {
        Response added = await _table.AddEntityAsync(new TableEntity("p", "r") { ["Name"] = "one" });

        TableEntity read = await _table.GetEntityAsync<TableEntity>("p", "r");

        Assert.Equal(204, added.Status);
        Assert.Equal("one", read.GetString("Name"));
        Assert.Equal(added.Headers.ETag, read.ETag);
        Assert.InRange(read.Timestamp!.Value, DateTimeOffset.UtcNow.AddMinutes(-1), DateTimeOffset.UtcNow.AddMinutes(1));
    }

    [Fact]
    public async Task Adding_an_entity_twice_is_a_conflict()
    {
        await _table.AddEntityAsync(new TableEntity("p", "r"));

        RequestFailedException conflict = await Assert.ThrowsAsync<RequestFailedException>(() => _table.AddEntityAsync(new TableEntity("p", "r")));

        Assert.Equal(409, conflict.Status);
        Assert.Equal(TableErrorCode.EntityAlreadyExists, conflict.ErrorCode);
    }

    [Fact]
    public async Task Getting_a_missing_entity_is_not_found()
    {
        RequestFailedException missing = await Assert.ThrowsAsync<RequestFailedException>(() => _table.GetEntityAsync<TableEntity>("p", "none"));

        Assert.Equal(404, missing.Status);
        Assert.Equal(TableErrorCode.ResourceNotFound, missing.ErrorCode);
    }

    [Fact]
    public async Task Get_if_exists_tells_whether_there_is_an_entity()
    {
        await _table.AddEntityAsync(new TableEntity("p", "r") { ["Name"] = "one" });

        NullableResponse<TableEntity> found = await _table.GetEntityIfExistsAsync<TableEntity>("p", "r");
        NullableResponse<TableEntity> missing = await _table.GetEntityIfExistsAsync<TableEntity>("p", "none");

        Assert.True(found.HasValue);
        Assert.Equal("one", found.Value!.GetString("Name"));
        Assert.False(missing.HasValue);
        Assert.Equal(404, missing.GetRawResponse().Status);
    }

    [Fact]
    public async Task Get_with_select_returns_only_those_properties()
    {
        await _table.AddEntityAsync(new TableEntity("p", "r") { ["Name"] = "one", ["Other"] = 2 });

        TableEntity read = await _table.GetEntityAsync<TableEntity>("p", "r", ["Name"]);

        Assert.Equal("one", read.GetString("Name"));
        Assert.False(read.ContainsKey("Other"));
    }

    [Fact]
    public async Task Merge_keeps_other_properties_and_replace_drops_them()
    {
        await _table.AddEntityAsync(new TableEntity("p", "r") { ["A"] = 1, ["B"] = 2 });

        await _table.UpdateEntityAsync(new TableEntity("p", "r") { ["B"] = 3 }, ETag.All, TableUpdateMode.Merge);
        TableEntity merged = await _table.GetEntityAsync<TableEntity>("p", "r");
        await _table.UpdateEntityAsync(new TableEntity("p", "r") { ["B"] = 4 }, merged.ETag, TableUpdateMode.Replace);
        TableEntity replaced = await _table.GetEntityAsync<TableEntity>("p", "r");

        Assert.Equal((1, 3), (merged.GetInt32("A"), merged.GetInt32("B")));
        Assert.Equal((null, 4), (replaced.GetInt32("A"), replaced.GetInt32("B")));
    }

    [Theory]
    [InlineData(TableUpdateMode.Merge)]
    [InlineData(TableUpdateMode.Replace)]
    public async Task Update_with_an_old_etag_fails_and_changes_nothing(TableUpdateMode mode)
    {
        ETag old = (await _table.AddEntityAsync(new TableEntity("p", "r") { ["A"] = 1 })).Headers.ETag!.Value;
        Response updated = await _table.UpdateEntityAsync(new TableEntity("p", "r") { ["A"] = 2 }, old, mode);

        RequestFailedException refused = await Assert.ThrowsAsync<RequestFailedException>(
            () => _table.UpdateEntityAsync(new TableEntity("p", "r") { ["A"] = 3 }, old, mode));

        TableEntity read = await _table.GetEntityAsync<TableEntity>("p", "r");
        Assert.Equal(412, refused.Status);
        Assert.Equal(TableErrorCode.UpdateConditionNotSatisfied, refused.ErrorCode);
        Assert.Equal(2, read.GetInt32("A"));
        Assert.Equal(updated.Headers.ETag, read.ETag);
    }

    [Fact]
    public async Task Update_of_a_missing_entity_is_not_found()
    {
        RequestFailedException missing = await Assert.ThrowsAsync<RequestFailedException>(
            () => _table.UpdateEntityAsync(new TableEntity("p", "none"), ETag.All));

        Assert.Equal(404, missing.Status);
    }

    [Fact]
    public async Task Update_without_an_etag_is_refused()
    {
        await Assert.ThrowsAsync<ArgumentException>(() => _table.UpdateEntityAsync(new TableEntity("p", "r"), default));
    }

    [Theory]
    [InlineData(TableUpdateMode.Merge, 1)]
    [InlineData(TableUpdateMode.Replace, null)]
    public async Task Upsert_inserts_and_then_updates(TableUpdateMode mode, int? keptProperty)
    {
        await _table.UpsertEntityAsync(new TableEntity("p", "r") { ["A"] = 1 }, mode);
        await _table.UpsertEntityAsync(new TableEntity("p", "r") { ["B"] = 2 }, mode);

        TableEntity read = await _table.GetEntityAsync<TableEntity>("p", "r");

        Assert.Equal((keptProperty, 2), (read.GetInt32("A"), read.GetInt32("B")));
    }

    [Fact]
    public async Task Delete_removes_the_entity_and_a_second_delete_is_no_failure()
    {
        await _table.AddEntityAsync(new TableEntity("p", "r"));

        Assert.Equal(204, (await _table.DeleteEntityAsync("p", "r")).Status);
        Assert.Equal(404, (await _table.DeleteEntityAsync("p", "r")).Status);
        Assert.False((await _table.GetEntityIfExistsAsync<TableEntity>("p", "r")).HasValue);
    }

    [Fact]
    public async Task Delete_with_an_old_etag_fails_and_keeps_the_entity()
    {
        ETag old = (await _table.AddEntityAsync(new TableEntity("p", "r"))).Headers.ETag!.Value;
        await _table.UpdateEntityAsync(new TableEntity("p", "r") { ["A"] = 1 }, old);

        RequestFailedException refused = await Assert.ThrowsAsync<RequestFailedException>(() => _table.DeleteEntityAsync("p", "r", old));

        Assert.Equal(412, refused.Status);
        Assert.True((await _table.GetEntityIfExistsAsync<TableEntity>("p", "r")).HasValue);
    }
}
