using System.Diagnostics;
using Gateway.Admission;
using Gateway.Authentication;
using Gateway.Metering;
using Gateway.Routing;
using Gateway.Telemetry;
using Gateway.Telemetry.Content;
using Gateway.Translation.Errors;
using Gateway.Translation.Json;
using Gateway.Upstreams;
using Microsoft.AspNetCore.Http;

namespace Gateway.Http;

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
        Route? route = router.Find(model);
        error = route is null ? GatewayError.NotFound($"model: {model}")
            : !caller.AllowsModel(model) ? GatewayError.Permission($"This key may not use the model '{model}'. GET /v1/models lists those it may use.")
            : null;
        return error is null ? route : null;
    }

    private async ValueTask<AdmissionResult> AdmitAsync(Caller caller, IClientRequest request, Route route, CancellationToken aborted)
    {
        using Activity? span = GatewayTelemetry.Stage(GenAiNames.Admit);
        Price? price = PriceList.Find(route.Model, route.Targets[0]);
        AdmissionResult result = await admission.AdmitAsync(caller, ExpectedUse.Of(request.Body.Span, request.MaxOutputTokens, price, request.Stream), aborted);
        GatewayTelemetry.CountLimits(result);
        return result;
    }

    private async Task<UpstreamFailure?> TryTargetsAsync(HttpContext http, IClientRequest request, Route route, RequestRecord record, CancellationToken aborted)
    {
        UpstreamFailure? failure = null;
        foreach (Target target in route.Targets)
        {
            if (!record.Caller!.AllowsProvider(target.Provider.Name))
            {
                failure ??= new UpstreamFailure(GatewayError.Permission($"This key may not use the provider '{target.Provider.Name}'."), null);
                continue;
            }

            record.Trying(target, route.Model, time.GetTimestamp());
            failure = await TryTargetAsync(http, request, target, record, aborted);
            if (failure is null || !failure.MayFailOver)
            {
                return failure;
            }
        }

        return failure;
    }

    /// <summary>Calls one target, again when its refusal taught how it wants the request.</summary>
    private async Task<UpstreamFailure?> TryTargetAsync(HttpContext http, IClientRequest request, Target target, RequestRecord record, CancellationToken aborted)
    {
        AnswerPump pump = new(http, upstreams, timeouts, limits, time, record);
        int? fitting = null;
        for (int lesson = 0; ; lesson++)
        {
            CallContext context = CallContexts.Create(http, target, memory, time);
            context = fitting is null ? context : context with { MaxOutputTokens = fitting };
            using UpstreamCall? call = request.Prepare(target, context, out GatewayError? error);
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
            if (failure is null || lesson == MaxLessons)
            {
                return failure;
            }

            if (fitting is null && failure.Error.FittingMaxTokens is { } room)
            {
                // Concerns this request alone: input and max_tokens together were too much.
                fitting = room;
            }
            else if (!memory.Learn(target, failure.Error))
            {
                return failure;
            }
        }
    }
}
