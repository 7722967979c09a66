using Gateway.Admission;
using Gateway.Requests;
using Gateway.Routing.Prices;
using Gateway.Translation.Errors;
using Gateway.Translation.Hub;

namespace Gateway.Metering.Usage;

/// <summary>Turns the facts of a request that is over into its usage entry, hands that over for writing, and settles its limits.</summary>
public sealed class UsageMeter(UsageBuffer buffer, TimeProvider time)
{
    /// <summary>Names are the client's to choose; longer ones would only fill the table.</summary>
    private const int MaxName = 256;

    /// <summary>What models of today write; a guess, where nobody counted.</summary>
    private const double UnseenTokensPerSecond = 100;

    /// <summary>Never waits and never fails: the answer has already gone out.</summary>
    internal void Settle(RequestRecord record)
    {
        if (record.Metered)
        {
            UsageEntry entry = ToEntry(record);
            buffer.Add(entry);
            record.Admission?.Ticket?.Settle(new ActualUse(entry.Usage.Input + entry.Usage.CacheWrite, entry.Usage.Output, Usd.Of(entry.Cost ?? 0)));
        }
    }

    private UsageEntry ToEntry(RequestRecord record)
    {
        long now = time.GetTimestamp();
        GatewayError? error = record.Error ?? record.StreamError;
        TokenUsage usage = record.ClientLeft || error?.Code == GatewayError.TooLateCode ? Unseen(record, now) : RequestRecord.Billable(record.Usage, error is not null);
        return new UsageEntry
        {
            RequestId = record.RequestId,
            StartedAt = time.GetUtcNow() - time.GetElapsedTime(record.StartedAt, now),
            KeyId = record.Caller?.KeyId,
            Team = record.Caller?.Team,
            Credential = record.Caller?.CredentialKind,
            Api = record.Form == ApiForm.Chat ? "openai" : "anthropic",
            Stream = record.Stream,
            RequestedModel = Short(record.RequestedModel),
            MatchedModel = record.MatchedModel,
            Provider = record.Target?.Provider.Name,
            Model = Short(record.Target?.UpstreamModel),
            Status = record.Status,
            Error = error is null ? null : NameOf(error),
            ClientLeft = record.ClientLeft,
            Attempts = [.. Attempts(record)],
            Usage = usage,
            Price = record.Price?.For(usage),
            Cost = record.CostOf(usage),
            Report = record.Report,
            ShadowLimits = record.Admission?.Shadowed is { Count: > 0 } shadowed ? string.Join(",", shadowed) : null,
            UpstreamRequestId = Short(record.UpstreamRequestId),
            Timings = new UsageTimings(Since(record.FirstTryAt), Since(record.FirstByteAt), Since(record.FirstEventAt), Since(now)!.Value),
        };

        double? Since(long? at) => at is { } stamp ? Math.Round(time.GetElapsedTime(record.StartedAt, stamp).TotalMilliseconds, 1) : null;
    }

    /// <summary>
    /// A client that leaves, or whose time is up, before a word was seen does not get for nothing what the upstream wrote
    /// meanwhile: a whole answer, or reasoning that is never shown.
    /// </summary>
    private TokenUsage Unseen(RequestRecord record, long now)
    {
        if (record is not { Usage: { Estimated: true, Output: 0 }, LastTryAt: { } began })
        {
            return record.Usage;
        }

        double written = Math.Min(time.GetElapsedTime(began, now).TotalSeconds * UnseenTokensPerSecond, record.Output.MaxTokens ?? TokenUsage.MostTokens);
        return record.Usage with { Output = (long)Math.Min(written * record.Output.Answers, TokenUsage.MostTokens) };
    }

    private static IEnumerable<UsageAttempt> Attempts(RequestRecord record)
    {
        foreach (AttemptRecord attempt in record.Attempts)
        {
            yield return new UsageAttempt(Short(attempt.Target.ToString())!, attempt.Error is { } error ? NameOf(error) : null, attempt.Error?.Status);
        }

        if (record is { ClientLeft: true, Target: { } target })
        {
            yield return new UsageAttempt(Short(target.ToString())!, "client_left", null);
        }
    }

    /// <summary>That the process had to stop is nobody's error.</summary>
    private static string NameOf(GatewayError error) => error.Code == GatewayError.StoppedCode ? error.Code : ErrorBody.AnthropicType(error.Type);

    /// <summary>Not in the middle of a character: tables refuse halves.</summary>
    private static string? Short(string? text) => text?.Length > MaxName ? text[..(char.IsHighSurrogate(text[MaxName - 1]) ? MaxName - 1 : MaxName)] : text;
}
