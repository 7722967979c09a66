using System.Buffers;
using System.Text.Json;
using Gateway.Http;
using Gateway.Requests;
using Gateway.Routing;
using Gateway.Translation;
using Gateway.Translation.Anthropic;
using Gateway.Translation.Errors;
using Gateway.Translation.Json;
using Gateway.Translation.Tokens;
using Gateway.Upstreams;
using Microsoft.AspNetCore.Http;

namespace Gateway.Completions;

/// <summary>
/// <c>POST /v1/messages/count_tokens</c>, the way that a request would go: the first target that can say it does. Servers
/// of Anthropic's are asked; for others the body that they would get is counted, as it is when nobody who was asked gave
/// a number, and marked with how.
/// </summary>
public sealed class CountTokensHandler(RequestPipeline pipeline, Router router, UpstreamMemory memory, TokenCounter counter, TokenCountCall counts, TimeProvider time)
{
    public Task HandleAsync(HttpContext http, CancellationToken cancellationToken) =>
        pipeline.RunAsync(http, ClientForm.Anthropic, async (record, aborted) =>
        {
            using PooledBuffer body = new(64 * 1024);
            if (await RequestBody.ReadAsync(http.Request, body, aborted) is { } unread)
            {
                return new UpstreamFailure(unread, null);
            }

            using MessagesRequest? request = MessagesRequest.TryParse(body.Memory, counting: true, out GatewayError? error);
            if (request is null)
            {
                return new UpstreamFailure(error!, null);
            }

            record.RequestedModel = request.Model;
            return ModelAccess.Find(router, record.Caller!, request.Model, out error) is { } route
                ? await TryTargetsAsync(http, request, route, record, aborted)
                : new UpstreamFailure(error!, null);
        }, cancellationToken);

    private async Task<UpstreamFailure?> TryTargetsAsync(HttpContext http, MessagesRequest request, Route route, RequestRecord record, CancellationToken aborted)
    {
        MessagesClientRequest native = new(request);
        foreach (Target target in route.Targets)
        {
            CallContext context = CallContexts.Create(http, target, memory.Of(record.Caller!, target), time);
            if (target.Provider.Kind != ProviderKind.Anthropic)
            {
                return await EstimateAsync(http, request, target, context, aborted);
            }

            using UpstreamCall? call = native.PrepareNative(target, context, UpstreamEndpoint.CountTokens, out GatewayError? error);
            if (call is null)
            {
                return new UpstreamFailure(error!, null);
            }

            switch (await counts.AskAsync(call, http.Response, aborted))
            {
                case TokenCount.Counted(var answer):
                    await WriteAsync(http.Response, call.Report, answer, aborted);
                    return null;
                case TokenCount.Refused(var refusal):
                    return refusal;
            }
        }

        Target first = route.Targets[0];
        return await EstimateAsync(http, request, first, CallContexts.Create(http, first, Lessons.None, time), aborted);
    }

    private async Task<UpstreamFailure?> EstimateAsync(HttpContext http, MessagesRequest request, Target target, CallContext context, CancellationToken aborted)
    {
        using UpstreamCall? call = MessagesClientRequest.PrepareChat(request, target, context, out GatewayError? error);
        if (call is null && target.Provider.Kind != ProviderKind.Anthropic)
        {
            return new UpstreamFailure(error!, null);
        }

        // What only Anthropic's servers can be told cannot be said in the other form: then the bytes must do.
        CountedTokens count = call is null ? new CountedTokens(TokenEstimator.Quick(request.Body.Span), TokenCounter.Estimate) : counter.Count(call.Request.Body, target);
        http.Response.Headers["x-gateway-token-count"] = count.How;
        await WriteAsync(http.Response, null, ToJson(count.Tokens), aborted);
        return null;
    }

    private static byte[] ToJson(long tokens)
    {
        ArrayBufferWriter<byte> body = new(64);
        using (Utf8JsonWriter json = new(body, JsonFormat.WriterOptions))
        {
            json.WriteStartObject();
            json.WriteNumber("input_tokens"u8, tokens);
            json.WriteEndObject();
        }

        return body.WrittenSpan.ToArray();
    }

    private static async Task WriteAsync(HttpResponse response, TranslationReport? report, byte[] body, CancellationToken aborted)
    {
        if (report is { IsEmpty: false })
        {
            response.Headers["x-gateway-translation"] = HeaderText.Encode(report.ToString());
        }

        response.ContentType = "application/json";
        response.ContentLength = body.Length;
        await response.Body.WriteAsync(body, aborted);
    }
}
