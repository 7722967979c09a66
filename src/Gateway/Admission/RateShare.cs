namespace Gateway.Admission;

/// <summary>How much of each kind in one minute.</summary>
public readonly record struct RateCounts(long Requests, long InputTokens, long OutputTokens)
{
    public static RateCounts operator +(RateCounts left, RateCounts right) => Add(left, right);

    public static RateCounts Add(RateCounts left, RateCounts right) =>
        new(left.Requests + right.Requests, left.InputTokens + right.InputTokens, left.OutputTokens + right.OutputTokens);
}

/// <summary>What one instance counted of a scope.</summary>
/// <param name="Instance">Which process.</param>
/// <param name="Minute">Minutes since 1970, UTC.</param>
/// <param name="Current">In that minute so far.</param>
/// <param name="Previous">In the minute before.</param>
/// <param name="Streams">Streams that run.</param>
/// <param name="At">When it was counted.</param>
public sealed record RateShare(string Instance, long Minute, RateCounts Current, RateCounts Previous, int Streams, DateTimeOffset At)
{
    private const int SecondsPerMinute = 60;

    /// <summary>Running streams are told again and again; of an instance that fell silent none run any more.</summary>
    public static readonly TimeSpan StreamsLast = TimeSpan.FromSeconds(15);

    public static long MinuteOf(DateTimeOffset now) => now.ToUnixTimeSeconds() / SecondsPerMinute;

    /// <summary>How much of the minute is over, from 0 to 1.</summary>
    public static double ElapsedOf(DateTimeOffset now) =>
        (now.ToUnixTimeMilliseconds() % (SecondsPerMinute * 1000)) / (double)(SecondsPerMinute * 1000);

    /// <summary>Counts of this minute and the one before it, as seen now.</summary>
    public (RateCounts Current, RateCounts Previous) AsOf(DateTimeOffset now) => (MinuteOf(now) - Minute) switch
    {
        <= 0 => (Current, Previous),
        1 => (default, Current),
        _ => default,
    };
}
