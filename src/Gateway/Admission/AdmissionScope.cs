using Gateway.Authentication;
using Gateway.Storage;

namespace Gateway.Admission;

/// <summary>Whose limits count: one key, or one team with all its keys.</summary>
internal sealed class AdmissionScope
{
    private readonly Lock _life = new();
    private readonly ISpendStore _store;
    private readonly TimeProvider _time;
    private long _lastSeen;
    private volatile bool _isRated;
    private bool _isForgotten;
    private Task? _firstShare;

    public AdmissionScope(string id, string label, ISpendStore store, TimeProvider time)
    {
        // Of this object, not of the process: one that was forgotten and made anew must not be taken for the old one.
        string instance = Guid.NewGuid().ToString("N");
        (Id, Label, _store, _time, _lastSeen) = (id, label, store, time, time.GetTimestamp());
        Rates = new RateCounters(instance, time);
        Budgets = new BudgetAccount(id, instance, store, time);
    }

    public string Id { get; }

    /// <summary>As messages name it.</summary>
    public string Label { get; }

    public RateCounters Rates { get; }

    public BudgetAccount Budgets { get; }

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
            return _isForgotten = _time.GetElapsedTime(_lastSeen) > TimeSpan.FromMinutes(5) && Rates.Mine().Streams == 0 && Budgets.IsIdle;
        }
    }

    /// <summary>
    /// A new instance must not begin with all of a limit that others have used up already. Done once; when the storage
    /// is away it counts alone until the next moment.
    /// </summary>
    public Task KnowOthersAsync() => _firstShare ??= ShareIfPossibleAsync();

    /// <summary>Tells other instances what was counted here and learns what they counted, while there is traffic.</summary>
    public async Task ShareRatesAsync(CancellationToken cancellationToken)
    {
        bool isBusy = _time.GetElapsedTime(_lastSeen) < TimeSpan.FromMinutes(2) || Rates.Mine().Streams > 0;
        if (_isRated && isBusy)
        {
            Rates.Learn(await _store.ShareAsync(Id, Rates.Mine(), cancellationToken));
        }
    }

    private async Task ShareIfPossibleAsync()
    {
        try
        {
            await ShareRatesAsync(CancellationToken.None);
        }
        catch (StorageUnavailableException)
        {
            // The upkeep tries again, and says so.
        }
    }

    /// <summary>A scope and the limits that hold for it now.</summary>
    internal sealed record Limited(AdmissionScope Scope, Limits Limits)
    {
        public IReadOnlyList<RateStatus.Limit> Rates { get; } = [.. RateStatus.Limit.Of(Limits)];

        public IReadOnlyList<BudgetLimit> Budgets { get; } = [.. BudgetLimit.Of(Limits)];
    }
}
