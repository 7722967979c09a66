using System.Diagnostics;
using Gateway.Admission;
using Gateway.Authentication.Access;
using Gateway.Bounds;
using Gateway.Diagnostics;
using Gateway.Http;
using Gateway.Requests;
using Gateway.Routing;
using Gateway.Translation.Errors;
using Gateway.Translation.Hub;
using Gateway.Translation.Json;
using Gateway.Upstreams;
using Microsoft.AspNetCore.Http;

namespace Gateway.Completions;

/// <summary>
/// The way through the gateway, for both APIs: authenticate, read, route, admit, then for each target in turn translate,
/// send and translate back. A stage that refuses returns a value; one place turns it into an error.
/// </summary>
public sealed class CompletionHandler(RequestPipeline pipeline, Router router, AdmissionControl admission, Conversations conversations, TargetChoice choice, Failover failover, CompletionAttempts attempts, CompletionCache cache, MemoryGate memory, TimeProvider time)
{
    public Task MessagesAsync(HttpContext http, CancellationToken cancellationToken) =>
        RunAsync(http, ApiForm.Messages, MessagesClientRequest.TryParse, cancellationToken);

    public Task ChatCompletionsAsync(HttpContext http, CancellationToken cancellationToken) =>
        RunAsync(http, ApiForm.Chat, ChatClientRequest.TryParse, cancellationToken);

    private delegate IClientRequest? Parser(ReadOnlyMemory<byte> body, out GatewayError? error);

    private Task RunAsync(HttpContext http, ApiForm form, Parser parse, CancellationToken cancellationToken) =>
        pipeline.RunAsync(http, form, async (caller, record, aborted) =>
        {
            using MemoryShare room = memory.Begin(aborted);
            using PooledBuffer body = new(64 * 1024);
            if (await RequestBody.ReadAsync(http.Request, body, room, aborted) is { } unread)
            {
                return new Refusal(unread);
            }

            using IClientRequest? request = parse(body.Memory, out GatewayError? error);
            if (request is null)
            {
                return new Refusal(error!);
            }

            record.RequestedModel = request.Model;
            record.Session = ConversationKeys.NameOf(http.Request.Headers, request.Session);
            record.Stream = request.Stream;
            record.Output = request.Output;
            if (Find(caller, request.Model, out error) is not { } route)
            {
                return new Refusal(error!);
            }

            record.Admission = await AdmitAsync(caller, request, route, aborted);
            return record.Admission.Refusal is { } refusal
                ? new Refusal(refusal)
                : await cache.AnswerAsync(http, caller, request, route, record, () => AnswerAsync(http, caller, request, route, record, aborted), aborted);
        }, cancellationToken);

    private Route? Find(Caller caller, string model, out GatewayError? error)
    {
        using Activity? span = GatewayTelemetry.Stage(GenAiNames.Route);
        return ModelAccess.Find(router, caller, model, out error);
    }

    private ValueTask<AdmissionResult> AdmitAsync(Caller caller, IClientRequest request, Route route, CancellationToken aborted)
    {
        ExpectedUse expected = ExpectedUse.Of(request.EstimatedInput, request.Output, request.Stream, request.Body.Span, route.Targets.Select(target => target.Price));
        return admission.AdmitAsync(caller, expected, aborted);
    }

    private static ChoiceFacts FactsOf(IClientRequest request, Conversation conversation) =>
        new(ExpectedUse.Likely(request.EstimatedInput, request.Output), request.Stream) { Conversation = conversation.Lot };

    private Task<Outcome> AnswerAsync(HttpContext http, Caller caller, IClientRequest request, Route route, RequestRecord record, CancellationToken aborted)
    {
        bool passFiltered = route.Model?.OnContentFilter == ContentFilterRule.Next;
        Conversation conversation = new(conversations, new Lazy<ConversationKey>(() => ConversationKeys.Of(http.Request, caller, request, route)), route.Targets.Count);
        return failover.RunAsync(
            caller,
            record.RequestId,
            conversation.Prefer(choice.Arrange(route, FactsOf(request, conversation))),
            (Target target, Lessons lessons, out GatewayError? error) =>
            {
                record.Begin(target, route.Model?.Id, time.GetTimestamp());
                CallContext context = CallContexts.Create(http, target, lessons, time) with { Foreign = conversation.ForeignAt(target, lessons) };
                UpstreamCall? call = request.ToUpstream(target, context, out error);
                if (call is null)
                {
                    record.Tried(target, new Refusal(error!) { Unsaid = true }, time.GetTimestamp());
                }

                return call;
            },
            async (call, last) =>
            {
                Outcome outcome = await attempts.RunAsync(http, request, call, new NextTarget(!last, passFiltered && !last), record, aborted);
                conversation.Hear(call.Request.Target, outcome);
                return outcome;
            },
            new FailoverRules { EstimatedInput = request.EstimatedInput, AfterFilter = passFiltered, PassedOver = record.PassedOver.Add },
            aborted);
    }
}
