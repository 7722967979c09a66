using System.Diagnostics.CodeAnalysis;
using Gateway.Storage;

namespace Gateway.Admission;

/// <summary>
/// This instance's view of one scope's budgets. Requests reserve from a lease, a part of the budget that the stored row
/// sets aside for this instance; only when it does not suffice is the row asked for more. What was spent is written
/// with the next lease, or by the upkeep a moment later.
/// <code>
/// stored row:  spent | lease of A | lease of B | free
/// instance A:  lease = reserved by running requests + spent but not yet written + spare
/// </code>
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "A semaphore without a wait handle has nothing to dispose of.")]
internal sealed class BudgetAccount(string scope, string instance, ISpendStore store, TimeProvider time)
{
    /// <summary>After a crash the money of a lease is free again so much later; running requests renew theirs.</summary>
    public static readonly TimeSpan LeaseTime = TimeSpan.FromSeconds(60);

    /// <summary>A lease that nobody used for so long is given back.</summary>
    public static readonly TimeSpan IdleTime = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan s_margin = TimeSpan.FromSeconds(10);

    /// <summary>A client that calls again and again on an empty budget asks the storage once in so long.</summary>
    private static readonly TimeSpan s_refusalTime = TimeSpan.FromSeconds(1);

    /// <summary>Writers of one row take turns by chance; this many tries are lost only when the storage is in trouble.</summary>
    private const int MaxTries = 30;

    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly List<Write> _uncertain = [];
    private readonly LeaseSize _leaseSize = new();
    private decimal _leased;
    private DateTimeOffset _leaseEnd;
    private decimal _reserved;
    private decimal _unwritten;
    private long _sequence;
    private SpendState? _known;
    private DateTimeOffset _knownAt;
    private DateTimeOffset _lastUse;
    private BudgetRefusal? _refused;

    /// <summary>A write whose answer is not known yet: what it added to the row, and the lease it took.</summary>
    private sealed record Write(long Sequence, decimal Added, decimal Leased, DateTimeOffset LeaseEnd);

    /// <summary>Nothing runs, nothing waits to be written and no money is held: it may be forgotten.</summary>
    public bool IsIdle
    {
        get
        {
            lock (_lock)
            {
                return _reserved == 0 && _unwritten == 0 && (_leased == 0 || time.GetUtcNow() > _leaseEnd);
            }
        }
    }

