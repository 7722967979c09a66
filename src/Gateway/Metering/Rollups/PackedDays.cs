using Azure;
using Azure.Data.Tables;
using Gateway.Metering.Usage;
using Gateway.Storage;

namespace Gateway.Metering.Rollups;

/// <summary>
/// Closed days by their packed totals: one point read a day, many at once. On Azurite, with 90 days of 4,000 totals, 90 of
/// them take as long as 3 of the 360 pages of rows that say the same.
/// </summary>
internal sealed class PackedDays(TableStorage storage, KeptDays kept)
{
    private const int AtOnce = 32;

    private readonly TableClient _table = storage.Table(TableRollupStore.TableName);
    private readonly MaintenanceState _state = new(storage);

    /// <summary>Those that are packed, in their order. All others must be read from their rows.</summary>
    /// <param name="query">What is asked, of days that may be closed.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async Task<IReadOnlyList<KeptDay>> ReadAsync(RollupQuery query, CancellationToken cancellationToken)
    {
        if (await _state.PackedAsync(cancellationToken) is not { } packed)
        {
            return [];
        }

        PackedSlice slice = PackedSet.For(query);
        DateOnly from = query.From > packed.First ? query.From : packed.First;
        DateOnly to = query.To < packed.Last ? query.To : packed.Last;
        return await ReadAsync(slice, [.. Enumerable.Range(0, Math.Max(0, to.DayNumber - from.DayNumber + 1)).Select(from.AddDays)], cancellationToken);
    }

    /// <summary>Those of the days that are packed, in their order.</summary>
    /// <param name="slice">What of them.</param>
    /// <param name="days">In their order.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async Task<IReadOnlyList<KeptDay>> ReadAsync(PackedSlice slice, IReadOnlyList<DateOnly> days, CancellationToken cancellationToken)
    {
        if (days.Count == 0)
        {
            return [];
        }

        int changes = kept.Changes;
        HashSet<DateOnly> wanted = [.. days];
        IReadOnlyList<KeptDay> known = [.. kept.Between(slice.Id, days[0], days[^1]).Where(day => wanted.Contains(day.Day))];
        DateOnly[] missing = [.. days.Except(known.Select(day => day.Day))];
        KeptDay?[] read = new KeptDay?[missing.Length];
        await Parallel.ForEachAsync(
            Enumerable.Range(0, missing.Length),
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken },
            async (i, token) => read[i] = await ReadAsync(slice, missing[i], token));
        KeptDay[] found = [.. read.OfType<KeptDay>()];
        kept.Keep(slice.Id, found, changes);
        return [.. known.Concat(found).OrderBy(day => day.Day)];
    }

    /// <summary>Packs a day that an older program has closed. Nothing happens when it is packed, or not closed.</summary>
    public async Task PackAsync(DateOnly day, CancellationToken cancellationToken)
    {
        // Facets are closed first.
        if (await PackAsync(null, day, cancellationToken))
        {
            foreach (FacetKind kind in RollupRow.Kinds)
            {
                await PackAsync(kind, day, cancellationToken);
            }
        }
    }

    /// <summary>Whoever closes the day anew meanwhile has packed it, too, and wins.</summary>
    private async Task<bool> PackAsync(FacetKind? kind, DateOnly day, CancellationToken cancellationToken)
    {
        string partition = RollupRow.Partition(kind, day);
        if (await FindAsync(partition, [PackedColumns.Sets], cancellationToken) is not { } mark)
        {
            return false;
        }

        if (PackedColumns.Has(mark))
        {
            return true;
        }

        List<Rollup> totals = [];
        string filter = TableClient.CreateQueryFilter($"PartitionKey eq {partition} and RowKey gt {RollupRow.Mark}");
        await foreach (TableEntity row in TableRows.ReadAsync(storage, _table, filter, RollupRow.Columns, cancellationToken))
        {
            if (RollupRow.IsClosed(row))
            {
                totals.Add(RollupRow.ToRollup(kind, row));
            }
        }

        TableEntity packed = new(partition, RollupRow.Mark);
        PackedColumns.AddTo(packed, day, totals);
        await storage.RunAsync(
            async token =>
            {
                try
                {
                    await _table.UpdateEntityAsync(packed, mark.ETag, TableUpdateMode.Merge, token);
                }
                catch (RequestFailedException exception) when (exception.Status is 404 or 412)
                {
                }

                return true;
            },
            TableStorage.Batch,
            cancellationToken);
        kept.Forget(day, day);
        return true;
    }

    private async Task<KeptDay?> ReadAsync(PackedSlice slice, DateOnly day, CancellationToken cancellationToken) =>
        await FindAsync(RollupRow.Partition(slice.Kind, day), PackedColumns.Of(slice), cancellationToken) is { } mark && PackedColumns.Read(mark, slice) is { } chunks
            ? new KeptDay(day, chunks.Sum(chunk => chunk.Length), () => [.. chunks.SelectMany(chunk => PackedTotals.Read(day, slice.Kind, chunk))])
            : null;

    private Task<TableEntity?> FindAsync(string partition, IEnumerable<string> columns, CancellationToken cancellationToken) => storage.RunAsync(
        token => TableRow.FindAsync(_table, partition, RollupRow.Mark, token, columns), TableStorage.Page, cancellationToken);
}
