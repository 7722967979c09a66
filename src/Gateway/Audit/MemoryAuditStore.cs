using System.Collections.Concurrent;
using System.Globalization;

namespace Gateway.Audit;

/// <summary>An audit trail that lives as long as the process.</summary>
internal sealed class MemoryAuditStore : IAuditStore
{
    private readonly ConcurrentQueue<AuditEntry> _entries = new();
    private long _count;

    public Task AppendAsync(AuditEntry entry, CancellationToken cancellationToken)
    {
        _entries.Enqueue(entry with { Place = string.Create(CultureInfo.InvariantCulture, $"{entry.At.UtcTicks:D19}-{Interlocked.Increment(ref _count):D10}") });
        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<AuditEntry>> ListAsync(DateTimeOffset since, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<AuditEntry>>([.. _entries.Where(e => e.At >= since).OrderBy(e => e.Place, StringComparer.Ordinal)]);
}
