using Gateway.Authentication.Access;

namespace Gateway.Admission;

/// <summary>What is limited per minute, or at once.</summary>
internal enum RateKind
{
    Requests,
    InputTokens,
    OutputTokens,
    ConcurrentStreams,
}

/// <summary>How far a limit is used up.</summary>
/// <param name="Of">The limit.</param>
/// <param name="Used">Counted within the last minute; for streams, those that run.</param>
/// <param name="Needed">What the next request takes.</param>
/// <param name="Wait">How long until the next request fits if nothing else is sent; streams end when they end.</param>
/// <param name="Now">When it was measured.</param>
/// <param name="ResetsAt">When nothing is counted any more, if nothing else is sent.</param>
internal sealed record RateStatus(RateStatus.Limit Of, long Used, long Needed, TimeSpan Wait, DateTimeOffset Now, DateTimeOffset ResetsAt)
{
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

        /// <summary>Of the counts those that this limit is about; streams are counted apart.</summary>
        public long Count(RateCounts counts) => Kind switch
        {
            RateKind.Requests => counts.Requests,
            RateKind.InputTokens => counts.InputTokens,
            RateKind.OutputTokens => counts.OutputTokens,
            _ => 0,
        };

        /// <summary>What a request takes of it. Output is known only afterwards, so it fits while there is any left.</summary>
        public long Needed(long inputTokens) => Kind == RateKind.InputTokens ? inputTokens : 1;

        /// <summary>
        /// A single request with more tokens than the limit fits when nothing else was sent for a minute, since
        /// otherwise it never would.
        /// </summary>
        public bool Fits(long used, long needed) =>
            Kind == RateKind.InputTokens && needed > Rate.Value ? used == 0 : used <= Rate.Value - needed;
    }

    public long Remaining => Math.Clamp(Of.Rate.Value - Used, 0, Of.Rate.Value);

    public bool IsFull => !Of.Fits(Used, Needed);
}
