using System.Buffers;
using Gateway.Translation.Errors;
using Gateway.Translation.Hub;
using Gateway.Translation.Json;
using Gateway.Translation.MessagesToChat;
using Gateway.Translation.MessagesToResponses;
using Gateway.Translation.Profiles;
using Gateway.Translation.ResponsesToMessages;

namespace Gateway.Translation.Tests.Golden;

/// <summary>What the translation makes of a request of a client of Responses, as the pipeline drives it.</summary>
internal static class ResponsesExchange
{
    public static GoldenExchange Of(GoldenCase golden, byte[] body)
    {
        if (!ResponsesRequest.TryParse(body, out ResponsesRequest? request, out GatewayError? error))
        {
            return GoldenExchange.Refused(error);
        }

        using (request)
        {
            return golden.Set.Upstream == ApiForm.Messages ? ToMessages(golden, request) : ThroughMessages(golden, request);
        }
    }

    private static GoldenExchange ToMessages(GoldenCase golden, ResponsesRequest request)
    {
        ArrayBufferWriter<byte> upstream = new();
        TranslationReport report = new();
        Profile profile = GoldenTarget.ProfileOf(golden);
        GatewayError? error = ResponsesHub.WriteMessages(request, golden.UpstreamModel, profile, report, upstream, !golden.Rejected.Contains("cache_control"));
        return error is null ? Sent(golden, request, upstream.WrittenSpan.ToArray(), report, request.ClaudeContext(golden.UpstreamModel, profile)) : GoldenExchange.Refused(error);
    }

    private static GoldenExchange ThroughMessages(GoldenCase golden, ResponsesRequest request)
    {
        TranslationReport report = new();
        using PooledBuffer hub = new();
        using MessagesRequest? messages = ResponsesHub.ToMessages(request, report, hub, out GatewayError? error);
        if (messages is null)
        {
            return GoldenExchange.Refused(ResponsesHub.InClientsWords(error));
        }

        ArrayBufferWriter<byte> upstream = new();
        AnswerContext? context;
        error = golden.Set.Upstream == ApiForm.Chat
            ? ChatRequestWriter.TryWrite(messages, GoldenTarget.Of(golden), report, upstream, out context)
            : ResponsesRequestWriter.TryWrite(messages, GoldenTarget.Of(golden), report, upstream, out context);
        return context is null ? GoldenExchange.Refused(ResponsesHub.InClientsWords(error)) : Sent(golden, request, upstream.WrittenSpan.ToArray(), report, context);
    }

    private static GoldenExchange Sent(GoldenCase golden, ResponsesRequest request, byte[] upstream, TranslationReport report, AnswerContext answer)
    {
        AnswerContext context = request.AnswerContextFor(answer with { Report = report, EstimatedInput = GoldenExchange.EstimatedInput }, GoldenExchange.ResponseId, GoldenExchange.Created);
        return new GoldenExchange(null, upstream, report) { NewTranslator = () => Answers.Translate(golden.Set.Upstream, ApiForm.Responses, context) };
    }
}
