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

    /// <summary>The request cannot be said to this upstream; nothing was sent.</summary>
    public bool Unsaid { get; init; }

    /// <summary>It says nothing of how well the target answers.</summary>
    public bool IsBlameless { get; init; }

    /// <summary>Another upstream may do better: this one is down, busy or misconfigured, or knows no word for what is asked.</summary>
    public bool MayFailOver => !Stops && (Unsaid || Error.Status is 403 or 404 or 408 or 413 or 429 or >= 500 || Error.Type is ErrorType.Billing);

    /// <summary>The same request may be answered later by the one that refused it.</summary>
    public bool Passes => !Unsaid && Error.ShouldRetry != false && Error.Status is 408 or 429 or >= 500;

    /// <summary>The gateway itself ends, or the client's time is over.</summary>
    private bool Stops => Error.Code is GatewayError.StoppedCode or GatewayError.TooLateCode;

    /// <summary>What the client is told when several targets refused: what may pass before what cannot, the last of it, and the shortest wait that any asked for.</summary>
    /// <param name="refusals">In the order in which they came.</param>
    /// <param name="counts">Whether the refusal may be told; one that passes is none that helps where the request does not fit.</param>
    public static Refusal OfMany(IReadOnlyList<Refusal> refusals, Predicate<Refusal> counts)
    {
        Refusal told = refusals.LastOrDefault(refusal => refusal.Passes && counts(refusal)) ?? refusals[^1];
        Refusal? soonest = refusals.Where(refusal => refusal.Passes && refusal.Error.RetryAfterSeconds is not null).MinBy(refusal => refusal.Error.RetryAfterSeconds);
        if (soonest is null || !told.Passes || ReferenceEquals(soonest, told))
        {
            return told;
        }

        string seconds = soonest.Error.RetryAfter ?? Math.Ceiling(soonest.Error.RetryAfterSeconds!.Value).ToString(CultureInfo.InvariantCulture);
        return told with
        {
            Error = told.Error with { RetryAfter = seconds, RetryAfterMs = soonest.Error.RetryAfterMs },
            Headers =
            [
                .. told.Headers.Where(header => !header.Key.StartsWith("retry-after", StringComparison.OrdinalIgnoreCase)),
                new("retry-after", seconds),
                .. soonest.Error.RetryAfterMs is { } ms ? new KeyValuePair<string, string>[] { new("retry-after-ms", ms) } : [],
            ],
        };
    }

    /// <summary>No target was worth a call.</summary>
    public static Refusal NobodyLeft(TimeSpan soonest) =>
        new(GatewayError.Overloaded("No upstream of this model can be reached right now. Please try again.") with
        {
            RetryAfter = Math.Ceiling(soonest.TotalSeconds).ToString(CultureInfo.InvariantCulture),
        });

    /// <summary>The upstream answered, and its answer is that its filter, or its model, will not.</summary>
    public static Refusal Filtered { get; } =
        new(GatewayError.InvalidRequest("The upstream refused to answer because of what the request holds.") with { Code = GatewayError.FilterCode });
}

/// <summary>The JSON of an error that passes as the upstream wrote it, but for what is private.</summary>
internal sealed record RelayedError(int Status, byte[] Body);
