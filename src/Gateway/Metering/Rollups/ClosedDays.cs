using Gateway.Metering.Usage;
using Gateway.Storage;

namespace Gateway.Metering.Rollups;

/// <summary>
/// Turns the totals that instances kept while a day lasted into the one true set, computed from its usage rows. That
/// mends what a process that died could not write, and leaves one row per key and model instead of one per process.
/// A day counts as open until the day after it is over, too: long streams, and writers that waited for the storage,
/// still add to it.
/// </summary>
public sealed class ClosedDays
{
    /// <summary>For clocks that differ.</summary>
    private static readonly TimeSpan s_margin = TimeSpan.FromHours(1);

    private readonly IUsageStore _usage;
    private readonly IRollupStore _rollups;
    private readonly RetentionOptions _retention;
    private readonly TimeProvider _time;

    internal ClosedDays(IUsageStore usage, IRollupStore rollups, RetentionOptions retention, TimeProvider time)
    {
        _usage = usage;
        _rollups = rollups;
        _retention = retention;
        _time = time;
    }

    /// <summary>The days before it are closed.</summary>
    public DateOnly FirstOpenDay => FirstOpenDayAt(_time.GetUtcNow());

    /// <summary>Before it, retention may have deleted some rows of a day already.</summary>
    public DateOnly FirstWholeDay => _retention.FirstUsageDay(_time.GetUtcNow());

    internal static DateOnly FirstOpenDayAt(DateTimeOffset now) => DateOnly.FromDateTime((now - s_margin).UtcDateTime).AddDays(-1);

    /// <summary>
    /// Replaces the totals of a closed day. May be repeated, and done by several at once: all come to the same. Returns
    /// null, and changes nothing, when there are no usage rows to compute from.
    /// </summary>
    /// <exception cref="StorageUnavailableException">The day stays as it was.</exception>
    public async Task<RollupTotals?> RebuildAsync(DateOnly day, CancellationToken cancellationToken)
    {
        if (day >= FirstOpenDay || day < FirstWholeDay)
        {
            return null;
        }

        IReadOnlyList<Rollup> totals = await _usage.SumAsync(day, cancellationToken);
        if (totals.Count == 0)
        {
            return null;
        }

        await _rollups.CloseAsync(day, totals, cancellationToken);
        return totals.Where(rollup => rollup.Key.Facet is null).Aggregate(RollupTotals.None, (sum, rollup) => sum.Plus(rollup.Totals));
    }
}
