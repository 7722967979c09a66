using System.Globalization;
using Azure.Data.Tables;
using Gateway.Metering.Usage;
using Gateway.Storage;

namespace Gateway.Metering.Rollups;

/// <summary>
/// Totals in Table Storage. While a day is open each writer replaces rows of its own; closing it writes one set of rows
/// and then the mark that makes readers take those and no others. Rows are taken away last, so that a day reads right
/// between any two steps, where a crash may leave it, too.
/// </summary>
internal sealed class TableRollupStore(TableStorage storage) : IRollupStore
{
    public const string TableName = "rollups";

    private readonly TableClient _table = storage.Table(TableName);

    public Task WriteAsync(DateOnly day, string writer, IReadOnlyList<Rollup> totals, CancellationToken cancellationToken) =>
        UpsertAsync(totals.Select(rollup => RollupRow.From(writer, rollup)), cancellationToken);

    public async Task CloseAsync(DateOnly day, IReadOnlyList<Rollup> totals, CancellationToken cancellationToken)
    {
        string partition = UsageRow.Partition(day);
        TableEntity[] rows = [.. totals.Select(rollup => RollupRow.From(RollupRow.Closed, rollup))];
        await UpsertAsync(rows, cancellationToken);
        await UpsertAsync([new TableEntity(partition, RollupRow.Mark)], cancellationToken);

        HashSet<string> kept = [RollupRow.Mark, .. rows.Select(row => row.RowKey)];
        await TableRows.DeleteAsync(storage, _table, TableClient.CreateQueryFilter($"PartitionKey eq {partition}"), row => !kept.Contains(row.RowKey), cancellationToken);
    }

    public async Task<IReadOnlyList<Rollup>> ListAsync(DateOnly from, DateOnly to, string? keyId, CancellationToken cancellationToken)
    {
        string filter = TableClient.CreateQueryFilter($"PartitionKey ge {UsageRow.Partition(from)} and PartitionKey le {UsageRow.Partition(to)}");
        filter += keyId is null ? "" : TableClient.CreateQueryFilter($" and (KeyId eq {keyId} or RowKey eq {RollupRow.Mark})");
        Dictionary<RollupKey, RollupTotals> sums = [];
        HashSet<string> closed = [];
        await foreach (TableEntity row in TableRows.ReadAsync(storage, _table, filter, null, cancellationToken))
        {
            // The mark sorts before all other rows of its day.
            if (row.RowKey == RollupRow.Mark)
            {
                closed.Add(row.PartitionKey);
            }
            else if (closed.Contains(row.PartitionKey) == row.RowKey.StartsWith(RollupRow.Closed, StringComparison.Ordinal))
            {
                Rollup rollup = RollupRow.ToRollup(DateOnly.ParseExact(row.PartitionKey, "yyyyMMdd", CultureInfo.InvariantCulture), row);
                Rollup.Add(sums, rollup.Key, rollup.Totals);
            }
        }

        return [.. sums.Select(sum => new Rollup(sum.Key, sum.Value))];
    }

    public Task<int> DeleteBeforeAsync(DateOnly day, CancellationToken cancellationToken) =>
        TableRows.DeleteAsync(storage, _table, TableClient.CreateQueryFilter($"PartitionKey lt {UsageRow.Partition(day)}"), _ => true, cancellationToken);

    /// <summary>Rows of one day. What is said again replaces itself.</summary>
    private async Task UpsertAsync(IEnumerable<TableEntity> rows, CancellationToken cancellationToken)
    {
        foreach (TableEntity[] batch in rows.Chunk(100))
        {
            await storage.RunAsync(
                token => _table.SubmitTransactionAsync(batch.Select(row => new TableTransactionAction(TableTransactionActionType.UpsertReplace, row)), token),
                TableStorage.Batch,
                cancellationToken);
        }
    }
}
