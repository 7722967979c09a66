namespace Gateway.Metering.Rollups;

/// <summary>
/// Totals of closed days in memory: reports of months are asked again and again, and those days hardly ever change. What
/// another process changes after all ("usage rebuild", retention) is seen when <see cref="Lifetime"/> is over.
/// </summary>
internal sealed class KeptDays(TimeProvider time)
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(5);

    /// <summary>Of totals, some 25 MB.</summary>
    private const int Most = 50_000;

    private readonly Lock _lock = new();
    private readonly SortedDictionary<DateOnly, (KeptDay Day, long At)> _days = [];
    private int _changes;
    private int _totals;

    /// <summary>How often something was forgotten: for <see cref="Keep"/>.</summary>
    public int Changes
    {
        get
        {
            lock (_lock)
            {
                return _changes;
            }
        }
    }

    /// <summary>In their order.</summary>
    public IReadOnlyList<KeptDay> Between(DateOnly from, DateOnly to)
    {
        lock (_lock)
        {
            foreach (DateOnly old in _days.Where(day => time.GetElapsedTime(day.Value.At) >= Lifetime).Select(day => day.Key).ToList())
            {
                Remove(old);
            }

            return [.. _days.Where(day => day.Key >= from && day.Key <= to).Select(day => day.Value.Day)];
        }
    }

    /// <summary>The newest are asked most and stay.</summary>
    /// <param name="days">As they were read.</param>
    /// <param name="changes">Before they were read: what was forgotten since is not known by them.</param>
    public void Keep(IEnumerable<KeptDay> days, int changes)
    {
        lock (_lock)
        {
            if (changes != _changes)
            {
                return;
            }

            foreach (KeptDay day in days)
            {
                Remove(day.Day);
                _days[day.Day] = (day, time.GetTimestamp());
                _totals += day.Totals.Count;
            }

            while (_totals > Most)
            {
                Remove(_days.First().Key);
            }
        }
    }

    public void Forget(DateOnly from, DateOnly to)
    {
        lock (_lock)
        {
            _changes++;
            foreach (DateOnly day in _days.Keys.Where(day => day >= from && day <= to).ToList())
            {
                Remove(day);
            }
        }
    }

    private void Remove(DateOnly day)
    {
        if (_days.Remove(day, out (KeptDay Day, long At) removed))
        {
            _totals -= removed.Day.Totals.Count;
        }
    }
}

/// <param name="Day">Closed.</param>
/// <param name="Totals">All of it, without facets.</param>
internal sealed record KeptDay(DateOnly Day, IReadOnlyList<Usage.Rollup> Totals);
