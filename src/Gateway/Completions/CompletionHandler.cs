using System.Diagnostics;
using Gateway.Admission;
using Gateway.Authentication.Access;
using Gateway.Bounds;
using Gateway.Diagnostics;
using Gateway.Http;
using Gateway.Requests;
using Gateway.Routing;
using Gateway.Routing.Prices;
using Gateway.Storage;
using Gateway.Translation.Errors;
using Gateway.Translation.Hub;
using Gateway.Translation.Json;
using Gateway.Upstreams;
using Microsoft.AspNetCore.Http;

namespace Gateway.Completions;

/// <summary>
/// The way through the gateway, for all three APIs: authenticate, read, route, admit, then for each target in turn translate,
/// send and translate back. A stage that refuses returns a value; one place turns it into an error.
/// </summary>
public sealed class CompletionHandler(RequestPipeline pipeline, LiveRouter live, AdmissionControl admission, TargetTurns turns, Failover failover, CompletionAttempts attempts, CompletionCache cache, MemoryGate memory, TimeProvider time)
{
    public Task MessagesAsync(HttpContext http, CancellationToken cancellationToken) =>
        RunAsync(http, ApiForm.Messages, MessagesClientRequest.TryParse, cancellationToken);

    public Task ChatCompletionsAsync(HttpContext http, CancellationToken cancellationToken) =>
        RunAsync(http, ApiForm.Chat, ChatClientRequest.TryParse, cancellationToken);

    public Task ResponsesAsync(HttpContext http, CancellationToken cancellationToken) =>
        RunAsync(http, ApiForm.Responses, ResponsesClientRequest.TryParse, cancellationToken);

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
            if (record.Admission.PricedOnly)
            {
                route = Priced(route, record);
            }

            return record.Admission.Refusal is { } refusal
                ? new Refusal(refusal)
                : await cache.AnswerAsync(http, caller, request, route, record, () => AnswerAsync(http, caller, request, route, record, aborted), aborted);
        }, cancellationToken);

    private Route? Find(Caller caller, string model, out GatewayError? error)
    {
        using Activity? span = GatewayTelemetry.Stage(GenAiNames.Route);
        return ModelAccess.Find(live.Now, caller, model, out error);
    }

    private ValueTask<AdmissionResult> AdmitAsync(Caller caller, IClientRequest request, Route route, CancellationToken aborted)
    {
        ExpectedUse expected = ExpectedUse.Of(request.EstimatedInput, request.Output, request.Stream, request.Body.Span, () => request.MaySearch, route.Targets) with { Model = request.Model, Names = live.Now.NamesOf(route) };
        return admission.AdmitAsync(caller, expected, aborted);
    }

    /// <summary>What is left for a caller with a budget that must be able to count.</summary>
    private static Route Priced(Route route, RequestRecord record)
    {
        record.PassedOver.AddRange(route.Targets.Where(target => target.Price is null).Select(target => new PassedOver(target, PassedOverReason.Unpriced)));
        return route.Choice.Only(target => target.Price is not null) is { } choice ? new Route(route.RequestedModel, route.Model, choice) : route;
    }

    private Task<Outcome> AnswerAsync(HttpContext http, Caller caller, IClientRequest request, Route route, RequestRecord record, CancellationToken aborted)
    {
        bool passFiltered = route.Model?.OnContentFilter == ContentFilterRule.Next;
        (Conversation conversation, IReadOnlyList<Target> targets) = turns.Of(http.Request, caller, request, route);
        return failover.RunAsync(
            caller,
            record.RequestId,
            targets,
            (Target place, Lessons lessons, out GatewayError? error) =>
            {
                Target target = UpstreamApis.For(place, record.Form, lessons.HaveMessages);
                CallContext context = CallContexts.Create(http, target, lessons, time) with { Foreign = conversation.ForeignAt(target, lessons) };
                UpstreamCall? call = request.ToUpstream(target, context, out error);
                if (call is null)
                {
                    record.Begin(target, route.Model?.Id, time.GetTimestamp());
                    record.Tried(target, new Refusal(error!) { Unsaid = true }, time.GetTimestamp());
                }

                return call;
            },
            async (call, last) =>
            {
                Target target = call.Request.Target;
                if (await CoverAsync(record, target, aborted) is { } refusal)
                {
                    record.PassedOver.Add(new PassedOver(target, PassedOverReason.Budget));
                    return new Refusal(refusal) { IsBlameless = true };
                }

                record.Begin(target, route.Model?.Id, time.GetTimestamp());
                return await attempts.RunAsync(http, request, call, new NextTarget(!last, passFiltered && !last), () => conversation.Hear(target), record, aborted);
            },
            new FailoverRules { EstimatedInput = request.EstimatedInput, AfterFilter = passFiltered, PassedOver = record.PassedOver.Add },
            aborted);
    }

    /// <summary>The answers before may have been paid for: whether the budgets have room for this one, too. Null when they have.</summary>
    private static async ValueTask<GatewayError?> CoverAsync(RequestRecord record, Target target, CancellationToken aborted)
    {
        Usd paid = record.PaidInVain;
        if (record.Admission?.Ticket is not { } ticket || paid == Usd.Zero)
        {
            return null;
        }

        try
        {
            return await ticket.CoverAsync(paid, target, aborted);
        }
        catch (StorageUnavailableException)
        {
            return GatewayError.Unavailable("The storage of budgets cannot be reached, so whether there is money for one more try is not known. Try again in a moment.");
        }
    }
}
