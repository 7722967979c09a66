using System.Collections.Frozen;

namespace Gateway.Metering.Usage;

/// <summary>The latest entries, for as long as the process lives.</summary>
internal sealed class MemoryUsageStore : IUsageStore
{
    private const int Capacity = 10_000;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, UsageEntry> _entries = new(StringComparer.Ordinal);
    private readonly Queue<string> _order = new();

    public Task<IReadOnlySet<string>> AppendAsync(IReadOnlyList<UsageEntry> entries, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            foreach (UsageEntry entry in entries)
            {
                if (_entries.TryAdd(entry.RequestId, entry))
                {
                    _order.Enqueue(entry.RequestId);
                }

                if (_order.Count > Capacity)
                {
                    _entries.Remove(_order.Dequeue());
                }
            }
        }

        return Task.FromResult<IReadOnlySet<string>>(FrozenSet<string>.Empty);
    }

    public Task<UsageEntry?> FindAsync(DateOnly day, string requestId, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            UsageEntry? entry = _entries.GetValueOrDefault(requestId);
            return Task.FromResult(entry is not null && RollupKey.Of(entry).Day == day ? entry : null);
        }
    }

    public IAsyncEnumerable<UsageEntry> ListAsync(DateOnly day, UsageFilter filter, CancellationToken cancellationToken) =>
        Of(day).Where(filter.Takes).ToAsyncEnumerable();

    public Task<UsageSlice> ReadAsync(DateOnly day, UsageFilter filter, UsagePlace place, int most, CancellationToken cancellationToken)
    {
        UsageEntry[] entries =
        [
            .. Of(day).Where(entry => filter.Takes(entry) && string.CompareOrdinal(entry.RequestId, place.After) > 0)
                .OrderBy(entry => entry.RequestId, StringComparer.Ordinal)
                .Take(most + 1),
        ];
        return Task.FromResult(entries.Length > most ? new UsageSlice(entries[..most], new UsagePlace(entries[most - 1].RequestId)) : new UsageSlice(entries, null));
    }

    public Task<IReadOnlyList<Rollup>> SumAsync(DateOnly day, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<Rollup>>([.. Rollup.Sum(Of(day)).Select(sum => new Rollup(sum.Key, sum.Value))]);

    /// <summary>None: the oldest go by themselves.</summary>
    public Task<int> DeleteBeforeAsync(DateOnly day, CancellationToken cancellationToken) => Task.FromResult(0);

    private UsageEntry[] Of(DateOnly day)
    {
        lock (_lock)
        {
            return [.. _entries.Values.Where(entry => RollupKey.Of(entry).Day == day)];
        }
    }
}
