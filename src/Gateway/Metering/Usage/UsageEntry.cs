using System.Collections.Frozen;
using Gateway.Authentication.Access;
using Gateway.Routing.Prices;
using Gateway.Translation.Hub;

namespace Gateway.Metering.Usage;

/// <summary>What is kept of one request. No content: names, numbers and times.</summary>
public sealed record UsageEntry
{
    public required string RequestId { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>Null when no credential was accepted.</summary>
    public string? KeyId { get; init; }

    public string? Team { get; init; }

    public CredentialKind? Credential { get; init; }

    /// <summary>Who used a shared door: what the rule for tokens takes for a person's name. Shown, never what limits are counted by.</summary>
    public string? Person { get; init; }

    /// <summary>How many requests this stands for: more than one only where strangers were refused.</summary>
    public long Requests { get; init; } = 1;

    /// <summary>Why so many were refused before their caller was known; null for a request of its own.</summary>
    public string? Refusal { get; init; }

    /// <summary><c>anthropic</c> or <c>openai</c>: the API that was called.</summary>
    public required string Api { get; init; }

    public bool Stream { get; init; }

    public string? RequestedModel { get; init; }

    /// <summary>What the request was for: the key's tags and those that the client sent.</summary>
    public IReadOnlyDictionary<string, string> Tags { get; init; } = FrozenDictionary<string, string>.Empty;

    /// <summary>The family of programs that sent it. Null on rows of before there were any.</summary>
    public string? Client { get; init; }

    /// <summary>The client's name for the conversation.</summary>
    public string? Session { get; init; }

    /// <summary>The id, or pattern, of the configured model that took the request.</summary>
    public string? MatchedModel { get; init; }

    public string? Provider { get; init; }

    /// <summary>The provider's name of the model that was used.</summary>
    public string? Model { get; init; }

    public int Status { get; init; }

    /// <summary>The type of the error that the client was told, in a stream too.</summary>
    public string? Error { get; init; }

    /// <summary>The gateway's own words, where it refused before it asked an upstream; never those that may quote the request.</summary>
    public string? RefusedBecause { get; init; }

    /// <summary>The client left before its answer was whole.</summary>
    public bool ClientLeft { get; init; }

    /// <summary>The response cache answered; no model was called, and nothing is charged.</summary>
    public bool Cached { get; init; }

    public IReadOnlyList<UsageAttempt> Attempts { get; init; } = [];

    /// <summary>What the last upstream that was asked answered itself; null when none did.</summary>
    public int? UpstreamStatus => LastMade?.UpstreamStatus;

    /// <summary>Why the last upstream that was asked brought no answer; null when it did, or when the gateway refused by itself.</summary>
    public string? Reason => Error is null ? null : LastMade?.Reason;

    public TokenUsage Usage { get; init; }

    /// <summary>Null when nobody said what the model costs.</summary>
    public Price? Price { get; init; }

    /// <summary>In USD; null when the price is unknown and tokens were used.</summary>
    public decimal? Cost { get; init; }

    public UsageBill Bill { get; init; } = UsageBill.None;

    /// <summary>What the translation dropped, changed or repaired.</summary>
    public string? Report { get; init; }

    /// <summary>Limits that only report and would have refused the request, separated by commas.</summary>
    public string? ShadowLimits { get; init; }

    public string? UpstreamRequestId { get; init; }

    /// <summary>What the upstream said of itself, by the names of its headers: region, deployment, what is left of its limits.</summary>
    public IReadOnlyDictionary<string, string> UpstreamFacts { get; init; } = FrozenDictionary<string, string>.Empty;

    public UsageTimings Timings { get; init; } = new(null, null, null, 0);

    private UsageAttempt? LastMade => Attempts.LastOrDefault(attempt => attempt.Error != "skipped");
}

/// <summary>One call of one upstream.</summary>
/// <param name="Target">As in the header <c>x-gateway-upstream</c>.</param>
/// <param name="Error">The type of its error; null when it answered.</param>
/// <param name="Status">The HTTP status that the error stands for.</param>
public sealed record UsageAttempt(string Target, string? Error, int? Status)
{
    /// <summary>What the upstream itself answered; null when it did not.</summary>
    public int? UpstreamStatus { get; init; }

    /// <summary>When it began, in milliseconds since the request came in; null when nobody was asked.</summary>
    public double? StartedMs { get; init; }

    public double? DurationMs { get; init; }

    /// <summary>Why it brought no answer: a few words of the gateway's own, and behind them the upstream's, less what they quote.</summary>
    public string? Reason { get; init; }
}

/// <summary>Milliseconds since the request came in; null for what did not happen.</summary>
/// <param name="FirstTryMs">The first upstream was chosen.</param>
/// <param name="FirstByteMs">An upstream began to answer.</param>
/// <param name="FirstEventMs">The client was sent the first byte of its answer.</param>
/// <param name="TotalMs">All was done.</param>
public sealed record UsageTimings(double? FirstTryMs, double? FirstByteMs, double? FirstEventMs, double TotalMs);
