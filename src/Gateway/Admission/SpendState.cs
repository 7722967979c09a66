using Gateway.Routing.Prices;
using Gateway.Storage;

namespace Gateway.Admission;

/// <summary>What one key or team has spent, and what instances of the gateway hold of its budgets.</summary>
internal sealed record SpendState(string Scope)
{
    /// <summary>How long a lease that is over is remembered, so that an instance can still find out whether its last write arrived.</summary>
    private static readonly TimeSpan s_memory = TimeSpan.FromMinutes(10);

    /// <summary>USD by window; the lifetime's id never changes.</summary>
    public IReadOnlyDictionary<BudgetWindow, WindowSpend> Windows { get; init; } = new Dictionary<BudgetWindow, WindowSpend>();

    public IReadOnlyList<Lease> Leases { get; init; } = [];

    /// <summary>By which windows are told apart from now on; not stored.</summary>
    public BudgetCalendar Calendar { get; init; } = BudgetCalendar.Utc;

    /// <summary>Of the stored row; null when there is none yet.</summary>
    public string? Version { get; init; }

    /// <summary>Columns of its row that a newer program wrote and this one does not know.</summary>
    public IReadOnlyDictionary<string, object> Others { get; init; } = OtherColumns.None;

    /// <summary>The same at a later moment: windows that are over begin anew.</summary>
    public SpendState At(DateTimeOffset now) => this with
    {
        Windows = Enum.GetValues<BudgetWindow>().ToDictionary(window => window, window => Current(window, now)),
        Leases = [.. Leases.Where(lease => lease.Expires + s_memory > now)],
    };

    public Usd Spent(BudgetWindow window) => Windows.TryGetValue(window, out WindowSpend? spend) ? spend.Usd : Usd.Zero;

    /// <summary>When the budgets of a window are full again; null for never.</summary>
    public DateTimeOffset? ResetsAt(BudgetWindow window, DateTimeOffset now)
    {
        DateTimeOffset? end = Calendar.EndOf(window, now);

        // By another calendar, or clock, the next window has begun already: it is the end of that one.
        return end is { } next && Windows.TryGetValue(window, out WindowSpend? spend) && string.CompareOrdinal(spend.Id, Calendar.IdOf(window, next)) >= 0
            ? Calendar.EndOf(window, next)
            : end;
    }

    /// <summary>What other instances may still spend.</summary>
    public Usd HeldByOthers(string instance, DateTimeOffset now) =>
        Leases.Where(lease => lease.Instance != instance && lease.Expires > now).Aggregate(Usd.Zero, (sum, lease) => sum + lease.Usd);

    public SpendState Add(Usd usd) => this with
    {
        Windows = Windows.ToDictionary(w => w.Key, w => w.Value with { Usd = w.Value.Usd + usd }),
    };

    public SpendState With(Lease lease) => this with { Leases = [.. Leases.Where(other => other.Instance != lease.Instance), lease] };

    private WindowSpend Current(BudgetWindow window, DateTimeOffset now)
    {
        // A clock that is behind, or another calendar, must not throw away what was spent in the window that has begun for others.
        string id = Calendar.IdOf(window, now);
        return Windows.TryGetValue(window, out WindowSpend? spend) && string.CompareOrdinal(spend.Id, id) >= 0 ? spend : new WindowSpend(id, Usd.Zero);
    }
}

/// <summary>What was spent in one window.</summary>
internal sealed record WindowSpend(string Id, Usd Usd);

/// <summary>A part of the budgets that one instance may spend without asking again.</summary>
/// <param name="Instance">Which process.</param>
/// <param name="Sequence">Counts the instance's writes of this row: it tells whether a write arrived whose answer was lost.</param>
/// <param name="Usd">How much.</param>
/// <param name="Expires">From then on the money is free again: the instance has crashed.</param>
internal sealed record Lease(string Instance, long Sequence, Usd Usd, DateTimeOffset Expires);
