using System.Buffers;
using System.Text.Json;
using Gateway.Translation.ChatToMessages;
using Gateway.Translation.Errors;
using Gateway.Translation.Hub;
using Gateway.Translation.MessagesToChat;
using Gateway.Translation.MessagesToResponses;
using Gateway.Translation.Profiles;
using Gateway.Translation.ResponsesToMessages;
using Gateway.Translation.SameForm;

namespace Gateway.Translation.Tests.Golden;

/// <summary>What the translation makes of a case's request, and who translates the answer: as the pipeline drives it.</summary>
internal sealed record GoldenExchange(GatewayError? Refusal, byte[] Upstream, TranslationReport Report)
{
    public const string MessageId = "msg_golden";
    public const string RequestId = "req_golden";
    public const string ResponseId = "resp_golden";
    public const string CompletionId = "chatcmpl-fallback";
    public const long Created = 1700000000;
    public const long EstimatedInput = 7;

    /// <summary>A translator for one answer. A request that was refused has none.</summary>
    public Func<AnswerTranslator> NewTranslator { get; init; } = () => throw new InvalidOperationException("the request was refused");

    public static GoldenExchange Of(GoldenCase golden) => Of(golden, golden.ClientRequest);

    /// <summary>Another body on the case's way.</summary>
    public static GoldenExchange Of(GoldenCase golden, byte[] body) => (golden.Set.Client, golden.Set.Upstream) switch
    {
        (ApiForm.Responses, ApiForm.Responses) => ResponsesToResponses(golden, body),
        (ApiForm.Responses, _) => ResponsesExchange.Of(golden, body),
        (ApiForm.Messages, ApiForm.Chat) => MessagesToChat(golden, body),
        (ApiForm.Messages, ApiForm.Responses) => MessagesToResponses(golden, body),
        (ApiForm.Chat, ApiForm.Responses) => ChatToResponses(golden, body),
        (ApiForm.Chat, ApiForm.Messages) => ChatToMessages(golden, body),
        (ApiForm.Messages, _) => MessagesToMessages(golden, body),
        _ => ChatToChat(golden, body),
    };

    /// <summary>What was written of a request that was refused goes nowhere.</summary>
    public static GoldenExchange Refused(GatewayError? error) => new(error, [], new TranslationReport());

    private static GoldenExchange MessagesToChat(GoldenCase golden, byte[] body)
    {
        TranslationRun run = TranslationRun.Request(body, GoldenTarget.Of(golden));
        return run.Context is { } context
            ? new GoldenExchange(null, run.Bytes, run.Report) { NewTranslator = () => Answers.Translate(ApiForm.Chat, ApiForm.Messages, context with { Streaming = golden.Streaming }) }
            : Refused(run.Error);
    }

    private static GoldenExchange MessagesToResponses(GoldenCase golden, byte[] body)
    {
        using MessagesRequest? request = MessagesRequest.TryParse(body, counting: false, out GatewayError? error);
        return request is null ? Refused(error) : ToResponses(golden, request, new TranslationReport(), context => context with { Id = MessageId });
    }

    private static GoldenExchange ChatToResponses(GoldenCase golden, byte[] body)
    {
        if (!ChatRequest.TryParse(body, out ChatRequest? request, out GatewayError? error))
        {
            return Refused(error);
        }

        using (request)
        {
            TranslationReport report = new();
            using ChatInHub? hub = ChatInHub.TryRead(request, report, out error);
            return hub is null ? Refused(error) : ToResponses(golden, hub.Request, report, context => request.AsChat(context, CompletionId, Created));
        }
    }

    private static GoldenExchange ToResponses(GoldenCase golden, MessagesRequest request, TranslationReport report, Func<AnswerContext, AnswerContext> complete)
    {
        ArrayBufferWriter<byte> upstream = new();
        GatewayError? error = ResponsesRequestWriter.TryWrite(request, GoldenTarget.Of(golden), report, upstream, out AnswerContext? context);
        if (context is null)
        {
            return Refused(error);
        }

        context = complete(context with { EstimatedInput = EstimatedInput });
        return Written(error, upstream, report) with { NewTranslator = () => Answers.Translate(ApiForm.Responses, golden.Set.Client, context) };
    }

    private static GoldenExchange ChatToMessages(GoldenCase golden, byte[] body)
    {
        if (!ChatRequest.TryParse(body, out ChatRequest? request, out GatewayError? error))
        {
            return Refused(error);
        }

        using (request)
        {
            ArrayBufferWriter<byte> upstream = new();
            TranslationReport report = new();
            Profile profile = GoldenTarget.ProfileOf(golden);
            error = MessagesRequestWriter.Write(request, golden.UpstreamModel, profile, report, upstream);
            AnswerContext context = request.AnswerContextFor(golden.UpstreamModel, profile, CompletionId, Created) with { Report = report };
            return Written(error, upstream, report) with { NewTranslator = () => Answers.Translate(ApiForm.Messages, ApiForm.Chat, context) };
        }
    }

    private static GoldenExchange MessagesToMessages(GoldenCase golden, byte[] body)
    {
        ArrayBufferWriter<byte> upstream = new();
        TranslationReport report = new();
        GatewayError? error = SameFormRequest.WriteMessages(body, GoldenTarget.RelayOf(golden), report, upstream);
        return Written(error, upstream, report) with { NewTranslator = () => Answers.Translate(ApiForm.Messages, ApiForm.Messages, Relayed(golden, report)) };
    }

    private static GoldenExchange ChatToChat(GoldenCase golden, byte[] body)
    {
        ArrayBufferWriter<byte> upstream = new();
        TranslationReport report = new();
        GatewayError? error = SameFormRequest.WriteChat(body, GoldenTarget.RelayOf(golden), report, upstream, out UsageWish usage);
        return Written(error, upstream, report) with { NewTranslator = () => Answers.Translate(ApiForm.Chat, ApiForm.Chat, Relayed(golden, report) with { SwallowUsage = usage != UsageWish.Clients }) };
    }

    private static GoldenExchange ResponsesToResponses(GoldenCase golden, byte[] body)
    {
        if (!ResponsesRequest.TryParse(body, out ResponsesRequest? request, out GatewayError? error))
        {
            return new GoldenExchange(error, [], new TranslationReport());
        }

        using (request)
        {
            Assert.True(request.PassesTo(GoldenTarget.RelayOf(golden)));
            ArrayBufferWriter<byte> upstream = new();
            TranslationReport report = new();
            error = SameFormRequest.WriteResponses(body, GoldenTarget.RelayOf(golden), report, upstream);
            if (error is not null)
            {
                return new GoldenExchange(error, upstream.WrittenSpan.ToArray(), new TranslationReport());
            }

            AnswerContext context = request.AnswerContextFor(Relayed(golden, report), "resp_golden", Created);
            return Written(null, upstream, report) with { NewTranslator = () => Answers.Relay(ApiForm.Responses, context) };
        }
    }

    private static GoldenExchange Written(GatewayError? error, ArrayBufferWriter<byte> upstream, TranslationReport report) =>
        new(error, upstream.WrittenSpan.ToArray(), report);

    private static AnswerContext Relayed(GoldenCase golden, TranslationReport report) => new()
    {
        Report = report,
        Id = MessageId,
        Model = JsonElement.Parse(golden.ClientRequest).GetProperty("model").GetString()!,
        RequestId = RequestId,
        Streaming = golden.Streaming,
        Profile = GoldenTarget.ProfileOf(golden),
        EstimatedInput = EstimatedInput,
    };
}
