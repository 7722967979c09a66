using Gateway.Metering.Usage;
using Gateway.Storage;

namespace Gateway.Metering.Rollups;

/// <summary>
/// Settles the totals of days that are over, then deletes usage rows and totals that are past their time. The audit
/// trail is not touched: who changed what is kept until an operator deletes it. Everything may be done twice, or by
/// several at once, and may break off anywhere: the next run goes on.
/// </summary>
public sealed class UsageMaintenance
{
    private static readonly TimeSpan s_period = TimeSpan.FromDays(1);

    /// <summary>How soon a run that failed, or whose instance died, is tried again.</summary>
    private static readonly TimeSpan s_retry = TimeSpan.FromHours(1);

    /// <summary>How far back totals are made where there are none yet and usage is kept for ever.</summary>
    private const int MostDaysBack = 400;

    private readonly IUsageStore _usage;
    private readonly IRollupStore _rollups;
    private readonly ClosedDays _closed;
    private readonly MaintenanceState? _state;
    private readonly ExpiredRows? _expired;
    private readonly RetentionOptions _retention;
    private readonly TimeProvider _time;

    /// <param name="usage">Usage rows.</param>
    /// <param name="rollups">Totals.</param>
    /// <param name="closed">Settles days.</param>
    /// <param name="state">Null in memory, where nothing outlives the process.</param>
    /// <param name="expired">Rows of other tables that are past their own time; null in memory.</param>
    /// <param name="retention">The settings.</param>
    /// <param name="time">The clock.</param>
    internal UsageMaintenance(
        IUsageStore usage, IRollupStore rollups, ClosedDays closed, MaintenanceState? state, ExpiredRows? expired, RetentionOptions retention, TimeProvider time)
    {
        _usage = usage;
        _rollups = rollups;
        _closed = closed;
        _state = state;
        _expired = expired;
        _retention = retention;
        _time = time;
    }

    /// <summary>Once a day, in one instance. Null when it is not due.</summary>
    /// <exception cref="StorageUnavailableException">It is due again in an hour.</exception>
    public async Task<PurgedRows?> RunIfDueAsync(CancellationToken cancellationToken)
    {
        DateTimeOffset now = _time.GetUtcNow();
        if (_state is null || !await _state.TryClaimAsync(now, now + s_retry, cancellationToken))
        {
            return null;
        }

        PurgedRows purged = await PurgeAsync(_retention.FirstUsageDay(now), _retention.FirstRollupDay(now), cancellationToken);
        if (_expired is not null)
        {
            await _expired.DeleteAsync(cancellationToken);
        }

        await _state.SetNextRunAsync(now + s_period, cancellationToken);
        return purged;
    }

    /// <summary>Deletes what began before the given days (UTC). Their totals are settled first, while there are rows to make them from.</summary>
    public async Task<PurgedRows> PurgeAsync(DateOnly usageBefore, DateOnly rollupsBefore, CancellationToken cancellationToken)
    {
        if (usageBefore > _closed.FirstOpenDay || rollupsBefore > _closed.FirstOpenDay)
        {
            throw new ArgumentOutOfRangeException(nameof(usageBefore), "A day that is still being counted cannot be deleted.");
        }

        await CloseDaysAsync(cancellationToken);
        await PackDaysAsync(cancellationToken);
        int usage = usageBefore == DateOnly.MinValue ? 0 : await _usage.DeleteBeforeAsync(usageBefore, cancellationToken);
        int rollups = rollupsBefore == DateOnly.MinValue ? 0 : await _rollups.DeleteBeforeAsync(rollupsBefore, cancellationToken);
        return new PurgedRows(usage, rollups);
    }

    private async Task CloseDaysAsync(CancellationToken cancellationToken)
    {
        if (_state is null)
        {
            return;
        }

        DateOnly end = _closed.FirstOpenDay;
        DateOnly day = end.AddDays(-MostDaysBack);
        day = day < _closed.FirstWholeDay ? _closed.FirstWholeDay : day;
        if (await _state.ClosedThroughAsync(cancellationToken) is { } last && last >= day)
        {
            day = last.AddDays(1);
        }

        for (; day < end; day = day.AddDays(1))
        {
            await _closed.RebuildAsync(day, cancellationToken);
            await _state.SetClosedThroughAsync(day, cancellationToken);
        }
    }

    /// <summary>Most are packed when they are closed; what an older program has closed is, too, from here on.</summary>
    private async Task PackDaysAsync(CancellationToken cancellationToken)
    {
        if (_state is null)
        {
            return;
        }

        DateOnly end = _closed.FirstOpenDay;
        DaySpan? done = await _state.PackedAsync(cancellationToken);
        if (await _rollups.PackAsync(done?.Last.AddDays(1) ?? end.AddDays(-MostDaysBack), end, cancellationToken) is { } packed)
        {
            await _state.SetPackedAsync(done is { } before ? packed with { First = before.First } : packed, cancellationToken);
        }
    }
}

/// <summary>How many rows were deleted.</summary>
public sealed record PurgedRows(int Usage, int Rollups);
