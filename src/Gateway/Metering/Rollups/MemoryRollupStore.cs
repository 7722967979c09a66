using Gateway.Metering.Usage;

namespace Gateway.Metering.Rollups;

/// <summary>Totals that live as long as the process, which is their only writer.</summary>
internal sealed class MemoryRollupStore : IRollupStore
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
        lock (_lock)
        {
            return Task.FromResult<IReadOnlyList<Rollup>>([.. _totals.Where(each => IsOf(query, each.Key)).Select(each => new Rollup(each.Key, each.Value))]);
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

    private static bool IsOf(RollupQuery query, RollupKey key) =>
        key.Day >= query.From && key.Day <= query.To && key.Facet?.Kind == query.Kind && query.Takes(key);
}
