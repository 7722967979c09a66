using Gateway.Metering;

namespace Gateway.Storage;

/// <summary>The latest entries, for as long as the process lives.</summary>
internal sealed class MemoryUsageStore : IUsageStore
{
    private const int Capacity = 10_000;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, UsageEntry> _entries = new(StringComparer.Ordinal);
    private readonly Queue<string> _order = new();

    public Task<int> AppendAsync(IReadOnlyList<UsageEntry> entries, CancellationToken cancellationToken)
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

        return Task.FromResult(0);
    }

    public Task<UsageEntry?> FindAsync(DateOnly day, string requestId, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            UsageEntry? entry = _entries.GetValueOrDefault(requestId);
            return Task.FromResult(entry is not null && DateOnly.FromDateTime(entry.StartedAt.UtcDateTime) == day ? entry : null);
        }
    }
}
