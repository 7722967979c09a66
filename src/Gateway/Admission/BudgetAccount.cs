using System.Diagnostics.CodeAnalysis;
using Gateway.Routing.Prices;
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
/// How long a lease lasts is measured by the monotonic clock: a clock that is set back does not prolong it.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "A semaphore without a wait handle has nothing to dispose of.")]
internal sealed class BudgetAccount(string scope, string instance, ISpendStore store, TimeProvider time)
{
    /// <summary>After a crash the money of a lease is free again so much later; running requests renew theirs.</summary>
    public static readonly TimeSpan LeaseTime = TimeSpan.FromSeconds(60);

    /// <summary>A lease that nobody used for so long is given back.</summary>
    public static readonly TimeSpan IdleTime = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan s_margin = TimeSpan.FromSeconds(10);

    /// <summary>Writers of one row take turns by chance; this many tries are lost only when the storage is in trouble.</summary>
    private const int MaxTries = 30;

    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly List<Write> _uncertain = [];
    private readonly LeaseSize _leaseSize = new();
    private HeldLease _lease = HeldLease.None;
    private Usd _reserved;
    private Usd _unwritten;
    private long _sequence;
    private (SpendState State, long At)? _known;
    private long _lastUse;
    private readonly RecentRefusal _refused = new(time);

    /// <summary>A write whose answer is not known yet: what it added to the row, and the lease it took.</summary>
    private sealed record Write(long Sequence, Usd Added, HeldLease Lease);

    /// <summary>Nothing runs, nothing waits to be written and no money is held: it may be forgotten.</summary>
    public bool IsIdle
    {
        get
        {
            lock (_lock)
            {
                return _reserved == Usd.Zero && _unwritten == Usd.Zero && (_lease.Usd == Usd.Zero || LeaseAge > LeaseTime);
            }
        }
    }

    /// <summary>Reserves an amount under budgets that refuse; returns why there is no room.</summary>
    /// <exception cref="StorageUnavailableException">The lease did not suffice, and the storage does not answer.</exception>
    public async ValueTask<BudgetRefusal?> ReserveAsync(Usd usd, IReadOnlyList<BudgetLimit> enforced, CancellationToken cancellationToken)
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
    public void Settle(Usd reserved, Usd cost)
    {
        lock (_lock)
        {
            _reserved -= reserved;
            _unwritten += cost;
            _lastUse = time.GetTimestamp();
            if (cost < reserved)
            {
                _refused.Forget();
            }
        }
    }

    /// <summary>Which of the budgets have no room, as far as known: nothing is held for them. For budgets that only report.</summary>
    public async ValueTask<BudgetRefusal?> WouldRefuseAsync(Usd usd, IReadOnlyList<BudgetLimit> shadow, CancellationToken cancellationToken)
    {
        SpendState? state;
        lock (_lock)
        {
            state = _known is { } known && time.GetElapsedTime(known.At) < s_margin ? known.State : null;
        }

        try
        {
            state ??= await ReadAsync(cancellationToken);
        }
        catch (StorageUnavailableException)
        {
            // Only a report is lost.
            return null;
        }

        DateTimeOffset now = time.GetUtcNow();
        lock (_lock)
        {
            return BudgetRefusal.Find(state.At(now), shadow, _unwritten, _reserved + state.HeldByOthers(instance, now), usd, now);
        }
    }

    /// <summary>Writes what was spent, renews the lease of running requests and gives back one that nobody uses; at the end of the process, any.</summary>
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
                if (await TryWriteAsync(state, () => closing ? Usd.Zero : KeptLease(), cancellationToken))
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
    private bool TryReserve(Usd usd, IReadOnlyList<BudgetLimit> enforced, out BudgetRefusal? refusal)
    {
        lock (_lock)
        {
            if (enforced.Count == 0 || usd == Usd.Zero || (LeaseAge + s_margin < LeaseTime && _lease.Usd - _reserved - _unwritten >= usd && _lease.IsUnder(enforced)))
            {
                _reserved += usd;
                refusal = null;
                return true;
            }

            refusal = _refused.Find(usd, enforced);
            return refusal is not null;
        }
    }

