using Azure;
using Azure.Data.Tables;
using Azure.Data.Tables.Models;

namespace Gateway.Tests.Storage;

[Collection(AzuriteFixture.Collection)]
public sealed class TableTransactionTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private TableClient _table = null!;

    public async Task InitializeAsync() => _table = await azurite.CreateTableAsync();

    public async Task DisposeAsync() => await _table.DeleteAsync();

    [Fact]
    public async Task Transaction_does_every_kind_of_action()
    {
        foreach (string row in (string[])["merged", "replaced", "deleted", "upserted"])
        {
            await _table.AddEntityAsync(new TableEntity("p", row) { ["Old"] = "größe" });
        }

        ETag merged = (await _table.GetEntityAsync<TableEntity>("p", "merged")).Value.ETag;
        Response<IReadOnlyList<Response>> done = await _table.SubmitTransactionAsync(
        [
            new(TableTransactionActionType.Add, new TableEntity("p", "added") { ["New"] = "東京" }),
            new(TableTransactionActionType.UpdateMerge, new TableEntity("p", "merged") { ["New"] = 1 }, merged),
            new(TableTransactionActionType.UpdateReplace, new TableEntity("p", "replaced") { ["New"] = 1L }, ETag.All),
            new(TableTransactionActionType.Delete, new TableEntity("p", "deleted")),
            new(TableTransactionActionType.UpsertMerge, new TableEntity("p", "upserted") { ["New"] = true }),
            new(TableTransactionActionType.UpsertReplace, new TableEntity("p", "made") { ["New"] = 0.5 }),
        ]);

        Dictionary<string, TableEntity> rows = await _table.QueryAsync<TableEntity>().ToDictionaryAsync(row => row.RowKey);
        Assert.All(done.Value, response => Assert.Equal(204, response.Status));
        Assert.Equal(6, done.Value.Count);
        Assert.Equal(rows["added"].ETag, done.Value[0].Headers.ETag);
        Assert.Equal(["added", "made", "merged", "replaced", "upserted"], rows.Keys.Order());
        Assert.Equal("東京", rows["added"].GetString("New"));
        Assert.Equal(("größe", 1), (rows["merged"].GetString("Old"), rows["merged"].GetInt32("New")));
        Assert.Equal((null, 1L), (rows["replaced"].GetString("Old"), rows["replaced"].GetInt64("New")));
        Assert.Equal(("größe", true), (rows["upserted"].GetString("Old"), rows["upserted"].GetBoolean("New")));
    }

    [Fact]
    public async Task Transaction_with_a_failing_action_changes_nothing_and_names_it()
    {
        await _table.AddEntityAsync(new TableEntity("p", "taken"));

        TableTransactionFailedException failed = await Assert.ThrowsAsync<TableTransactionFailedException>(() => _table.SubmitTransactionAsync(
        [
            new(TableTransactionActionType.Add, new TableEntity("p", "new")),
            new(TableTransactionActionType.Add, new TableEntity("p", "taken")),
        ]));

        Assert.Equal(409, failed.Status);
        Assert.Equal(TableErrorCode.EntityAlreadyExists, failed.ErrorCode);
        Assert.Equal(1, failed.FailedTransactionActionIndex);
        Assert.False((await _table.GetEntityIfExistsAsync<TableEntity>("p", "new")).HasValue);
    }

    [Fact]
    public async Task Transaction_with_an_old_etag_fails()
    {
        ETag old = (await _table.AddEntityAsync(new TableEntity("p", "r"))).Headers.ETag!.Value;
        await _table.UpdateEntityAsync(new TableEntity("p", "r") { ["A"] = 1 }, old);

        TableTransactionFailedException failed = await Assert.ThrowsAsync<TableTransactionFailedException>(() => _table.SubmitTransactionAsync(
            [new(TableTransactionActionType.UpdateReplace, new TableEntity("p", "r"), old)]));

        Assert.Equal(412, failed.Status);
        Assert.Equal(TableErrorCode.UpdateConditionNotSatisfied, failed.ErrorCode);
    }

    [Fact]
    public async Task Transaction_without_actions_is_refused()
    {
        await Assert.ThrowsAsync<InvalidOperationException>(() => _table.SubmitTransactionAsync([]));
    }
}
