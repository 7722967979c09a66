using Azure.Data.Tables;
using Gateway.Metering.Usage;
using Gateway.Storage;

namespace Gateway.Metering.Rollups;

/// <summary>
/// Totals in Table Storage. While a day is open each writer replaces rows of its own; closing it writes one set of rows
/// and then the mark that makes readers take those and no others. Rows are taken away last, so that a day reads right
/// between any two steps, where a crash may leave it, too.
/// </summary>
internal sealed class TableRollupStore(TableStorage storage, TimeProvider time) : IRollupStore
{
    public const string TableName = "rollups";

    /// <summary>A table answers some thousand rows a second and call.</summary>
    private const int PartsAtOnce = 16;

    private readonly TableClient _table = storage.Table(TableName);
    private readonly KeptDays _kept = new(time);

    public Task WriteAsync(DateOnly day, string writer, IReadOnlyList<Rollup> totals, CancellationToken cancellationToken) =>
        UpsertAsync(totals.Select(rollup => RollupRow.From(writer, rollup)), cancellationToken);

    /// <summary>Facets first: what is left of all when theirs are taken away is never more than what has none.</summary>
    public async Task CloseAsync(DateOnly day, IReadOnlyList<Rollup> totals, CancellationToken cancellationToken)
    {
        try
        {
            await CloseAllAsync(day, totals, cancellationToken);
        }
        finally
        {
            _kept.Forget(day, day);
        }
    }

    private async Task CloseAllAsync(DateOnly day, IReadOnlyList<Rollup> totals, CancellationToken cancellationToken)
    {
        foreach (FacetKind? kind in (FacetKind?[])[.. RollupRow.Kinds, null])
        {
            await CloseAsync(RollupRow.Partition(kind, day), [.. totals.Where(rollup => rollup.Key.Facet?.Kind == kind)], cancellationToken);
        }
    }

    private async Task CloseAsync(string partition, IReadOnlyList<Rollup> totals, CancellationToken cancellationToken)
    {
        TableEntity[] rows = [.. totals.Select(rollup => RollupRow.From(RollupRow.Closed, rollup))];
        await UpsertAsync(rows, cancellationToken);
        await UpsertAsync([new TableEntity(partition, RollupRow.Mark)], cancellationToken);

        HashSet<string> kept = [RollupRow.Mark, .. rows.Select(row => row.RowKey)];
        await TableRows.DeleteAsync(storage, _table, TableClient.CreateQueryFilter($"PartitionKey eq {partition}"), row => !kept.Contains(row.RowKey), cancellationToken);
    }

    public Task<IReadOnlyList<Rollup>> ListAsync(DateOnly from, DateOnly to, string? keyId, CancellationToken cancellationToken) =>
        ReadAsync(from, to, keyId, null, null, cancellationToken);

    public Task<IReadOnlyList<Rollup>> ListAsync(DateOnly from, DateOnly to, string? keyId, FacetKind kind, string? name, CancellationToken cancellationToken) =>
        ReadAsync(from, to, keyId, kind, name, cancellationToken);

    /// <summary>Closed days that were read a moment ago are not read again; the others are, in several parts at once.</summary>
    private async Task<IReadOnlyList<Rollup>> ReadAsync(DateOnly from, DateOnly to, string? keyId, FacetKind? kind, string? name, CancellationToken cancellationToken)
    {
        IReadOnlyList<KeptDay> known = kind is null ? _kept.Between(from, to) : [];
        IReadOnlyList<Rollup>[] parts = await Task.WhenAll(
            DaySpan.Unknown(from, to, [.. known.Select(day => day.Day)], PartsAtOnce).Select(span => ReadAsync(span, keyId, kind, name, cancellationToken)));
        return [.. known.SelectMany(day => day.Totals).Where(rollup => keyId is null || rollup.Key.KeyId == keyId).Concat(parts.SelectMany(part => part))];
    }

    private async Task<IReadOnlyList<Rollup>> ReadAsync(DaySpan span, string? keyId, FacetKind? kind, string? name, CancellationToken cancellationToken)
    {
        string filter = TableClient.CreateQueryFilter($"PartitionKey ge {RollupRow.Partition(kind, span.First)} and PartitionKey le {RollupRow.Partition(kind, span.Last)}");
        filter += name is null ? "" : TableClient.CreateQueryFilter($" and (Tag eq {name} or RowKey eq {RollupRow.Mark})");
        filter += keyId is null ? "" : TableClient.CreateQueryFilter($" and (KeyId eq {keyId} or RowKey eq {RollupRow.Mark})");
        int changes = _kept.Changes;
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
                Rollup rollup = RollupRow.ToRollup(kind, row);
                Rollup.Add(sums, rollup.Key, rollup.Totals);
            }
        }

        Rollup[] read = [.. sums.Select(sum => new Rollup(sum.Key, sum.Value))];
        if (kind is null && keyId is null && closed.Count > 0)
        {
            ILookup<DateOnly, Rollup> days = read.ToLookup(rollup => rollup.Key.Day);
            _kept.Keep(closed.Select(RollupRow.DayOf).Select(day => new KeptDay(day, [.. days[day]])), changes);
        }

        return read;
    }

    public async Task<int> DeleteBeforeAsync(DateOnly day, CancellationToken cancellationToken)
    {
        int deleted = 0;
        foreach (FacetKind? kind in (FacetKind?[])[null, .. RollupRow.Kinds])
        {
            string filter = TableClient.CreateQueryFilter($"PartitionKey ge {RollupRow.Partition(kind, DateOnly.MinValue)} and PartitionKey lt {RollupRow.Partition(kind, day)}");
            deleted += await TableRows.DeleteAsync(storage, _table, filter, _ => true, cancellationToken);
        }

        _kept.Forget(DateOnly.MinValue, day);
        return deleted;
    }

    /// <summary>What is said again replaces itself.</summary>
    private async Task UpsertAsync(IEnumerable<TableEntity> rows, CancellationToken cancellationToken)
    {
        foreach (TableEntity[] batch in rows.GroupBy(row => row.PartitionKey).SelectMany(partition => partition.Chunk(100)))
        {
            await storage.RunAsync(
                token => _table.SubmitTransactionAsync(batch.Select(row => new TableTransactionAction(TableTransactionActionType.UpsertReplace, row)), token),
                TableStorage.Batch,
                cancellationToken);
        }
    }
}
