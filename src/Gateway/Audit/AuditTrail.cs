namespace Gateway.Audit;

/// <summary>Lets nothing administrative happen that is not on record.</summary>
internal sealed class AuditTrail(IAuditStore store, TimeProvider time)
{
    /// <summary>
    /// Writes the entry first: an act that cannot be recorded is not done. If the act then fails, or breaks off so that
    /// nobody knows, a second entry says so.
    /// </summary>
    /// <param name="actor">Who.</param>
    /// <param name="action">What.</param>
    /// <param name="target">To which id.</param>
    /// <param name="details">What else is worth knowing later; nothing secret.</param>
    /// <param name="act">False when it did not come to be.</param>
    /// <param name="cancellationToken">Cancels the act, never the record of its outcome.</param>
    public async Task<bool> RecordAsync(
        string actor,
        string action,
        string target,
        IReadOnlyDictionary<string, string> details,
        Func<Task<bool>> act,
        CancellationToken cancellationToken)
    {
        AuditEntry entry = new(time.GetUtcNow(), actor, action, target, AuditOutcome.Done, details);
        AuditOutcome outcome = AuditOutcome.Failed;
        try
        {
            // Inside, since an entry may be there although its answer was lost: then the act is on record as not done.
            await store.AppendAsync(entry, cancellationToken);
            outcome = AuditOutcome.Unknown;
            outcome = await act() ? AuditOutcome.Done : AuditOutcome.Failed;
            return outcome == AuditOutcome.Done;
        }
        finally
        {
            if (outcome != AuditOutcome.Done)
            {
                await store.AppendAsync(entry with { At = time.GetUtcNow(), Outcome = outcome }, CancellationToken.None);
            }
        }
    }
}
