using System.Diagnostics;
using Gateway.Admission;
using Gateway.Authentication.Access;
using Gateway.Diagnostics;
using Gateway.Http;
using Gateway.Requests;
using Gateway.Routing;
using Gateway.Telemetry;
using Gateway.Telemetry.Content;
using Gateway.Translation.Errors;
using Gateway.Translation.Json;
using Gateway.Upstreams;
using Microsoft.AspNetCore.Http;

namespace Gateway.Completions;

/// <summary>
/// The way through the gateway, for both APIs: authenticate, read, route, admit, then for each target in turn translate,
/// send and translate back. A stage that refuses returns a value; one place turns it into an error.
/// </summary>
public sealed class CompletionHandler(RequestPipeline pipeline, Router router, AdmissionControl admission, UpstreamClient upstreams, UpstreamMemory memory, UpstreamTimeouts timeouts, UpstreamLimits limits, ContentCapture capture, TimeProvider time)
{
    /// <summary>One retry for each thing that an upstream may refuse; more would be a loop.</summary>
    private const int MaxLessons = 4;

    public Task MessagesAsync(HttpContext http, CancellationToken cancellationToken) =>
        RunAsync(http, ClientForm.Anthropic, MessagesClientRequest.TryParse, cancellationToken);

    public Task ChatCompletionsAsync(HttpContext http, CancellationToken cancellationToken) =>
        RunAsync(http, ClientForm.OpenAi, ChatClientRequest.TryParse, cancellationToken);

    private delegate IClientRequest? Parser(ReadOnlyMemory<byte> body, out GatewayError? error);

    private Task RunAsync(HttpContext http, ClientForm form, Parser parse, CancellationToken cancellationToken) =>
        pipeline.RunAsync(http, form, async (record, aborted) =>
        {
            using PooledBuffer body = new(64 * 1024);
            if (await RequestBody.ReadAsync(http.Request, body, aborted) is { } unread)
            {
                return new UpstreamFailure(unread, null);
            }

            using IClientRequest? request = parse(body.Memory, out GatewayError? error);
            if (request is null)
            {
                return new UpstreamFailure(error!, null);
            }

            record.RequestedModel = request.Model;
            record.Stream = request.Stream;
            record.Output = request.Output;
            Route? route = Find(record.Caller!, request.Model, out error);
            if (route is null)
            {
                return new UpstreamFailure(error!, null);
            }

            record.Admission = await AdmitAsync(record.Caller!, request, route, aborted);
            return record.Admission.Refusal is { } refusal
                ? new UpstreamFailure(refusal, null)
                : await TryTargetsAsync(http, request, route, record, aborted);
        }, cancellationToken);

    private Route? Find(Caller caller, string model, out GatewayError? error)
    {
        using Activity? span = GatewayTelemetry.Stage(GenAiNames.Route);
        return ModelAccess.Find(router, caller, model, out error);
    }

    private async ValueTask<AdmissionResult> AdmitAsync(Caller caller, IClientRequest request, Route route, CancellationToken aborted)
    {
        using Activity? span = GatewayTelemetry.Stage(GenAiNames.Admit);
        ExpectedUse expected = ExpectedUse.Of(request.EstimatedInput, request.Output, request.Stream, request.Body.Span, route.Targets.Select(target => target.Price));
        AdmissionResult result = await admission.AdmitAsync(caller, expected, aborted);
        LimitsCounter.Count(result);
        return result;
    }

    private async Task<UpstreamFailure?> TryTargetsAsync(HttpContext http, IClientRequest request, Route route, RequestRecord record, CancellationToken aborted)
    {
        UpstreamFailure? failure = null;
        foreach (Target target in route.Targets)
        {
            failure = await TryTargetAsync(http, request, target, route.Model?.Id, record, aborted);
            if (failure is null || !failure.MayFailOver)
            {
                return failure;
            }
        }

        return failure;
    }

    /// <summary>Calls one target, again when its refusal taught how it wants the request.</summary>
    private async Task<UpstreamFailure?> TryTargetAsync(HttpContext http, IClientRequest request, Target target, string? matchedModel, RequestRecord record, CancellationToken aborted)
    {
        AnswerPump pump = new(http, upstreams, timeouts, limits, time, record);
        Lessons lessons = memory.Of(record.Caller!, target);
        List<Lesson> learned = [];
        bool fitted = false;
        for (int lesson = 0; ; lesson++)
        {
            record.Trying(target, matchedModel, time.GetTimestamp());
            using UpstreamCall? call = request.Prepare(target, CallContexts.Create(http, target, lessons, time), out GatewayError? error);
            if (call is null)
            {
                return new UpstreamFailure(error!, null);
            }

            record.Report = call.Report.IsEmpty ? null : call.Report.ToString();
            using AttemptTrace? trace = AttemptTrace.Begin(target, record, time);
            using CapturedContent? content = capture.Begin(record.Form, request.Body, request.Stream);
            UpstreamFailure? failure = await pump.RunAsync(call, request.Stream, content, aborted);
            content?.Whole = failure is null && record.StreamError is null;
            record.Attempts.Add(new AttemptRecord(target, failure?.Error ?? record.StreamError));
            if (failure is null)
            {
                Remember(learned, target, record);
                return null;
            }

            if (lesson == MaxLessons)
            {
                return failure;
            }

            if (!fitted && failure.Error.FittingMaxTokens is { } room)
            {
                // Concerns this request alone: input and max_tokens together were too much.
                (fitted, lessons) = (true, lessons with { MaxOutputTokens = room });
            }
            else if (Lesson.Of(failure.Error, call, lessons) is { } next)
            {
                learned.Add(next);
                lessons = lessons.With(next);
            }
            else
            {
                return failure;
            }
        }
    }

    /// <summary>Only what proved right: the answer came once the request was said so.</summary>
    private void Remember(List<Lesson> learned, Target target, RequestRecord record)
    {
        foreach (Lesson lesson in record.StreamError is null ? learned.Where(l => l.Lasts) : [])
        {
            memory.Learn(record.Caller!, target, lesson, record.RequestId);
        }
    }
}
