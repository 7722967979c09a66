using System.Collections.Concurrent;

namespace Gateway.Audit;

/// <summary>An audit trail that lives as long as the process.</summary>
internal sealed class MemoryAuditStore : IAuditStore
{
    private readonly ConcurrentQueue<AuditEntry> _entries = new();

    public Task AppendAsync(AuditEntry entry, CancellationToken cancellationToken)
    {
        _entries.Enqueue(entry);
        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<AuditEntry>> ListAsync(DateTimeOffset since, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<AuditEntry>>([.. _entries.Where(e => e.At >= since).OrderBy(e => e.At)]);
}
