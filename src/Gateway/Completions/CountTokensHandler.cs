using System.Buffers;
using System.Text.Json;
using Gateway.Admission;
using Gateway.Authentication.Access;
using Gateway.Bounds;
using Gateway.Http;
using Gateway.Requests;
using Gateway.Routing;
using Gateway.Translation.Errors;
using Gateway.Translation.Hub;
using Gateway.Translation.Json;
using Gateway.Translation.MessagesToChat;
using Gateway.Translation.ResponsesToMessages;
using Gateway.Translation.Tokens;
using Gateway.Upstreams;
using Microsoft.AspNetCore.Http;

namespace Gateway.Completions;

/// <summary>
/// <c>POST /v1/messages/count_tokens</c>, the way that a request would go: the first target that can say it does. Servers
/// of Anthropic's are asked; for others the body that they would get is counted, as it is when nobody who was asked gave
/// a number, and marked with how.
/// </summary>
public sealed class CountTokensHandler(RequestPipeline pipeline, LiveRouter live, AdmissionControl admission, TargetTurns turns, Failover failover, UpstreamMemory memory, TokenCountAttempts attempts, TokenCounter counter, MemoryGate gate, TimeProvider time)
{
    public Task HandleAsync(HttpContext http, CancellationToken cancellationToken) =>
        pipeline.RunAsync(http, ApiForm.Messages, async (caller, record, aborted) =>
        {
            using MemoryShare room = gate.Begin(aborted);
            using PooledBuffer body = new(64 * 1024);
            if (await RequestBody.ReadAsync(http.Request, body, room, aborted) is { } unread)
            {
                return new Refusal(unread);
            }

            using MessagesRequest? request = MessagesRequest.TryParse(body.Memory, counting: true, out GatewayError? error);
            if (request is null)
            {
                return new Refusal(error!);
            }

            record.RequestedModel = request.Model;
            record.Session = ConversationKeys.NameOf(http.Request.Headers, request.Session);
            if (ModelAccess.Find(live.Now, caller, request.Model, out error) is not { } route)
            {
                return new Refusal(error!);
            }

            record.Admission = await admission.AdmitAsync(caller, ExpectedUse.OfNoModel with { Names = live.Now.NamesOf(route) }, aborted);
            return record.Admission.Refusal is { } refusal
                ? new Refusal(refusal)
                : await CountAsync(http, caller, request, route, record, aborted);
        }, cancellationToken);

    /// <summary><c>POST /v1/responses/input_tokens</c>: the same for requests of Responses, always an estimate.</summary>
    public Task InputTokensAsync(HttpContext http, CancellationToken cancellationToken) =>
        pipeline.RunAsync(http, ApiForm.Responses, async (caller, record, aborted) =>
        {
            using MemoryShare room = gate.Begin(aborted);
            using PooledBuffer body = new(64 * 1024);
            if (await RequestBody.ReadAsync(http.Request, body, room, aborted) is { } unread)
            {
                return new Refusal(unread);
            }

            if (!ResponsesRequest.TryParse(body.Memory, out ResponsesRequest? request, out GatewayError? error))
            {
                return new Refusal(error);
            }

            using (request)
            using (PooledBuffer hub = new(body.Length + 1024))
            using (MessagesRequest? messages = ResponsesHub.ToMessages(request, new TranslationReport(), hub, out error))
            {
                record.RequestedModel = request.Model;
                if (messages is null || ModelAccess.Find(live.Now, caller, request.Model, out error) is not { } route)
                {
                    return new Refusal(error!);
                }

                record.Admission = await admission.AdmitAsync(caller, ExpectedUse.OfNoModel with { Names = live.Now.NamesOf(route) }, aborted);
                return record.Admission.Refusal is { } refusal
                    ? new Refusal(refusal)
                    : await EstimateAsync(http, messages, route.Targets[0], Lessons.None, aborted, ApiForm.Responses);
            }
        }, cancellationToken);

    private async Task<Outcome> CountAsync(HttpContext http, Caller caller, MessagesRequest request, Route route, RequestRecord record, CancellationToken aborted)
    {
        MessagesClientRequest client = new(request);
        List<Target> targets = [.. turns.Of(http.Request, caller, client, route).Targets.Select(target => UpstreamApis.For(target, ApiForm.Messages, memory.Of(caller, target).HaveMessages))];
        Target[] counting = [.. targets.TakeWhile(target => target.Provider.Kind == ProviderKind.Anthropic)];
        if (counting.Length > 0)
        {
            record.AskedToCount = true;
            Outcome outcome = await AskAsync(http, caller, client, counting, record, aborted);
            if (outcome is not Refusal { MayFailOver: true })
            {
                return outcome;
            }
        }

        // Whose turn it is; when all were asked in vain, the first.
        return counting.Length < targets.Count && targets[counting.Length] is var next
            ? await EstimateAsync(http, request, next, memory.Of(caller, next), aborted)
            : await EstimateAsync(http, request, counting[0], Lessons.None, aborted);
    }

    private Task<Outcome> AskAsync(HttpContext http, Caller caller, MessagesClientRequest client, IReadOnlyList<Target> targets, RequestRecord record, CancellationToken aborted) =>
        failover.RunAsync(
            caller,
            record.RequestId,
            targets,
            (Target target, Lessons lessons, out GatewayError? error) => client.ToSameForm(target, CallContexts.Create(http, target, lessons, time), UpstreamEndpoint.CountTokens, out error),
            (call, _) => attempts.RunAsync(http, call, record, aborted),
            aborted: aborted);

    private async Task<Outcome> EstimateAsync(HttpContext http, MessagesRequest request, Target target, Lessons lessons, CancellationToken aborted, ApiForm form = ApiForm.Messages)
    {
        using UpstreamCall? call = MessagesClientRequest.ToOpenAi(request, target, CallContexts.Create(http, target, lessons, time), out GatewayError? error);
        if (call is null && target.Provider.Kind != ProviderKind.Anthropic)
        {
            return new Refusal(error!);
        }

        // What only Anthropic's servers can be told cannot be said in the other form: then the bytes must do.
        CountedTokens count = call is null ? new CountedTokens(TokenEstimator.Quick(request.Body.Span), TokenCounter.Estimate) : counter.Count(call.Request.Body, target);
        http.Response.Headers["x-gateway-token-count"] = count.How;
        return await JsonAnswer.WriteAsync(http.Response, ToJson(count.Tokens, form), aborted);
    }

    private static byte[] ToJson(long tokens, ApiForm form)
    {
        ArrayBufferWriter<byte> body = new(64);
        using (Utf8JsonWriter json = new(body, JsonFormat.WriterOptions))
        {
            json.WriteStartObject();
            if (form == ApiForm.Responses)
            {
                json.WriteString("object"u8, "response.input_tokens"u8);
            }

            json.WriteNumber("input_tokens"u8, tokens);
            json.WriteEndObject();
        }

        return body.WrittenSpan.ToArray();
    }
}
