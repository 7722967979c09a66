using Gateway.Admission;
using Gateway.Requests;
using Gateway.Routing;
using Gateway.Routing.Prices;
using Gateway.Translation.Errors;
using Gateway.Translation.Hub;
using Gateway.Upstreams;

namespace Gateway.Metering.Usage;

/// <summary>Turns the facts of a request that is over into its usage entry, hands that over for writing, and settles its limits.</summary>
public sealed class UsageMeter(UsageBuffer buffer, StrangerBook strangers, TimeProvider time)
{
    /// <summary>Names are the client's to choose; longer ones would only fill the table.</summary>
    private const int MaxName = 256;

    private const int MaxReason = 512;

    private const int MaxAttempts = 16;

    /// <summary>What models of today write; a guess, where nobody counted.</summary>
    private const double UnseenTokensPerSecond = 100;

    /// <summary>So long before the first word anybody may be silent.</summary>
    private static readonly TimeSpan s_usualSilence = TimeSpan.FromSeconds(10);

    /// <summary>Never waits and never fails: the answer has already gone out.</summary>
    internal void Settle(RequestRecord record)
    {
        if (record.Stranger is { } stranger)
        {
            strangers.Add(stranger, record.RequestId, record.Metered);
        }
        else if (record.Metered)
        {
            UsageEntry entry = ToEntry(record);
            buffer.Add(entry);
            record.Settled = new Settlement(entry.Usage, entry.Cost);
            record.Admission?.Ticket?.Settle(new ActualUse(entry.Usage.Input + entry.Usage.CacheWrite, entry.Usage.Output, Usd.Of(entry.Cost ?? 0)));
        }
    }

    private UsageEntry ToEntry(RequestRecord record)
    {
        long now = time.GetTimestamp();
        GatewayError? error = record.Error ?? record.StreamError;
        TokenUsage usage = record.ClientLeft || error?.Code == GatewayError.TooLateCode ? Unseen(record, now) : RequestRecord.Billable(record.Usage, error is not null);
        Bill bill = record.BillOf(usage);
        return new UsageEntry
        {
            RequestId = record.RequestId,
            StartedAt = time.GetUtcNow() - time.GetElapsedTime(record.StartedAt, now),
            KeyId = record.Caller?.KeyId,
            Team = record.Caller?.Team,
            Credential = record.Caller?.CredentialKind,
            Person = record.Caller?.Person,
            Api = record.Form switch { ApiForm.Messages => "anthropic", ApiForm.Chat => "openai", _ => "openai-responses" },
            Stream = record.Stream,
            RequestedModel = Short(record.RequestedModel),
            Tags = record.Tags,
            Client = record.Client,
            Session = Short(record.Session),
            MatchedModel = record.MatchedModel,
            Provider = record.Target?.Provider.Name,
            Model = Short(record.Target?.UpstreamModel),
            Status = record.Status,
            Error = error is null ? null : AttemptWords.Error(error),
            RefusedBecause = IsOurs(record) ? Short(record.Error!.Message, MaxReason) : null,
            ClientLeft = record.ClientLeft,
            Cached = record.Cached,
            Attempts = Most([.. Attempts(record, now)]),
            Usage = usage,
            Price = bill.Price,
            Bill = UsageBill.Of(bill),
            Cost = record.CostOf(usage),
            Report = record.Report,
            ShadowLimits = record.Admission?.Shadowed is { Count: > 0 } shadowed ? string.Join(",", shadowed) : null,
            UpstreamRequestId = Short(record.UpstreamRequestId),
            UpstreamFacts = record.UpstreamFacts,
            Timings = new UsageTimings(Since(record.FirstTryAt), Since(record.FirstByteAt), Since(record.FirstEventAt), Since(now)!.Value),
        };

        double? Since(long? at) => at is { } stamp ? Milliseconds(record.StartedAt, stamp) : null;
    }

    /// <summary>The gateway refused by itself, and not because of how the request is written: those words may quote it.</summary>
    private static bool IsOurs(RequestRecord record) =>
        record is { Error: { Type: not ErrorType.InvalidRequest }, Attempts.Count: 0, LeftCall: null, AskedToCount: false };

    /// <summary>
    /// A client that leaves, or whose time is up, does not get for nothing what the upstream wrote unseen: a whole answer,
    /// or reasoning that is never shown, which a long silence before the first word was.
    /// </summary>
    private TokenUsage Unseen(RequestRecord record, long now)
    {
        if (record is not { Usage.Estimated: true, LastTryAt: { } began })
        {
            return record.Usage;
        }

        long seen = record.Usage.Output;
        TimeSpan silent = time.GetElapsedTime(began, record.FirstWordAt ?? now);
        double unseen = record.FirstWordAt is null || silent > s_usualSilence ? silent.TotalSeconds * UnseenTokensPerSecond : 0;
        double all = Math.Min(seen + unseen, record.Output.MaxTokens ?? TokenUsage.MostTokens) * record.Output.Answers;
        return record.Usage with { Output = Math.Max(seen, (long)Math.Min(all, TokenUsage.MostTokens)) };
    }

    private IEnumerable<UsageAttempt> Attempts(RequestRecord record, long now)
    {
        foreach (PassedOver skipped in record.PassedOver)
        {
            yield return new UsageAttempt(Short(skipped.Target.ToString())!, "skipped", null) { Reason = AttemptWords.Reason(skipped.Reason) };
        }

        foreach (AttemptRecord attempt in record.Attempts)
        {
            yield return Attempt(attempt.Target, attempt.Error is { } error ? AttemptWords.Error(error) : null, attempt.StartedAt, attempt.EndedAt) with
            {
                Status = attempt.Error?.Status,
                UpstreamStatus = attempt.UpstreamStatus,
                Reason = Short(attempt.Reason, MaxReason),
            };
        }

        if (record.LeftCall is { } left)
        {
            yield return Attempt(left.Target, "client_left", left.StartedAt, now) with { UpstreamStatus = record.UpstreamStatus };
        }

        UsageAttempt Attempt(Target target, string? error, long from, long to) => new(Short(target.ToString())!, error, null)
        {
            StartedMs = Milliseconds(record.StartedAt, from),
            DurationMs = Milliseconds(from, to),
        };
    }

    /// <summary>A model may have any number of targets; a row has its limits.</summary>
    private static UsageAttempt[] Most(UsageAttempt[] attempts) =>
        attempts.Length <= MaxAttempts ? attempts : [.. attempts[..(MaxAttempts / 2)], .. attempts[^(MaxAttempts / 2)..]];

    private double Milliseconds(long from, long to) => Math.Round(time.GetElapsedTime(from, to).TotalMilliseconds, 1);

    /// <summary>Not in the middle of a character: tables refuse halves.</summary>
    private static string? Short(string? text, int most = MaxName) => text?.Length > most ? text[..(char.IsHighSurrogate(text[most - 1]) ? most - 1 : most)] : text;
}