    /// <summary>Reserves an amount under budgets that refuse; returns why there is no room.</summary>
    /// <exception cref="StorageUnavailableException">The lease did not suffice, and the storage does not answer.</exception>
    public async ValueTask<BudgetRefusal?> ReserveAsync(decimal usd, IReadOnlyList<BudgetLimit> enforced, CancellationToken cancellationToken)
    {
        if (TryReserve(usd, enforced, out BudgetRefusal? refusal))
        {
            return refusal;
        }

        await _turn.WaitAsync(cancellationToken);
        try
        {
            return TryReserve(usd, enforced, out refusal) ? refusal : await ReserveFromStoreAsync(usd, enforced, cancellationToken);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Ends a reservation with what the request really cost.</summary>
    public void Settle(decimal reserved, decimal cost)
    {
        lock (_lock)
        {
            _reserved -= reserved;
            _unwritten += cost;
            _lastUse = time.GetUtcNow();
            if (cost < reserved)
            {
                _refused = null;
            }
        }
    }

    /// <summary>Which of the budgets have no room, as far as known: nothing is held for them. For budgets that only report.</summary>
    public async ValueTask<BudgetRefusal?> WouldRefuseAsync(decimal usd, IReadOnlyList<BudgetLimit> shadow, CancellationToken cancellationToken)
    {
        SpendState? state;
        lock (_lock)
        {
            state = _known is not null && time.GetUtcNow() - _knownAt < s_margin ? _known : null;
        }

        if (state is null)
        {
            try
            {
                state = await ReadAsync(cancellationToken);
            }
            catch (StorageUnavailableException)
            {
                // Only a report is lost.
                return null;
            }
        }

        DateTimeOffset now = time.GetUtcNow();
        lock (_lock)
        {
            return BudgetRefusal.Find(state.At(now), shadow, _unwritten, _reserved + state.HeldByOthers(instance, now), usd, now);
        }
    }

    /// <summary>Writes what was spent, renews the lease of running requests and gives back one that nobody uses.</summary>
    /// <param name="closing">The process ends: everything is given back.</param>
    /// <param name="cancellationToken">Ends it; nothing is lost, the next upkeep tries again.</param>
    public async Task UpkeepAsync(bool closing, CancellationToken cancellationToken)
    {
        if (!NeedsUpkeep(closing))
        {
            return;
        }

        await _turn.WaitAsync(cancellationToken);
        try
        {
            for (int attempt = 0; NeedsUpkeep(closing) && attempt < MaxTries; attempt++)
            {
                SpendState state = await ReadAsync(cancellationToken);
                if (await TryWriteAsync(state, now => closing ? 0 : KeptLease(now), cancellationToken))
                {
                    return;
                }

                await PauseAsync(attempt, cancellationToken);
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>True when the answer is known without the storage.</summary>
    private bool TryReserve(decimal usd, IReadOnlyList<BudgetLimit> enforced, out BudgetRefusal? refusal)
    {
        lock (_lock)
        {
            DateTimeOffset now = time.GetUtcNow();
            _lastUse = now;
            refusal = null;
            if (enforced.Count == 0 || usd == 0 || (now + s_margin < _leaseEnd && _leased - _reserved - _unwritten >= usd))
            {
                _reserved += usd;
                return true;
            }

            bool remembered = _refused is { } last && now - last.Now < s_refusalTime && usd >= last.Needed && enforced.Contains(last.Limit);
            refusal = remembered ? _refused! with { Needed = usd } : null;
            return remembered;
        }
    }

    private async Task<BudgetRefusal?> ReserveFromStoreAsync(decimal usd, IReadOnlyList<BudgetLimit> enforced, CancellationToken cancellationToken)
    {
        // Counted as reserved from the start, so that nobody takes it from the old lease meanwhile.
        lock (_lock)
        {
            _reserved += usd;
            _leaseSize.Take(time.GetUtcNow());
        }

        bool kept = false;
        try
        {
            for (int attempt = 0; attempt < MaxTries; attempt++)
            {
                SpendState state = await ReadAsync(cancellationToken);
                DateTimeOffset now = time.GetUtcNow();
                decimal free;
                lock (_lock)
                {
                    decimal others = state.HeldByOthers(instance, now);
                    _refused = BudgetRefusal.Find(state, enforced, _unwritten, others + _reserved - usd, usd, now);
                    if (_refused is not null)
                    {
                        return _refused;
                    }

                    free = enforced.Min(limit => limit.Budget.Usd - state.Spent(limit.Window)) - _unwritten - others - _reserved;
                }

                if (await TryWriteAsync(state, _ => _reserved + _leaseSize.InAdvance(usd, free), cancellationToken))
                {
                    kept = true;
                    return null;
                }

                await PauseAsync(attempt, cancellationToken);
            }

            throw new StorageUnavailableException("Too many instances write the same budget at once.");
        }
        finally
        {
            lock (_lock)
            {
                _reserved -= kept ? 0 : usd;
            }
        }
    }

    private bool NeedsUpkeep(bool closing)
    {
        lock (_lock)
        {
            DateTimeOffset now = time.GetUtcNow();
            bool isEnding = _leased > 0 && _reserved > 0 && _leaseEnd - now < LeaseTime / 2;
            return _unwritten != 0 || isEnding || (_leased > 0 && (closing || IsUnused(now)));
        }
    }

    /// <summary>Of a lease that ran out, only what running requests need is taken again: the rest may be somebody else's now.</summary>
    private decimal KeptLease(DateTimeOffset now) =>
        _leased == 0 || IsUnused(now) ? 0 : now < _leaseEnd ? Math.Max(_reserved, _leased - _unwritten) : _reserved;

    private bool IsUnused(DateTimeOffset now) => _reserved == 0 && now - _lastUse > IdleTime;

    /// <summary>The row as it is now; settles which of the uncertain writes arrived.</summary>
    private async Task<SpendState> ReadAsync(CancellationToken cancellationToken)
    {
        SpendState stored = await store.ReadAsync(scope, cancellationToken);
        lock (_lock)
        {
            long arrived = stored.Leases.FirstOrDefault(lease => lease.Instance == instance)?.Sequence ?? 0;
            if (_uncertain.Find(write => write.Sequence == arrived) is { } write)
            {
                Apply(write);
            }

            DateTimeOffset now = time.GetUtcNow();
            (_known, _knownAt) = (stored.At(now), now);
            return _known;
        }
    }

    /// <summary>Adds what was spent to the row and sets this instance's lease. False when somebody else wrote first.</summary>
    private async Task<bool> TryWriteAsync(SpendState state, Func<DateTimeOffset, decimal> lease, CancellationToken cancellationToken)
    {
        Write write;
        SpendState next;
        lock (_lock)
        {
            DateTimeOffset now = time.GetUtcNow();
            write = new Write(++_sequence, _unwritten, lease(now), now + LeaseTime);
            next = state.Add(write.Added).With(new Lease(instance, write.Sequence, write.Leased, write.LeaseEnd));
            _uncertain.Add(write);
        }

        if (!await store.TryWriteAsync(next, cancellationToken))
        {
            // Perhaps its own echo: the next read tells.
            return false;
        }

        lock (_lock)
        {
            Apply(write);
            return true;
        }
    }

    /// <summary>A write arrived, so that no earlier one can arrive any more.</summary>
    private void Apply(Write write)
    {
        _uncertain.Clear();
        _unwritten -= write.Added;
        (_leased, _leaseEnd) = (write.Leased, write.LeaseEnd);
    }

    private static Task PauseAsync(int attempt, CancellationToken cancellationToken) =>
        Task.Delay(TimeSpan.FromMilliseconds(Random.Shared.Next(2, 10 * (attempt + 1))), cancellationToken);
}
