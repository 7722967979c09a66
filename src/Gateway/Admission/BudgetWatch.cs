using Gateway.Alerts;
using Gateway.Authentication.Access;
using Gateway.Routing.Prices;
using Gateway.Storage;

namespace Gateway.Admission;

/// <summary>
/// Raises an alert for each percentage of a budget that is reached. It looks at what the row says and not at what was added:
/// what an instance that died did not tell, the next one that sees the row does. That each is told once is for the store
/// of alerts to know; here it is remembered, so that it is not asked again for each write.
/// </summary>
internal sealed class BudgetWatch(string scope, AlertOutbox? outbox, TimeProvider time)
{
    /// <summary>A busy team has a few new ones a day.</summary>
    private const int MostRemembered = 1000;

    private readonly Lock _lock = new();
    private readonly HashSet<string> _told = new(StringComparer.Ordinal);
    private Watched? _watched;

    private sealed record Watched(Limits Limits, Caller Who, IReadOnlyList<int>? AlertAt)
    {
        public IReadOnlyList<BudgetLimit> Budgets { get; } = [.. BudgetLimit.Of(Limits)];

        public IReadOnlyList<int> Percentages { get; } = [.. (AlertAt ?? Limits.UsualAlerts).Order()];
    }

    /// <summary>The limits that hold from now on, and one whose they are.</summary>
    public void Know(Caller caller, Limits limits, IReadOnlyList<int>? alertAt)
    {
        // The same object for as long as nobody read the row anew.
        if (outbox is not null && !ReferenceEquals(Volatile.Read(ref _watched)?.Limits, limits) && limits.HasBudget)
        {
            Volatile.Write(ref _watched, new Watched(limits, caller, alertAt));
        }
    }

    public void See(SpendState state)
    {
        if (Volatile.Read(ref _watched) is not { } watched)
        {
            return;
        }

        DateTimeOffset now = time.GetUtcNow();
        SpendState current = state.At(now);
        foreach (BudgetLimit limit in watched.Budgets)
        {
            TellReached(watched, limit, (current.Windows[limit.Window].Id, current.ResetsAt(limit.Window, now)), current.Spent(limit.Window), now);
        }
    }

    /// <summary>
    /// What is left of a budget is too little for a request: for whoever asks, it is used up, whatever its last cents say. While
    /// less than half is spent, it is the request that is too large.
    /// </summary>
    public void Refused(BudgetRefusal refusal)
    {
        bool isUsedUp = !refusal.MayPass && refusal.Spent > Usd.Zero && refusal.Spent * 2 >= refusal.Limit.Amount;
        if (isUsedUp && Volatile.Read(ref _watched) is { } watched && watched.Percentages.Contains(100))
        {
            // What was spent may be seen here before it is written: 80 % must not come after all of it.
            TellReached(watched, refusal.Limit, (refusal.WindowId, refusal.ResetsAt), refusal.Spent, refusal.Now, below: 100);
            Tell(watched.Who, refusal.Limit, (refusal.WindowId, refusal.ResetsAt), 100, refusal.Spent, refuses: true, refusal.Now.AddTicks(100));
        }
    }

    private void TellReached(Watched watched, BudgetLimit limit, (string Id, DateTimeOffset? End) window, Usd spent, DateTimeOffset now, int below = int.MaxValue)
    {
        foreach (int percent in watched.Percentages.Where(percent => percent < below && spent > Usd.Zero && spent * 100 >= limit.Amount * percent))
        {
            // A tick apart, so that those of one moment are sent in their order.
            Tell(watched.Who, limit, window, percent, spent, refuses: false, now.AddTicks(percent));
        }
    }

    /// <summary>A budget that was changed is a new one: its percentages are told anew.</summary>
    private void Tell(Caller who, BudgetLimit limit, (string Id, DateTimeOffset? End) window, int percent, Usd spent, bool refuses, DateTimeOffset now)
    {
        string key = $"{AlertEvents.BudgetThreshold}|{scope}|{limit.Window}|{window.Id}|{UsdText.Of(limit.Amount)}|{percent}";
        lock (_lock)
        {
            if (_told.Count == MostRemembered)
            {
                _told.Clear();
            }

            if (!_told.Add(key) || outbox!.TryRaise(BudgetMessage.Of(Alert.IdOf(key), scope, who, limit, window, percent, spent, refuses, now)))
            {
                return;
            }

            // Too many at once: the next write sees it again.
            _told.Remove(key);
        }
    }
}
