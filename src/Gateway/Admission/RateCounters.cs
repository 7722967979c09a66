namespace Gateway.Admission;

/// <summary>A request that was counted, and when: to be corrected when it is over.</summary>
internal sealed record RateEntry(long Second, RateCounts Counts, bool Stream);

/// <summary>Whether a request was counted. With neither part, the other instances must be heard first.</summary>
internal readonly record struct RateAnswer(RateEntry? Entry, RateStatus? Full)
{
    public bool IsUnsure => Entry is null && Full is null;
}

/// <summary>
/// Counts of one scope: this instance's, and the others' as last heard. By the monotonic clock, so that one that is set
/// back neither forgets nor keeps anything. With one instance no minute ever has more than the limit; see
/// <see cref="ShareOfRest"/> for several.
/// </summary>
internal sealed class RateCounters(string instance, TimeProvider time)
{
    /// <summary>Between two times of hearing the others, an instance lets in at most this part of what is left: 1 ÷ 16, or one request.</summary>
    public const int ShareOfRest = 16;

    private readonly Lock _lock = new();
    private readonly long _start = time.GetTimestamp();
    private readonly RateWindow _mine = new();
    private RateWindow _others = new();
    private IReadOnlyList<(int Streams, long Until)> _otherStreams = [];
    private int _streams;
    private RateCounts _untold;
    private int _untoldStreams;

    /// <summary>Streams that run on this instance.</summary>
    public int Streams
    {
        get
        {
            lock (_lock)
            {
                return _streams;
            }
        }
    }

    /// <summary>Counts when all limits leave room; otherwise nothing is counted and the first limit that is full is returned.</summary>
    /// <param name="enforced">The limits that refuse.</param>
    /// <param name="counts">What the request takes.</param>
    /// <param name="stream">It is answered as a stream.</param>
    /// <param name="certain">The others were heard just now, or cannot be: all that is left may be used.</param>
    public RateAnswer TryAdd(IReadOnlyList<RateStatus.Limit> enforced, RateCounts counts, bool stream, bool certain)
    {
        lock (_lock)
        {
            long second = Move();
            bool unsure = false;
            foreach (RateStatus.Limit limit in enforced.Where(limit => limit.Kind != RateKind.ConcurrentStreams || stream))
            {
                (long used, long needed) = (Used(limit, second), limit.Needed(counts.InputTokens));
                if (!limit.Fits(used, needed))
                {
                    return new RateAnswer(null, Measure(limit, second, counts.InputTokens));
                }

                long untold = limit.Kind == RateKind.ConcurrentStreams ? _untoldStreams : limit.Count(_untold);
                unsure |= untold + needed > Part(limit.Rate.Value - used + untold);
            }

            if (unsure && !certain)
            {
                return default;
            }

            Count(second, counts, stream ? 1 : 0);
            return new RateAnswer(new RateEntry(second, counts, stream), null);
        }
    }

    /// <summary>A request is over: what it took less than was counted is free again, and what it took more counts from now on.</summary>
    public void Settle(RateEntry entry, RateCounts used)
    {
        lock (_lock)
        {
            long second = Move();
            _mine.Remove(entry.Second, entry.Counts - used);
            Count(second, used - entry.Counts, entry.Stream ? -1 : 0);
        }
    }

    public IReadOnlyList<RateStatus> Measure(IReadOnlyList<RateStatus.Limit> limits, long inputTokens)
    {
        lock (_lock)
        {
            long second = Move();
            return [.. limits.Select(limit => Measure(limit, second, inputTokens))];
        }
    }

    /// <summary>What other instances are to know.</summary>
    /// <param name="told">To be handed to <see cref="Learn"/> when they were told.</param>
    public RateShare Mine(out (RateCounts Counts, int Streams) told)
    {
        lock (_lock)
        {
            long second = Move();
            DateTimeOffset now = time.GetUtcNow();
            told = (_untold, _untoldStreams);
            IEnumerable<RateSlot> slots = Enumerable.Range(0, RateWindow.Seconds)
                .Select(age => new RateSlot(now.ToUnixTimeSeconds() - age, _mine.At(second - age)))
                .Where(slot => slot.Counts != default);
            return new RateShare(instance, [.. slots], _streams, now);
        }
    }

    public void Learn(IReadOnlyList<RateShare> others, (RateCounts Counts, int Streams) told)
    {
        RateWindow heard = new();
        lock (_lock)
        {
            long second = Move();
            DateTimeOffset now = time.GetUtcNow();
            heard.MoveTo(second);
            foreach (RateSlot slot in others.SelectMany(share => share.Slots))
            {
                heard.Add(second - Math.Max(0, now.ToUnixTimeSeconds() - slot.Second), slot.Counts);
            }

            _others = heard;
            _otherStreams = [.. others.Where(share => share.Streams > 0).Select(share => (share.Streams, second + (long)(share.At + RateShare.StreamsLast - now).TotalSeconds))];
            _untold -= told.Counts;
            _untoldStreams = Math.Max(0, _untoldStreams - told.Streams);
        }
    }

    private static long Part(long rest) => ((rest - 1) / ShareOfRest) + 1;

    private void Count(long second, RateCounts counts, int streams)
    {
        _mine.Add(second, counts);
        _untold += counts;
        _streams = Math.Max(0, _streams + streams);
        _untoldStreams += Math.Max(0, streams);
    }

    private long Used(RateStatus.Limit limit, long second) => limit.Kind == RateKind.ConcurrentStreams
        ? _streams + _otherStreams.Where(other => second <= other.Until).Sum(other => (long)other.Streams)
        : limit.Count(_mine.Sum + _others.Sum);

    private RateStatus Measure(RateStatus.Limit limit, long second, long inputTokens)
    {
        DateTimeOffset now = time.GetUtcNow();
        (long used, long needed) = (Used(limit, second), limit.Needed(inputTokens));
        if (limit.Kind == RateKind.ConcurrentStreams)
        {
            return new RateStatus(limit, used, needed, TimeSpan.FromSeconds(5), now, now);
        }

        (long left, long? fits, long last) = (used, limit.Fits(used, needed) ? 0 : null, 0);
        for (long age = RateWindow.Seconds - 1; age >= 0 && left > 0; age--)
        {
            long counted = limit.Count(_mine.At(second - age) + _others.At(second - age));
            if (counted > 0)
            {
                left -= counted;
                last = RateWindow.Seconds - age;
                fits ??= limit.Fits(left, needed) ? last : null;
            }
        }

        return new RateStatus(limit, used, needed, TimeSpan.FromSeconds(fits ?? RateWindow.Seconds), now, now.AddSeconds(last));
    }

    /// <summary>The second that it is now, counted from one that leaves room for a minute before.</summary>
    private long Move()
    {
        long second = (time.GetElapsedTime(_start).Ticks / TimeSpan.TicksPerSecond) + (2 * RateWindow.Seconds);
        _mine.MoveTo(second);
        _others.MoveTo(second);
        return second;
    }
}