    private async Task<BudgetRefusal?> ReserveFromStoreAsync(Usd usd, IReadOnlyList<BudgetLimit> enforced, CancellationToken cancellationToken)
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
                (Usd Free, bool HasSpare, BudgetRefusal? Refused) room;
                lock (_lock)
                {
                    Usd others = state.HeldByOthers(instance, now);
                    room.Refused = BudgetRefusal.Find(state, enforced, _unwritten, others + _reserved - usd, usd, now);
                    _refused.Remember(room.Refused);
                    room.Free = enforced.Min(limit => limit.Amount - state.Spent(limit.Window)) - _unwritten - others - _reserved;
                    room.HasSpare = _lease.Usd > _reserved - usd + _unwritten;
                }

                if (room.Refused is not null)
                {
                    await (room.HasSpare ? GiveSpareBackAsync(state, usd, cancellationToken) : Task.CompletedTask);
                    return room.Refused;
                }

                if (await TryWriteAsync(state, () => _reserved + _leaseSize.InAdvance(usd, room.Free), cancellationToken, enforced))
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
                _reserved -= kept ? Usd.Zero : usd;
            }
        }
    }

    /// <summary>What is too little here may be enough elsewhere; and only when nobody keeps any is it known that the budget is used up.</summary>
    private async Task GiveSpareBackAsync(SpendState state, Usd refused, CancellationToken cancellationToken)
    {
        try
        {
            // When somebody else writes first, the next refusal or the upkeep does it.
            await TryWriteAsync(state, () => _reserved - refused, cancellationToken);
        }
        catch (StorageUnavailableException)
        {
            // The refusal stands without it.
        }
    }

    private TimeSpan LeaseAge => time.GetElapsedTime(_lease.Taken);

    private bool NeedsUpkeep(bool closing)
    {
        lock (_lock)
        {
            bool isEnding = _lease.Usd > Usd.Zero && _reserved > Usd.Zero && LeaseAge > LeaseTime / 2;
            return _unwritten > Usd.Zero || isEnding || (_lease.Usd > Usd.Zero && (closing || IsUnused()));
        }
    }

    /// <summary>Of a lease that ran out, only what running requests need is taken again: the rest may be somebody else's now.</summary>
    private Usd KeptLease() =>
        _lease.Usd == Usd.Zero || IsUnused() ? Usd.Zero : LeaseAge < LeaseTime ? Usd.Max(_reserved, _lease.Usd - _unwritten) : _reserved;

    private bool IsUnused() => _reserved == Usd.Zero && time.GetElapsedTime(_lastUse) > IdleTime;

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

            _known = (stored.At(time.GetUtcNow()), time.GetTimestamp());
            return _known.Value.State;
        }
    }

    /// <summary>Adds what was spent to the row and sets this instance's lease. False when somebody else wrote first.</summary>
    private async Task<bool> TryWriteAsync(SpendState state, Func<Usd> lease, CancellationToken cancellationToken, IReadOnlyList<BudgetLimit>? under = null)
    {
        Write write;
        SpendState next;
        lock (_lock)
        {
            write = new Write(++_sequence, _unwritten, new HeldLease(lease(), time.GetTimestamp(), under ?? _lease.Under));
            next = state.Add(write.Added).With(new Lease(instance, write.Sequence, write.Lease.Usd, time.GetUtcNow() + LeaseTime));
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
        _lease = write.Lease;
    }

    private static Task PauseAsync(int attempt, CancellationToken cancellationToken) =>
        Task.Delay(TimeSpan.FromMilliseconds(Random.Shared.Next(2, 10 * (attempt + 1))), cancellationToken);
}
