using System.Collections.Frozen;
using Gateway.Admission;
using Gateway.Authentication.Access;
using Gateway.Caching;
using Gateway.Routing;
using Gateway.Routing.Prices;
using Gateway.Translation.Errors;
using Gateway.Translation.Hub;
using Gateway.Upstreams;

namespace Gateway.Requests;

/// <summary>The facts of one request, gathered on its way; what metering, logs and receipts are made of. No content.</summary>
public sealed class RequestRecord(string requestId, ApiForm form, long started)
{
    public string RequestId => requestId;

    public ApiForm Form => form;

    /// <summary>As the client wrote it.</summary>
    public string Method { get; init; } = "";

    /// <summary>As the client wrote it, without its query.</summary>
    public string Path { get; init; } = "";

    /// <summary>A machine asks, every few seconds, whether all is well: <see cref="Probe"/>.</summary>
    public bool IsProbe { get; init; }

    /// <summary>Timestamps of <see cref="TimeProvider.GetTimestamp"/>.</summary>
    public long StartedAt => started;

    public long? FirstByteAt { get; private set; }

    public long? FirstEventAt { get; private set; }

    /// <summary>The first event of the upstream's answer, where it streams.</summary>
    public long? FirstTokenAt { get; private set; }

    /// <summary>The first token of the last attempt.</summary>
    public long? LastTokenAt { get; private set; }

    /// <summary>The first word of the last attempt's answer, be it of a thought that is shown or of a call.</summary>
    public long? FirstWordAt { get; private set; }

    public Caller? Caller { get; set; }

    /// <summary>Why its caller was not let in. Such requests are counted together and leave no row of their own.</summary>
    public AuthenticationResult.Refused? Stranger { get; set; }

    /// <summary>The request leaves a usage row: those that would call a model, if they may. Reads and lost visitors do not.</summary>
    public bool Metered { get; set; }

    /// <summary>Null until the request is let in or refused by limits.</summary>
    internal AdmissionResult? Admission { get; set; }

    public string? RequestedModel { get; set; }

    /// <summary>One of <see cref="ClientFamily"/>.</summary>
    public string Client { get; init; } = ClientFamily.None;

    /// <summary>What the request is for, by the caller and by the client.</summary>
    public IReadOnlyDictionary<string, string> Tags { get; set; } = RequestTags.None;

    /// <summary>The client's name for the conversation.</summary>
    public string? Session { get; set; }

    public bool Stream { get; set; }

    public List<AttemptRecord> Attempts { get; } = [];

    /// <summary>The call that its client did not wait for; it has no <see cref="AttemptRecord"/>.</summary>
    public (Target Target, long StartedAt)? LeftCall => this is { ClientLeft: true, Target: { } target, LastTryAt: { } began } ? (target, began) : null;

    /// <summary>How many calls were made.</summary>
    public int Calls => Attempts.Count + (LeftCall is null ? 0 : 1);

    /// <summary>What its usage row says; null until that is known, and for requests that leave none.</summary>
    public Settlement? Settled { get; set; }

    /// <summary>Targets that were not asked, and why.</summary>
    internal List<PassedOver> PassedOver { get; } = [];

    /// <summary>An upstream was asked to count tokens, which is no attempt: the error may be its own.</summary>
    public bool AskedToCount { get; set; }

    /// <summary>An attempt is under way, at <see cref="Target"/>.</summary>
    public bool Trying { get; private set; }

    /// <summary>Of the last attempt.</summary>
    public TokenUsage Usage { get; set; }

    /// <summary>What the last attempt's upstream said of its bill.</summary>
    public AnswerFacts Facts { get; set; } = AnswerFacts.None;

    /// <summary>What the attempts before it cost that were answered all the same, as far as prices are known.</summary>
    public Usd EarlierCost { get; private set; }

    /// <summary>The same with the last attempt, while one more is thought of: its answer, if there was one, was of no use.</summary>
    public Usd PaidInVain => EarlierCost + (BillOf(Billable(Usage, isError: true)).Cost ?? Usd.Zero);

    /// <summary>How much output the client allows.</summary>
    public OutputLimits Output { get; set; }

    /// <summary>The id, or pattern, of the configured model that took the request.</summary>
    public string? MatchedModel { get; private set; }

    /// <summary>Where the request was sent last.</summary>
    public Target? Target { get; private set; }

    /// <summary>What <see cref="Target"/> costs, as far as known.</summary>
    public Price? Price { get; private set; }

    /// <summary>When the first attempt at <see cref="Target"/> began: what it refuses and then takes is one wait for the client.</summary>
    public long TargetAt { get; private set; }

    public long? FirstTryAt { get; private set; }

    /// <summary>When the last attempt began.</summary>
    public long? LastTryAt { get; private set; }

    /// <summary>In USD, all attempts; null when the price is unknown and tokens were used.</summary>
    public Usd? CostOf(TokenUsage usage) => BillOf(usage).Cost is { } last
        ? last + EarlierCost
        : EarlierCost > Usd.Zero ? EarlierCost : null;

