namespace Gateway.Admission;

/// <summary>How much of each kind. Never negative; sums stop at the largest number there is.</summary>
internal readonly record struct RateCounts
{
    public RateCounts(long requests, long inputTokens, long outputTokens) =>
        (Requests, InputTokens, OutputTokens) = (Math.Max(0, requests), Math.Max(0, inputTokens), Math.Max(0, outputTokens));

    public long Requests { get; }

    public long InputTokens { get; }

    public long OutputTokens { get; }

    public static RateCounts operator +(RateCounts left, RateCounts right) =>
        new(Sum(left.Requests, right.Requests), Sum(left.InputTokens, right.InputTokens), Sum(left.OutputTokens, right.OutputTokens));

    public static RateCounts operator -(RateCounts left, RateCounts right) =>
        new(left.Requests - right.Requests, left.InputTokens - right.InputTokens, left.OutputTokens - right.OutputTokens);

    private static long Sum(long left, long right) => left > long.MaxValue - right ? long.MaxValue : left + right;
}

/// <summary>What was counted in one second.</summary>
/// <param name="Second">Since 1970, UTC.</param>
/// <param name="Counts">In that second.</param>
internal readonly record struct RateSlot(long Second, RateCounts Counts);

/// <summary>What one instance counted of a scope in the last minute.</summary>
/// <param name="Instance">Which process.</param>
/// <param name="Slots">By second; seconds without any are left out.</param>
/// <param name="Streams">Streams that run.</param>
/// <param name="At">When it was told.</param>
internal sealed record RateShare(string Instance, IReadOnlyList<RateSlot> Slots, int Streams, DateTimeOffset At)
{
    /// <summary>Running streams are told again and again; of an instance that fell silent none run any more.</summary>
    public static readonly TimeSpan StreamsLast = TimeSpan.FromSeconds(15);

    /// <summary>The same by the clock of another machine.</summary>
    public RateShare MovedBy(TimeSpan offset) => this with
    {
        Slots = [.. Slots.Select(slot => slot with { Second = slot.Second + (long)Math.Round(offset.TotalSeconds) })],
        At = At + offset,
    };
}
