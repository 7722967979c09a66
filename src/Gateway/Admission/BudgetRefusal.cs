using Gateway.Routing.Prices;

namespace Gateway.Admission;

/// <summary>Why a budget has no room for a request. All amounts in USD.</summary>
/// <param name="Limit">The budget.</param>
/// <param name="Spent">In its window, what is not yet written included.</param>
/// <param name="Held">Reserved by requests that run now, here and on other instances.</param>
/// <param name="Needed">What the request may cost.</param>
/// <param name="Now">When it was decided.</param>
internal sealed record BudgetRefusal(BudgetLimit Limit, Usd Spent, Usd Held, Usd Needed, DateTimeOffset Now)
{
    /// <summary>Which day, week or month, and by whose clock.</summary>
    public string WindowId { get; init; } = BudgetCalendar.Utc.IdOf(Limit.Window, Now);

    public string Clock { get; init; } = BudgetCalendar.Utc.NameFor(Limit.Window);

    /// <summary>Null for never.</summary>
    public DateTimeOffset? ResetsAt { get; init; }

    /// <summary>Waiting for running requests may help; otherwise only the window's end or a larger budget does.</summary>
    public bool MayPass => Spent + Needed <= Limit.Amount;

    /// <summary>The first budget without room; null when all have it.</summary>
    public static BudgetRefusal? Find(SpendState state, IEnumerable<BudgetLimit> limits, Usd unwritten, Usd held, Usd needed, DateTimeOffset now) =>
        limits.Select(limit => new BudgetRefusal(limit, state.Spent(limit.Window) + unwritten, held, needed, now))
            .FirstOrDefault(refusal => refusal.Spent + held + needed > refusal.Limit.Amount) is { } full
                ? full with { WindowId = state.Windows[full.Limit.Window].Id, Clock = state.Calendar.NameFor(full.Limit.Window), ResetsAt = state.ResetsAt(full.Limit.Window, now) }
                : null;
}

/// <summary>A client that calls again and again on an empty budget asks the storage once in a second.</summary>
internal sealed class RecentRefusal(TimeProvider time)
{
    private static readonly TimeSpan s_remembered = TimeSpan.FromSeconds(1);

    private BudgetRefusal? _last;
    private long _at;

    public void Remember(BudgetRefusal? refusal) => (_last, _at) = (refusal, time.GetTimestamp());

    public void Forget() => _last = null;

    /// <summary>Null when the storage must be asked.</summary>
    public BudgetRefusal? Find(Usd needed, IReadOnlyList<BudgetLimit> enforced) =>
        _last is { } last && time.GetElapsedTime(_at) < s_remembered && needed >= last.Needed && enforced.Contains(last.Limit) ? last with { Needed = needed } : null;
}
