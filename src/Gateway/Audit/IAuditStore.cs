namespace Gateway.Audit;

/// <summary>Keeps the audit trail, to which rows are only ever added.</summary>
public interface IAuditStore
{
    Task AppendAsync(AuditEntry entry, CancellationToken cancellationToken);

    /// <summary>From <paramref name="since"/> on, oldest first.</summary>
    Task<IReadOnlyList<AuditEntry>> ListAsync(DateTimeOffset since, CancellationToken cancellationToken);
}
