using Azure.Data.Tables;
using Gateway.Metering.Usage;
using Gateway.Storage;

namespace Gateway.Metering.Rollups;

/// <summary>
/// The totals of one day that is still counted. Writers replace their rows and take none away, so whoever knows the rows of
/// a moment ago needs only those that the table has stamped since. What somebody deletes by hand is seen when
/// <see cref="KeptDays.Lifetime"/> is over.
/// </summary>
/// <param name="storage">Where the table is.</param>
/// <param name="day">UTC.</param>
/// <param name="time">The clock.</param>
/// <param name="without">The writer whose rows are left out; null for none.</param>
/// <param name="mostRows">Of more none are kept.</param>
internal sealed class OpenDay(TableStorage storage, DateOnly day, TimeProvider time, string? without = null, int mostRows = OpenDay.MostRows)
{
    /// <summary>Some 20 MB.</summary>
    public const int MostRows = 20_000;

    /// <summary>A row may come to be seen so long after one of a later stamp.</summary>
    private static readonly TimeSpan s_lateStamp = TimeSpan.FromSeconds(15);

    /// <summary>The clock of this process may be ahead of the table's by so much.</summary>
    private static readonly TimeSpan s_wrongClock = TimeSpan.FromMinutes(1);

    private static readonly string[] s_columns = [.. RollupRow.Columns, nameof(TableEntity.Timestamp)];

    private readonly TableClient _table = storage.Table(TableRollupStore.TableName);
    private readonly Lock _lock = new();
    private Task _running = Task.CompletedTask;
    private Task<IReadOnlyList<Rollup>?>? _next;
    private Known? _known;

    /// <summary>
    /// Null when somebody has closed the day. A page asks many questions at once: all that come while the table is being read
    /// share the reading after that one, and how it ends.
    /// </summary>
    /// <exception cref="StorageUnavailableException">What was known stays.</exception>
    public Task<IReadOnlyList<Rollup>?> ReadAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return (_next ??= ReadAfterAsync(_running)).WaitAsync(cancellationToken);
        }
    }

    /// <summary>Not for one caller only, so none can end it; each of its pages has a time limit.</summary>
    private async Task<IReadOnlyList<Rollup>?> ReadAfterAsync(Task running)
    {
        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ForceYielding);
        lock (_lock)
        {
            (_running, _next) = (_next!, null);
        }

        Known? before = _known is { Rows.Count: > 0 } known && time.GetElapsedTime(known.WholeAt) < KeptDays.Lifetime ? known : null;
        Known? now = await ReadAsync(before);
        _known = now?.Rows.Count <= mostRows ? now : null;
        return now?.Totals;
    }

    private async Task<Known?> ReadAsync(Known? before)
    {
        (long at, DateTimeOffset began) = (time.GetTimestamp(), time.GetUtcNow());
        string filter = TableClient.CreateQueryFilter($"PartitionKey eq {RollupRow.Partition(null, day)}");
        filter += before is null ? "" : TableClient.CreateQueryFilter($" and Timestamp ge {before.Since}");
        Dictionary<string, StampedTotal> rows = before is null ? [] : new(before.Rows);
        bool changed = before is null;
        await foreach (TableEntity row in TableRows.ReadAsync(storage, _table, filter, s_columns, CancellationToken.None))
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

        IEnumerable<Rollup> others = rows.Where(row => !RollupRow.IsOf(without, row.Key)).Select(row => row.Value.Total);
        return new Known(rows, changed ? Rollup.Sum(others) : before!.Totals, Since(rows.Values, began, time.GetElapsedTime(at)), before?.WholeAt ?? at);
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

    private sealed record StampedTotal(DateTimeOffset At, Rollup Total);

    /// <param name="Rows">By their row keys.</param>
    /// <param name="Totals">The sum of all writers but the one that is left out.</param>
    /// <param name="Since">What is stamped then or later may be new.</param>
    /// <param name="WholeAt">When the last reading of all rows began.</param>
    private sealed record Known(Dictionary<string, StampedTotal> Rows, IReadOnlyList<Rollup> Totals, DateTimeOffset Since, long WholeAt);
}
