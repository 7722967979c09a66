using System.Runtime.CompilerServices;
using Azure;
using Azure.Data.Tables;
using Gateway.Storage;

namespace Gateway.Metering.Usage;

/// <summary>
/// Usage in Table Storage, one partition a day: old days are dropped whole, and a batch of one instance is one
/// transaction. A partition takes about 2,000 rows a second, 170 million a day; sharding it would only make batches
/// smaller and dearer.
/// </summary>
internal sealed class TableUsageStore(TableStorage storage) : IUsageStore
{
    public const string TableName = "usage";

    private readonly TableClient _table = storage.Table(TableName);

    public async Task<IReadOnlySet<string>> AppendAsync(IReadOnlyList<UsageEntry> entries, CancellationToken cancellationToken)
    {
        HashSet<string> refused = [];
        foreach (IGrouping<string, TableEntity> day in entries.DistinctBy(e => e.RequestId).Select(UsageRow.FromEntry).GroupBy(row => row.PartitionKey))
        {
            foreach (TableEntity[] batch in day.Chunk(100))
            {
                refused.UnionWith(await WriteAsync(batch, cancellationToken));
            }
        }

        return refused;
    }

    public Task<UsageEntry?> FindAsync(DateOnly day, string requestId, CancellationToken cancellationToken) => storage.RunAsync(
        async token => await TableRow.FindAsync(_table, UsageRow.Partition(day), requestId, token) is { } row ? UsageRow.ToEntry(row) : null,
        cancellationToken);

    public async IAsyncEnumerable<UsageEntry> ListAsync(
        DateOnly day, UsageFilter filter, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (TableEntity row in TableRows.ReadAsync(storage, _table, UsageQueries.Of(day, filter), null, cancellationToken))
        {
            UsageEntry entry = UsageRow.ToEntry(row);
            if (filter.Takes(entry))
            {
                yield return entry;
            }
        }
    }

    public async Task<UsageSlice> ReadAsync(DateOnly day, UsageFilter filter, UsagePlace place, int most, CancellationToken cancellationToken)
    {
        (string where, string? end) = UsageQueries.PartAt(day, filter, place);
        Page<TableEntity>? page = await TableRows.PageAsync(storage, _table, where, place.Token, most, cancellationToken);
        UsageEntry[] entries = [.. (page?.Values ?? []).Select(UsageRow.ToEntry)];
        UsagePlace? next = !string.IsNullOrEmpty(page?.ContinuationToken)
            ? new UsagePlace(entries.Length > 0 ? entries[^1].RequestId : place.After, page.ContinuationToken)
            : end is null ? null : new UsagePlace(end);
        return new UsageSlice(entries, next);
    }

    public async Task<IReadOnlyList<Rollup>> SumAsync(DateOnly day, CancellationToken cancellationToken)
    {
        string filter = TableClient.CreateQueryFilter($"PartitionKey eq {UsageRow.Partition(day)}");
        Dictionary<RollupKey, RollupTotals> sums = [];
        FacetBounds bounds = new();
        await foreach (TableEntity row in TableRows.ReadAsync(storage, _table, filter, UsageRow.ColumnsOfTotals, cancellationToken))
        {
            Rollup.Add(sums, bounds, UsageRow.ToEntry(row));
        }

        return [.. sums.Select(sum => new Rollup(sum.Key, sum.Value))];
    }

    public Task<int> DeleteBeforeAsync(DateOnly day, CancellationToken cancellationToken) =>
        TableRows.DeleteAsync(storage, _table, TableClient.CreateQueryFilter($"PartitionKey lt {UsageRow.Partition(day)}"), _ => true, cancellationToken);

    /// <summary>All or nothing; when one row spoils it for all, each gets a call of its own.</summary>
    private async Task<IReadOnlyList<string>> WriteAsync(TableEntity[] batch, CancellationToken cancellationToken)
    {
        if (await TryAsync(batch, cancellationToken))
        {
            return [];
        }

        List<string> refused = [];
        foreach (TableEntity row in batch)
        {
            if (batch.Length == 1 || !await TryAsync([row], cancellationToken))
            {
                refused.Add(row.RowKey);
            }
        }

        return refused;
    }

    /// <summary>
    /// False when the service will never take it, which is not what something on the way says, or an emulator that does
    /// not know the SDK's version. An upsert may be repeated: the answer to the first may have been lost.
    /// </summary>
    private Task<bool> TryAsync(TableEntity[] batch, CancellationToken cancellationToken) => storage.RunAsync(
        async token =>
        {
            try
            {
                await _table.SubmitTransactionAsync(batch.Select(row => new TableTransactionAction(TableTransactionActionType.UpsertReplace, row)), token);
                return true;
            }
            catch (RequestFailedException exception) when (exception.Status is 413 || exception is { Status: 400, ErrorCode: not (null or "InvalidHeaderValue") })
            {
                return false;
            }
        },
        TableStorage.Batch,
        cancellationToken);
}
