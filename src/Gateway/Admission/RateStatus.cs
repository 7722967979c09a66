using Gateway.Authentication;

namespace Gateway.Admission;

/// <summary>What is limited per minute, or at once.</summary>
public enum RateKind
{
    Requests,
    InputTokens,
    OutputTokens,
    ConcurrentStreams,
}

/// <summary>How far a limit is used up.</summary>
/// <param name="Of">The limit.</param>
/// <param name="Current">Counted in this minute; for streams, those that run.</param>
/// <param name="Previous">Counted in the minute before.</param>
/// <param name="Needed">What the next request takes.</param>
/// <param name="Now">When it was measured.</param>
internal sealed record RateStatus(RateStatus.Limit Of, double Current, double Previous, long Needed, DateTimeOffset Now)
{
    private const double SecondsPerMinute = 60;

    /// <summary>One rate limit of a key or a team.</summary>
    internal sealed record Limit(RateKind Kind, RateLimit Rate)
    {
        public static IEnumerable<Limit> Of(Limits limits)
        {
            (RateKind, RateLimit?)[] all =
            [
                (RateKind.Requests, limits.RequestsPerMinute),
                (RateKind.InputTokens, limits.InputTokensPerMinute),
                (RateKind.OutputTokens, limits.OutputTokensPerMinute),
                (RateKind.ConcurrentStreams, limits.ConcurrentStreams),
            ];
            foreach ((RateKind kind, RateLimit? rate) in all)
            {
                if (rate is not null)
                {
                    yield return new Limit(kind, rate);
                }
            }
        }
    }

    /// <summary>Counted within the last minute.</summary>
    public double Used => Current + (Previous * (1 - RateShare.ElapsedOf(Now)));

    public long Remaining => Math.Max(0, Of.Rate.Value - (long)Math.Ceiling(Used));

    /// <summary>
    /// The next request does not fit. A single request with more tokens than the limit is let in when nothing else was
    /// sent for a minute, since it would never fit; output is known only afterwards, so it fits while there is any left.
    /// </summary>
    public bool IsFull => Of.Kind == RateKind.InputTokens && Needed > Of.Rate.Value ? Used > 0 : Used + Needed > Of.Rate.Value;

    /// <summary>When the counters are back to what is there now, at the latest.</summary>
    public DateTimeOffset ResetsAt => Of.Kind == RateKind.ConcurrentStreams ? Now : EndOfMinute;

    /// <summary>How long until the next request fits if nothing else is sent; streams end when they end.</summary>
    public TimeSpan Wait()
    {
        if (Of.Kind == RateKind.ConcurrentStreams)
        {
            return TimeSpan.FromSeconds(5);
        }

        double room = Of.Rate.Value - Needed;
        double left = (EndOfMinute - Now).TotalSeconds;

        // In this minute only the previous one fades; in the next one this one does.
        double seconds = Current <= room && Previous > 0
            ? (1 - RateShare.ElapsedOf(Now) - ((room - Current) / Previous)) * SecondsPerMinute
            : left + (Current <= 0 ? 0 : (1 - (Math.Max(0, room) / Current)) * SecondsPerMinute);
        return TimeSpan.FromSeconds(Math.Clamp(seconds, 1, 2 * SecondsPerMinute));
    }

    private DateTimeOffset EndOfMinute => DateTimeOffset.FromUnixTimeSeconds((RateShare.MinuteOf(Now) + 1) * 60);
}
