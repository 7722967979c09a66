using Gateway.Metering.Usage;

namespace Gateway.Metering.Rollups;

/// <summary>
/// Totals of closed days in memory: reports of months are asked again and again, and those days hardly ever change. What
/// another process changes after all ("usage rebuild", retention) is seen when <see cref="Lifetime"/> is over.
/// </summary>
internal sealed class KeptDays(TimeProvider time)
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(5);

    /// <summary>In bytes.</summary>
    private const long Most = 25_000_000;

    private readonly Lock _lock = new();
    private readonly SortedDictionary<DateOnly, Dictionary<string, (KeptDay Day, long At)>> _days = [];
    private int _changes;
    private long _size;

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
    /// <param name="slice">What of them.</param>
    /// <param name="from">The first day.</param>
    /// <param name="to">The last day.</param>
    public IReadOnlyList<KeptDay> Between(string slice, DateOnly from, DateOnly to)
    {
        lock (_lock)
        {
            foreach ((DateOnly day, string old) in _days.SelectMany(day => day.Value.Where(one => time.GetElapsedTime(one.Value.At) >= Lifetime).Select(one => (day.Key, one.Key))).ToList())
            {
                Remove(day, old);
            }

            return [.. _days.Where(day => day.Key >= from && day.Key <= to && day.Value.ContainsKey(slice)).Select(day => day.Value[slice].Day)];
        }
    }

    /// <summary>The newest are asked most and stay.</summary>
    /// <param name="slice">What of them.</param>
    /// <param name="days">As they were read.</param>
    /// <param name="changes">Before they were read: what was forgotten since is not known by them.</param>
    public void Keep(string slice, IEnumerable<KeptDay> days, int changes)
    {
        lock (_lock)
        {
            if (changes != _changes)
            {
                return;
            }

            foreach (KeptDay day in days)
            {
                Remove(day.Day, slice);
                if (!_days.TryGetValue(day.Day, out Dictionary<string, (KeptDay Day, long At)>? slices))
                {
                    _days[day.Day] = slices = new(StringComparer.Ordinal);
                }

                slices[slice] = (day, time.GetTimestamp());
                _size += day.Size;
            }

            while (_size > Most)
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
        foreach (string slice in _days[day].Keys.ToList())
        {
            Remove(day, slice);
        }
    }

    private void Remove(DateOnly day, string slice)
    {
        if (_days.TryGetValue(day, out Dictionary<string, (KeptDay Day, long At)>? slices) && slices.Remove(slice, out (KeptDay Day, long At) removed))
        {
            _size -= removed.Day.Size;
            if (slices.Count == 0)
            {
                _days.Remove(day);
            }
        }
    }
}

/// <param name="Day">Closed.</param>
/// <param name="Size">In memory, in bytes.</param>
/// <param name="Read">What is kept of it.</param>
internal sealed record KeptDay(DateOnly Day, int Size, Func<IReadOnlyList<Rollup>> Read)
{
    /// <summary>A total with its texts and times.</summary>
    private const int SizeOfTotal = 600;

    /// <summary>Kept as they are, for they come from rows.</summary>
    public static KeptDay Of(DateOnly day, IReadOnlyList<Rollup> totals) => new(day, (totals.Count * SizeOfTotal) + SizeOfTotal, () => totals);
}
