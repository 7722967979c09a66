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

    public Task<IReadOnlyList<Rollup>> ListAsync(DateOnly from, DateOnly to, string? keyId, CancellationToken cancellationToken) =>
        Task.FromResult(Of(from, to, keyId, facet => facet is null));

    public Task<IReadOnlyList<Rollup>> ListAsync(DateOnly from, DateOnly to, string? keyId, FacetKind kind, string? name, CancellationToken cancellationToken) =>
        Task.FromResult(Of(from, to, keyId, facet => facet?.Kind == kind && facet.Name == name));

    public Task<int> DeleteBeforeAsync(DateOnly day, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return Task.FromResult(_totals.Keys.Where(key => key.Day < day).ToList().Count(_totals.Remove));
        }
    }

    private IReadOnlyList<Rollup> Of(DateOnly from, DateOnly to, string? keyId, Predicate<RollupFacet?> wanted)
    {
        lock (_lock)
        {
            return [.. _totals.Where(each => each.Key.Day >= from && each.Key.Day <= to && (keyId is null || each.Key.KeyId == keyId) && wanted(each.Key.Facet)).Select(each => new Rollup(each.Key, each.Value))];
        }
    }
}
