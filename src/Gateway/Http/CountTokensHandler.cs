using System.Buffers;
using System.Diagnostics;
using System.Text.Json;
using Gateway.Routing;
using Gateway.Telemetry;
using Gateway.Translation.Anthropic;
using Gateway.Translation.Errors;
using Gateway.Translation.Json;
using Gateway.Translation.Tokens;
using Gateway.Upstreams;
using Microsoft.AspNetCore.Http;

namespace Gateway.Http;

/// <summary>
/// <c>POST /v1/messages/count_tokens</c>: asked of native upstreams, otherwise counted over the body that the upstream
/// would get, and marked as an estimate.
/// </summary>
public sealed class CountTokensHandler(RequestPipeline pipeline, Router router, UpstreamClient upstreams, UpstreamMemory memory, TimeProvider time)
{
    /// <summary>A number in an object.</summary>
    private const int MaxAnswerBytes = 64 * 1024;

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
            if (router.Find(request.Model) is not { } route)
            {
                return new UpstreamFailure(GatewayError.NotFound($"model: {request.Model}"), null);
            }

            if (!record.Caller!.AllowsModel(request.Model))
            {
                return new UpstreamFailure(GatewayError.Permission($"This key may not use the model '{request.Model}'. GET /v1/models lists those it may use."), null);
            }

            Target target = route.Targets[0];
            return target.Provider.Kind == ProviderKind.Anthropic
                ? await AskAsync(http, request, target, aborted)
                : await CountAsync(http, request, target, aborted);
        }, cancellationToken);

    /// <summary>Anthropic's servers count themselves; what they answer, a refusal included, is passed on.</summary>
    private async Task<UpstreamFailure?> AskAsync(HttpContext http, MessagesRequest request, Target target, CancellationToken aborted)
    {
        MessagesClientRequest native = new(request);
        using UpstreamCall? call = native.PrepareNative(target, CallContexts.Create(http, target, memory, time), UpstreamEndpoint.CountTokens, out GatewayError? error);
        if (call is null)
        {
            return new UpstreamFailure(error!, null);
        }

        using Activity? span = GatewayTelemetry.Stage(GenAiNames.CountTokens, ActivityKind.Client);
        try
        {
            using HttpResponseMessage response = await upstreams.SendAsync(call.Request, aborted);
            if (!response.IsSuccessStatusCode)
            {
                return await UpstreamResponses.ReadErrorAsync(response, call, time, aborted);
            }

            using PooledBuffer answer = new();
            await using Stream body = await response.Content.ReadAsStreamAsync(aborted);
            if (!await UpstreamBody.TryReadAsync(body, answer, MaxAnswerBytes, aborted) || call.Request.Redactor.ErrorObject(answer.Span) is not { } count)
            {
                return new UpstreamFailure(GatewayError.BadGateway("The upstream answered with something that is no count of tokens."), null);
            }

            foreach ((string name, string value) in new UpstreamHeaders(response, call.Request.Redactor).ForClient(call, time.GetUtcNow()))
            {
                http.Response.Headers[name] = value;
            }

            http.Response.ContentType = "application/json";
            await http.Response.Body.WriteAsync(count, aborted);
            return null;
        }
        catch (HttpRequestException)
        {
            return new UpstreamFailure(GatewayError.Overloaded("The upstream could not be reached. Please try again."), null);
        }
    }

    private async Task<UpstreamFailure?> CountAsync(HttpContext http, MessagesRequest request, Target target, CancellationToken aborted)
    {
        CallContext context = CallContexts.Create(http, target, memory, time);
        using UpstreamCall? call = MessagesClientRequest.PrepareChat(request, target, context, out GatewayError? error);
        if (call is null)
        {
            return new UpstreamFailure(error!, null);
        }

        http.Response.Headers["x-gateway-token-count"] = "estimate";
        await WriteAsync(http.Response, TokenEstimator.Count(call.Request.Body, target.UpstreamModel), aborted);
        return null;
    }

    private static async Task WriteAsync(HttpResponse response, long tokens, CancellationToken aborted)
    {
        ArrayBufferWriter<byte> body = new(64);
        using (Utf8JsonWriter json = new(body, JsonFormat.WriterOptions))
        {
            json.WriteStartObject();
            json.WriteNumber("input_tokens"u8, tokens);
            json.WriteEndObject();
        }

        response.ContentType = "application/json";
        response.ContentLength = body.WrittenCount;
        await response.Body.WriteAsync(body.WrittenMemory, aborted);
    }
}
