using System.Diagnostics.CodeAnalysis;
using Azure.Data.Tables;
using Gateway.Metering.Usage;
using Gateway.Storage;

namespace Gateway.Metering.Rollups;

/// <summary>
/// The totals of one day that is still counted. Writers replace their rows and take none away, so whoever knows the rows of
/// a moment ago needs only those that the table has stamped since. What somebody deletes by hand is seen when
/// <see cref="KeptDays.Lifetime"/> is over.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "A semaphore without a wait handle has nothing to dispose of.")]
internal sealed class OpenDay(TableStorage storage, DateOnly day, TimeProvider time)
{
    /// <summary>Of more rows none are kept.</summary>
    private const int MostRows = 20_000;

    /// <summary>A row may come to be seen so long after one of a later stamp.</summary>
    private static readonly TimeSpan s_lateStamp = TimeSpan.FromSeconds(15);

    /// <summary>The clock of this process may be ahead of the table's by so much.</summary>
    private static readonly TimeSpan s_wrongClock = TimeSpan.FromMinutes(1);

    private static readonly string[] s_columns = [.. RollupRow.Columns, nameof(TableEntity.Timestamp)];

    private readonly TableClient _table = storage.Table(TableRollupStore.TableName);
    private readonly SemaphoreSlim _turn = new(1, 1);
    private Known? _known;

    /// <summary>Null when somebody has closed the day.</summary>
    /// <exception cref="StorageUnavailableException">What was known stays.</exception>
    public async Task<IReadOnlyList<Rollup>?> ReadAsync(CancellationToken cancellationToken)
    {
        // A page asks many questions at once, and one reading that began after all of them answers all.
        long asked = time.GetTimestamp();
        await _turn.WaitAsync(cancellationToken);
        try
        {
            Known? before = _known is { } known && time.GetElapsedTime(known.WholeAt) < KeptDays.Lifetime ? known : null;
            if (before?.ReadAt > asked)
            {
                return before.Totals;
            }

            Known? now = await ReadAsync(before, cancellationToken);
            _known = now?.Rows.Count is > 0 and <= MostRows ? now : null;
            return now?.Totals;
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task<Known?> ReadAsync(Known? before, CancellationToken cancellationToken)
    {
        (long at, DateTimeOffset began) = (time.GetTimestamp(), time.GetUtcNow());
        string filter = TableClient.CreateQueryFilter($"PartitionKey eq {RollupRow.Partition(null, day)}");
        filter += before is null ? "" : TableClient.CreateQueryFilter($" and Timestamp ge {before.Since}");
        Dictionary<string, StampedTotal> rows = before is null ? [] : new(before.Rows);
        bool changed = before is null;
        await foreach (TableEntity row in TableRows.ReadAsync(storage, _table, filter, s_columns, cancellationToken))
        {
            if (row.RowKey == RollupRow.Mark)
            {
                return null;
            }

            DateTimeOffset stamp = row.Timestamp ?? throw new InvalidOperationException("The table has no stamps.");
            if (!rows.TryGetValue(row.RowKey, out StampedTotal? old) || old.At != stamp)
            {
                rows[row.RowKey] = new StampedTotal(stamp, RollupRow.ToRollup(null, row));
                changed = true;
            }
        }

        return new Known(rows, changed ? Sum(rows.Values) : before!.Totals, Since(rows.Values, began, time.GetElapsedTime(at)), at, before?.WholeAt ?? at);
    }

    /// <summary>The rows of stamps before it are all known.</summary>
    private static DateTimeOffset Since(IReadOnlyCollection<StampedTotal> rows, DateTimeOffset began, TimeSpan took)
    {
        DateTimeOffset newest = rows.Count == 0 ? DateTimeOffset.UnixEpoch : rows.Max(row => row.At);

        // What was stamped while the pages were read may be on one that was read before.
        DateTimeOffset byTable = newest - s_lateStamp - took;
        DateTimeOffset byClock = began - s_wrongClock;
        return byClock < byTable ? byTable : byClock < newest ? byClock : newest;
    }

    private static IReadOnlyList<Rollup> Sum(IEnumerable<StampedTotal> rows)
    {
        Dictionary<RollupKey, RollupTotals> sums = [];
        foreach (StampedTotal row in rows)
        {
            Rollup.Add(sums, row.Total.Key, row.Total.Totals);
        }

        return [.. sums.Select(sum => new Rollup(sum.Key, sum.Value))];
    }

    private sealed record StampedTotal(DateTimeOffset At, Rollup Total);

    /// <param name="Rows">By their row keys.</param>
    /// <param name="Totals">The sum of all writers.</param>
    /// <param name="Since">What is stamped then or later may be new.</param>
    /// <param name="ReadAt">When the last reading began.</param>
    /// <param name="WholeAt">When the last reading of all rows began.</param>
    private sealed record Known(Dictionary<string, StampedTotal> Rows, IReadOnlyList<Rollup> Totals, DateTimeOffset Since, long ReadAt, long WholeAt);
}