    /// <summary>What the last attempt costs, and why.</summary>
    public Bill BillOf(TokenUsage usage) => Bill.Of(Target, Price, usage, Facts);

    public string? Report { get; set; }

    public string? UpstreamRequestId { get; private set; }

    /// <summary>The HTTP status of the upstream that is asked; null before it has answered.</summary>
    public int? UpstreamStatus { get; private set; }

    /// <summary>What the last upstream said of itself, by the names of its headers.</summary>
    public IReadOnlyDictionary<string, string> UpstreamFacts { get; set; } = FrozenDictionary<string, string>.Empty;

    public int Status { get; set; }

    /// <summary>The error that the client was told, as an HTTP error.</summary>
    public GatewayError? Error { get; set; }

    /// <summary>The error that broke a stream.</summary>
    public GatewayError? StreamError { get; set; }

    /// <summary>The client left before its answer was whole.</summary>
    public bool ClientLeft { get; set; }

    /// <summary>The response cache answered; no model was called.</summary>
    public bool Cached { get; private set; }

    /// <summary>Copies the answer for the response cache, where that wants it. The only content here, and for nobody else.</summary>
    internal AnswerRecording? Recording { get; set; }

    /// <summary>The client gets what the same request was answered before.</summary>
    /// <param name="target">Answered it then.</param>
    /// <param name="matchedModel">The configured model that took the request.</param>
    public void Repeats(Target? target, string? matchedModel) => (Cached, Target, MatchedModel) = (true, target, matchedModel);

    /// <summary>An attempt begins; what an answer before it cost that was of no use is set aside.</summary>
    public void Begin(Target target, string? matchedModel, long now)
    {
        EarlierCost = PaidInVain;
        (Usage, Facts) = (default, AnswerFacts.None);
        TargetAt = ReferenceEquals(Target, target) ? TargetAt : now;
        (Target, MatchedModel, Price) = (target, matchedModel, target.Price);
        FirstTryAt ??= now;
        (LastTryAt, LastTokenAt, FirstWordAt) = (now, null, null);
        (Trying, UpstreamStatus, UpstreamRequestId) = (true, null, null);
    }

    /// <summary>An attempt is over. One that its client ended is told by that.</summary>
    internal void Tried(Target target, Outcome outcome, long now)
    {
        Trying = false;
        if (outcome is not Outcome.ClientLeft)
        {
            StreamError = (outcome as Outcome.BrokenOff)?.Error ?? (outcome as Outcome.Stopped)?.Error;
            Attempts.Add(new AttemptRecord(target, (outcome as Refusal)?.Error ?? StreamError)
            {
                UpstreamStatus = outcome.UpstreamStatus,
                Unsaid = outcome is Refusal { Unsaid: true },
                Reason = outcome is Refusal { Unsaid: true } ? FailureWords.Unsaid : outcome.Reason,
                StartedAt = LastTryAt ?? now,
                EndedAt = now,
            });
        }
    }

    /// <summary>A refusal without a word of answer costs nothing: an estimate of the input would bill what no upstream did.</summary>
    internal static TokenUsage Billable(TokenUsage usage, bool isError) =>
        isError && usage is { Estimated: true, Output: 0 } ? default : usage;

    /// <summary>An upstream has begun to answer.</summary>
    public void FirstByte(long now, int status, string? upstreamRequestId)
    {
        FirstByteAt ??= now;
        (UpstreamStatus, UpstreamRequestId) = (status, upstreamRequestId);
    }

    public void FirstEvent(long now) => FirstEventAt ??= now;

    public void FirstWord(long? now) => FirstWordAt ??= now;

    public void FirstToken(long? now) => (FirstTokenAt, LastTokenAt) = (FirstTokenAt ?? now, LastTokenAt ?? now);
}

/// <summary>What a request comes to in the end.</summary>
/// <param name="Usage">Of the last call.</param>
/// <param name="Cost">In USD, of all calls; null when nobody said what they cost.</param>
public readonly record struct Settlement(TokenUsage Usage, decimal? Cost);

/// <summary>One call of one upstream.</summary>
/// <param name="Target">Where it went.</param>
/// <param name="Error">Why it failed; null when it answered.</param>
public sealed record AttemptRecord(Target Target, GatewayError? Error)
{
    /// <summary>The upstream's own HTTP status; null when it never answered.</summary>
    public int? UpstreamStatus { get; init; }

    /// <summary>Why it brought no answer, for operators and without content; null when it answered.</summary>
    public string? Reason { get; init; }

    /// <summary>The request could not be said to this target, so nothing was sent.</summary>
    public bool Unsaid { get; init; }

    /// <summary>Timestamps of <see cref="TimeProvider.GetTimestamp"/>.</summary>
    public long StartedAt { get; init; }

    public long EndedAt { get; init; }
}
