namespace Gateway.Admission;

/// <summary>
/// Counts of one scope on this instance, by minute. The window slides: of the minute before, the part counts that lies
/// less than a minute back, so that no burst fits twice around the turn of a minute.
/// </summary>
internal sealed class RateCounters(string instance, TimeProvider time)
{
    private readonly Lock _lock = new();
    private RateShare _mine = new(instance, 0, default, default, 0, default);
    private IReadOnlyList<RateShare> _others = [];

    /// <summary>Counts when all limits leave room; otherwise nothing is counted and the first limit that is full is returned.</summary>
    public RateStatus? TryAdd(IReadOnlyList<RateStatus.Limit> enforced, RateCounts counts, bool stream)
    {
        lock (_lock)
        {
            DateTimeOffset now = Roll();
            foreach (RateStatus.Limit limit in enforced)
            {
                RateStatus status = Measure(limit, now, counts.InputTokens);
                if (status.IsFull && (limit.Kind != RateKind.ConcurrentStreams || stream))
                {
                    return status;
                }
            }

            Add(counts, stream ? 1 : 0);
            return null;
        }
    }

    /// <summary>Corrects what was counted: by what a request really used, or when it was not let in after all.</summary>
    public void Correct(RateCounts counts, int streams)
    {
        lock (_lock)
        {
            Roll();
            Add(counts, streams);
        }
    }

    public IReadOnlyList<RateStatus> Measure(IReadOnlyList<RateStatus.Limit> limits, long inputTokens)
    {
        lock (_lock)
        {
            DateTimeOffset now = Roll();
            return [.. limits.Select(limit => Measure(limit, now, inputTokens))];
        }
    }

    public RateShare Mine()
    {
        lock (_lock)
        {
            return _mine with { At = Roll() };
        }
    }

    public void Learn(IReadOnlyList<RateShare> others)
    {
        lock (_lock)
        {
            _others = others;
        }
    }

    private RateStatus Measure(RateStatus.Limit limit, DateTimeOffset now, long inputTokens)
    {
        double current = 0;
        double previous = 0;
        foreach (RateShare share in _others.Append(_mine))
        {
            (RateCounts now1, RateCounts before) = share.AsOf(now);
            (long c, long p) = limit.Kind switch
            {
                RateKind.Requests => (now1.Requests, before.Requests),
                RateKind.InputTokens => (now1.InputTokens, before.InputTokens),
                RateKind.OutputTokens => (now1.OutputTokens, before.OutputTokens),
                _ => (share.Instance == instance || now - share.At < RateShare.StreamsLast ? share.Streams : 0, 0),
            };
            (current, previous) = (current + c, previous + p);
        }

        long needed = limit.Kind == RateKind.InputTokens ? inputTokens : 1;
        return new RateStatus(limit, current, previous, needed, now);
    }

    private void Add(RateCounts counts, int streams) =>
        _mine = _mine with { Current = _mine.Current + counts, Streams = Math.Max(0, _mine.Streams + streams) };

    private DateTimeOffset Roll()
    {
        DateTimeOffset now = time.GetUtcNow();
        long minute = RateShare.MinuteOf(now);
        if (minute > _mine.Minute)
        {
            (RateCounts current, RateCounts previous) = _mine.AsOf(now);
            _mine = _mine with { Minute = minute, Current = current, Previous = previous };
        }

        return now;
    }
}
