using Gateway.Metering.Usage;

namespace Gateway.Metering.Rollups;

/// <summary>Totals that live as long as the process, which is their only writer.</summary>
/// <param name="book">What it has not written yet; null where nobody counts.</param>
internal sealed class MemoryRollupStore(RollupBook? book = null) : IRollupStore
{
    private readonly Lock _lock = new();
    private readonly Dictionary<RollupKey, RollupTotals> _totals = [];

    public Task WriteAsync(DateOnly day, string writer, IReadOnlyList<Rollup> totals, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            foreach (Rollup rollup in totals)
            {
                _totals[rollup.Key] = rollup.Totals;
            }
        }

        return Task.CompletedTask;
    }

    /// <summary>Nothing: no writer has died, and the usage kept in memory may be less than what was counted.</summary>
    public Task CloseAsync(DateOnly day, IReadOnlyList<Rollup> totals, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task<IReadOnlyList<Rollup>> ListAsync(RollupQuery query, CancellationToken cancellationToken)
    {
        IReadOnlyList<Rollup> current = book?.Of(query) ?? [];
        lock (_lock)
        {
            Rollup[] written = [.. _totals.Where(each => query.Holds(each.Key)).Select(each => new Rollup(each.Key, each.Value))];
            return Task.FromResult<IReadOnlyList<Rollup>>([.. current.UnionBy(written, total => total.Key)]);
        }
    }

    /// <summary>Nothing: they are in memory.</summary>
    public Task<DaySpan?> PackAsync(DateOnly from, DateOnly before, CancellationToken cancellationToken) => Task.FromResult<DaySpan?>(null);

    public Task<int> DeleteBeforeAsync(DateOnly day, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return Task.FromResult(_totals.Keys.Where(key => key.Day < day).ToList().Count(_totals.Remove));
        }
    }
}
