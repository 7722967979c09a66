using System.Diagnostics.CodeAnalysis;
using Gateway.Alerts;
using Gateway.Authentication.Access;
using Gateway.Storage;

namespace Gateway.Admission;

/// <summary>Whose limits count: one key, or one team with all its keys, for all models or for some.</summary>
[SuppressMessage("Design", "CA1001", Justification = "A semaphore without a wait handle has nothing to dispose of.")]
internal sealed class AdmissionScope
{
    /// <summary>After the storage did not answer, requests do not wait for it again for so long: rates are then counted alone.</summary>
    private static readonly TimeSpan s_alone = TimeSpan.FromSeconds(5);

    private readonly Lock _life = new();
    private readonly ISpendStore _store;
    private readonly TimeProvider _time;
    private long _lastSeen;
    private volatile bool _isRated;
    private bool _isForgotten;
    private int _running;
    private volatile BudgetCalendar _calendar = BudgetCalendar.Utc;
    private readonly SemaphoreSlim _turn = new(1, 1);
    private Task? _firstShare;

    /// <summary>0: it answered.</summary>
    private long _failedAt;

    public AdmissionScope(string id, string label, ISpendStore store, TimeProvider time, AlertOutbox? alerts = null)
    {
        // Of this object, not of the process: one that was forgotten and made anew must not be taken for the old one.
        string instance = Guid.NewGuid().ToString("N");
        (Id, Label, _store, _time, _lastSeen) = (id, label, store, time, time.GetTimestamp());
        Rates = new RateCounters(instance, time);
        Watch = new BudgetWatch(id, alerts, time);
        Budgets = new BudgetAccount(id, instance, new WatchedSpendStore(store, Watch, () => _calendar), time);
    }

    public string Id { get; }

    /// <summary>As messages name it.</summary>
    public string Label { get; }

    public RateCounters Rates { get; }

    public BudgetAccount Budgets { get; }

    /// <summary>Tells how far the budgets are used up.</summary>
    public BudgetWatch Watch { get; }

    /// <summary>By which its windows end, from the next look at the row on.</summary>
    public void Follow(BudgetCalendar calendar) => _calendar = calendar;

    /// <summary>A request comes. False when the scope was forgotten: what it counted would be lost, so a new one is needed.</summary>
    public bool TrySee(bool isRated)
    {
        lock (_life)
        {
            _lastSeen = _time.GetTimestamp();
            _isRated |= isRated;
            return !_isForgotten;
        }
    }

    /// <summary>True, for good, when nobody came for a while and nothing is left to do.</summary>
    public bool TryForget()
    {
        lock (_life)
        {
            return _isForgotten = _time.GetElapsedTime(_lastSeen) > TimeSpan.FromMinutes(5) && _running == 0 && Rates.Streams == 0 && Budgets.IsIdle;
        }
    }

    /// <summary>A request is let in that will count here, also one for which nothing is held.</summary>
    public void Enter() => Interlocked.Increment(ref _running);

    /// <summary>It has counted.</summary>
    public void Leave() => Interlocked.Decrement(ref _running);

    /// <summary>
    /// A new instance must not begin with all of a limit that others have used up already. Done once; when the storage
    /// is away it counts alone until the next moment.
    /// </summary>
    public Task KnowOthersAsync() => _firstShare ??= InTurnAsync(ShareIfPossibleAsync, CancellationToken.None);

    /// <summary>Tells other instances what was counted here and learns what they counted, while there is traffic.</summary>
    public async Task ShareRatesAsync(CancellationToken cancellationToken)
    {
        bool isBusy = _time.GetElapsedTime(_lastSeen) < TimeSpan.FromMinutes(2) || Rates.Streams > 0;
        if (_isRated && isBusy)
        {
            await InTurnAsync(ShareAsync, cancellationToken);
        }
    }

    /// <summary>Counts a request, or says which limit is full. Hears the other instances first when it could become too much.</summary>
    public async ValueTask<RateAnswer> CountAsync(IReadOnlyList<RateStatus.Limit> enforced, RateCounts counts, bool stream, CancellationToken cancellationToken)
    {
        RateAnswer answer = Rates.TryAdd(enforced, counts, stream, IsAlone);
        if (answer.IsUnsure)
        {
            await InTurnAsync(
                async token =>
                {
                    // Whoever waited for a turn profits from the one before.
                    answer = Rates.TryAdd(enforced, counts, stream, IsAlone);
                    if (answer.IsUnsure)
                    {
                        await ShareIfPossibleAsync(token);
                        answer = Rates.TryAdd(enforced, counts, stream, certain: true);
                    }
                },
                cancellationToken);
        }

        return answer;
    }

    private bool IsAlone => Volatile.Read(ref _failedAt) is not 0 and long failed && _time.GetElapsedTime(failed) < s_alone;

    private async Task InTurnAsync(Func<CancellationToken, Task> act, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            await act(cancellationToken);
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task ShareAsync(CancellationToken cancellationToken)
    {
        try
        {
            RateShare mine = Rates.Mine(out (RateCounts, int) told);
            Rates.Learn(await _store.ShareAsync(Id, mine, cancellationToken), told);
            Volatile.Write(ref _failedAt, 0);
        }
        catch (StorageUnavailableException)
        {
            Volatile.Write(ref _failedAt, Math.Max(1, _time.GetTimestamp()));
            throw;
        }
    }

    private async Task ShareIfPossibleAsync(CancellationToken cancellationToken)
    {
        try
        {
            await ShareAsync(cancellationToken);
        }
        catch (StorageUnavailableException)
        {
            // The upkeep tries again, and says so.
        }
    }

    /// <summary>A scope and the limits that hold for it now.</summary>
    internal sealed record Limited(AdmissionScope Scope, Limits Limits, IReadOnlyList<int>? AlertAt = null)
    {
        public IReadOnlyList<RateStatus.Limit> Rates { get; } = [.. RateStatus.Limit.Of(Limits)];

        public IReadOnlyList<BudgetLimit> Budgets { get; } = [.. BudgetLimit.Of(Limits)];

        /// <summary>Those that refuse.</summary>
        public IReadOnlyList<BudgetLimit> EnforcedBudgets => [.. Budgets.Where(limit => limit.Budget.Mode == LimitMode.Enforce)];
    }
}
