using Gateway.Bounds;
using Gateway.Requests;
using Gateway.Routing;
using Gateway.Telemetry;
using Gateway.Telemetry.Content;
using Gateway.Translation.Errors;
using Gateway.Translation.Hub;
using Gateway.Upstreams;
using Microsoft.AspNetCore.Http;

namespace Gateway.Completions;

/// <summary>Makes one attempt to answer a completion, out of the parts that this takes, and notes how it went.</summary>
public sealed class CompletionAttempts(UpstreamClient upstreams, UpstreamTimeouts timeouts, UpstreamLimits limits, TargetSpeeds speeds, ContentCapture capture, MemoryGate memory, TimeProvider time)
{
    internal async Task<Outcome> RunAsync(HttpContext http, IClientRequest request, UpstreamCall call, NextTarget next, Action whole, RequestRecord record, CancellationToken aborted)
    {
        Note(call.Report, record);
        Target target = call.Request.Target;
        using AttemptTrace? trace = AttemptTrace.Begin(target, record, time);
        using CapturedContent? content = capture.Begin(record.Form, request.Body, request.Stream);
        Outcome outcome = await AnswerAsync(http, request.Stream, call, next, whole, content, record, aborted);
        Note(call.Report, record);
        content?.Whole = outcome is Outcome.Answered;
        record.Tried(target, outcome, time.GetTimestamp());
        speeds.Hear(target, request.Stream, outcome, time.GetElapsedTime(record.LastTryAt ?? record.StartedAt, record.LastTokenAt ?? time.GetTimestamp()), began: record.LastTokenAt is not null);
        return outcome;
    }

    /// <summary>What was done to the request, and in the end also to the answer.</summary>
    private static void Note(TranslationReport report, RequestRecord record) => record.Report = report.IsEmpty ? null : report.ToString();

    private async Task<Outcome> AnswerAsync(HttpContext http, bool stream, UpstreamCall call, NextTarget next, Action whole, CapturedContent? content, RequestRecord record, CancellationToken aborted)
    {
        // A stream that has begun is bound to its target. While another one is left, it begins when its target has begun to
        // answer, and a target that lets the client wait too long for that loses the request to the next.
        bool held = stream && next.IsLeft;
        UpstreamTimeouts patience = timeouts.For(call.Request.Target, stream, Left());
        using UpstreamExchange exchange = new(upstreams, call, held ? patience.BeforeNextTarget.AtMost(call.Watch?.Patience) : patience, time, aborted);
        using MemoryShare kept = memory.Begin(aborted);
        using UpstreamAttempt attempt = new(exchange, call, stream, limits, kept, record, time);
        using ClientAnswer client = new(http.Response, Begin, timeouts.ClientWrite, time, aborted, record.Recording);
        KeepAlive company = new(stream ? timeouts.Commit : Timeout.InfiniteTimeSpan, timeouts.Ping, record.TargetAt, time, held);
        AnswerLoop loop = new(exchange, attempt, company, client, stream, next, whole, content);
        try
        {
            Outcome outcome = await loop.RunAsync();
            return Told(!stream && outcome is Refusal { Error.Type: ErrorType.Timeout } && Left() <= TimeSpan.Zero ? new Refusal(GatewayError.TooLate(timeouts.Whole)) : outcome);
        }
        catch (OperationCanceledException) when (!http.RequestAborted.IsCancellationRequested)
        {
            return Told(await loop.StopAsync());
        }
        finally
        {
            (record.Usage, record.Facts) = (attempt.Usage, attempt.Facts);
        }

        Outcome Told(Outcome outcome) => outcome with { UpstreamStatus = record.UpstreamStatus, Reason = FailureWords.Of(call, outcome, record.UpstreamStatus) };

        TimeSpan Left() => timeouts.Whole - time.GetElapsedTime(record.StartedAt);

        void Begin()
        {
            AnswerHeaders.Set(http.Response, call, exchange.Headers, stream, time.GetUtcNow());
            AnswerHeaders.SetModel(http.Response, call.Request.Target, attempt.Facts);
            if (!stream)
            {
                // The head tells what the answer cost. A stream has not said yet, and to estimate the whole request takes time.
                (record.Usage, record.Facts) = (attempt.Usage, attempt.Facts);
            }

            record.FirstEvent(time.GetTimestamp());
        }
    }
}
