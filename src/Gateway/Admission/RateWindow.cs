namespace Gateway.Admission;

/// <summary>
/// Counts by second. A second counts until all of it is more than a minute back: so there is no minute, wherever it
/// begins, in which more was counted than the sum says, and what is counted leaves after 60 to 61 seconds.
/// </summary>
internal sealed class RateWindow
{
    /// <summary>A minute, and the second that it began in.</summary>
    public const int Seconds = 61;

    private readonly RateCounts[] _slots = new RateCounts[Seconds];
    private long _newest;

    public RateCounts Sum { get; private set; }

    /// <summary>Forgets what is too long ago. Time does not go back here.</summary>
    public void MoveTo(long second)
    {
        for (long left = Math.Min(second - _newest, Seconds); left > 0; left--)
        {
            ref RateCounts slot = ref _slots[(second - left + 1) % Seconds];
            Sum -= slot;
            slot = default;
        }

        _newest = Math.Max(_newest, second);
    }

    public RateCounts At(long second) => Holds(second) ? _slots[second % Seconds] : default;

    public void Add(long second, RateCounts counts)
    {
        if (Holds(second))
        {
            _slots[second % Seconds] += counts;
            Sum += counts;
        }
    }

    /// <summary>Takes back what was counted in that second; what is forgotten already stays so.</summary>
    public void Remove(long second, RateCounts counts)
    {
        if (Holds(second))
        {
            RateCounts before = _slots[second % Seconds];
            _slots[second % Seconds] = before - counts;
            Sum -= before - _slots[second % Seconds];
        }
    }

    private bool Holds(long second) => second <= _newest && second > _newest - Seconds;
}
