using System.Globalization;
using Gateway.Translation.Errors;

namespace Gateway.Upstreams;

/// <summary>The client is told why it gets no answer. It has not got a byte yet, so another attempt may still be made.</summary>
/// <param name="Error">What is wrong, in the gateway's words.</param>
internal sealed record Refusal(GatewayError Error) : Outcome
{
    /// <summary>The upstream's own error, when the client may see it as it is.</summary>
    public RelayedError? Relayed { get; init; }

    /// <summary>Headers of the upstream that clients act on.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>The upstream was never reached, or said nothing.</summary>
    public bool Unreachable { get; init; }

    /// <summary>It says nothing of how well the target answers.</summary>
    public bool IsBlameless { get; init; }

    /// <summary>Another upstream may do better: this one is down, busy or misconfigured.</summary>
    public bool MayFailOver => Error.Code != GatewayError.TooLateCode && (Error.Status is 403 or 404 or 408 or 429 or >= 500 || Error.Type is ErrorType.Billing);

    /// <summary>What the client is told when several targets refused: the last, and the shortest wait that any asked for.</summary>
    public static Refusal OfMany(IReadOnlyList<Refusal> refusals)
    {
        Refusal last = refusals[^1];
        Refusal soonest = refusals.MinBy(refusal => refusal.Error.RetryAfterSeconds ?? double.MaxValue)!;
        return soonest.Error.RetryAfterSeconds is null || ReferenceEquals(soonest, last)
            ? last
            : last with
            {
                Error = last.Error with { RetryAfter = soonest.Error.RetryAfter, RetryAfterMs = soonest.Error.RetryAfterMs },
                Headers = [.. last.Headers.Where(header => !IsWait(header.Key)), new("retry-after", soonest.Error.RetryAfter!)],
            };
    }

    /// <summary>No target was worth a call.</summary>
    public static Refusal NobodyLeft(TimeSpan soonest) =>
        new(GatewayError.Overloaded("No upstream of this model can be reached right now. Please try again.") with
        {
            RetryAfter = Math.Ceiling(soonest.TotalSeconds).ToString(CultureInfo.InvariantCulture),
        });

    private static bool IsWait(string header) => header.StartsWith("retry-after", StringComparison.OrdinalIgnoreCase);
}

/// <summary>The JSON of an error that passes as the upstream wrote it, but for what is private.</summary>
internal sealed record RelayedError(int Status, byte[] Body);
