using Azure;
using Azure.Data.Tables;
using Azure.Data.Tables.Models;
using Gateway.Storage;

namespace Gateway.Upstreams;

/// <summary>The rows of targets that are left out: one for each, which all instances write.</summary>
internal sealed class PauseTable(TableStorage storage, TimeProvider time)
{
    public const string TableName = "pauses";

    /// <summary>More targets are hardly ever down at once; what is not read is found out by each instance for itself.</summary>
    private const int MaxRows = 500;

    /// <summary>Rows that are over for so long are cleaned away, some at each reading.</summary>
    private static readonly TimeSpan s_abandoned = TimeSpan.FromHours(1);

    private const int MaxCleaned = 20;

    private readonly TableClient _table = storage.Table(TableName);

    /// <summary>Names this instance among those that write.</summary>
    private readonly string _instance = Guid.NewGuid().ToString("N");

    /// <summary>What other instances left out and is not over.</summary>
    public Task<IReadOnlyList<SharedPause>> ReadAsync() => storage.RunAsync(
        async token =>
        {
            List<SharedPause> pauses = [];
            if (await PageAsync(token) is not { } page)
            {
                return (IReadOnlyList<SharedPause>)pauses;
            }

            DateTimeOffset now = page.GetRawResponse().Headers.Date ?? time.GetUtcNow();
            long readAt = time.GetTimestamp();
            pauses.AddRange(page.Values.Select(row => PauseRow.ToPause(row, _instance, now, readAt)).OfType<SharedPause>());
            foreach (TableEntity old in page.Values.Where(row => PauseRow.Age(row, now) > s_abandoned).Take(MaxCleaned))
            {
                // One that was written anew meanwhile stays.
                await DeleteAsync(old.RowKey, old.ETag, token);
            }

            return pauses;
        },
        default);

    public Task WriteAsync(TargetId id, TimeSpan pause, bool dead) =>
        storage.RunAsync(token => _table.UpsertEntityAsync(PauseRow.FromPause(id, pause, dead, _instance), TableUpdateMode.Replace, token), default);

    public Task DeleteAsync(TargetId id) => storage.RunAsync(token => DeleteAsync(id.RowKey(), ETag.All, token), default);

    private async Task<bool> DeleteAsync(string row, ETag version, CancellationToken cancellationToken)
    {
        try
        {
            await _table.DeleteEntityAsync(PauseRow.Partition, row, version, cancellationToken);
            return true;
        }
        catch (RequestFailedException exception) when (exception.Status is 404 or 412)
        {
            return false;
        }
    }

    private async Task<Page<TableEntity>?> PageAsync(CancellationToken cancellationToken)
    {
        try
        {
            string filter = TableClient.CreateQueryFilter($"PartitionKey eq {PauseRow.Partition}");
            await foreach (Page<TableEntity> page in _table.QueryAsync<TableEntity>(filter, MaxRows, cancellationToken: cancellationToken).AsPages())
            {
                return page;
            }
        }
        catch (RequestFailedException exception) when (exception.ErrorCode == TableErrorCode.TableNotFound)
        {
        }

        return null;
    }
}
