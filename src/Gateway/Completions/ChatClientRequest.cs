using System.Diagnostics;
using Gateway.Diagnostics;
using Gateway.Routing;
using Gateway.Translation;
using Gateway.Translation.ChatToMessages;
using Gateway.Translation.Errors;
using Gateway.Translation.Hub;
using Gateway.Translation.Json;
using Gateway.Translation.SameForm;
using Gateway.Translation.Tokens;
using Gateway.Upstreams;

namespace Gateway.Completions;

/// <summary>A request to <c>/v1/chat/completions</c>: passed on to chat servers, translated for Anthropic's.</summary>
internal sealed class ChatClientRequest(ChatRequest request, ReadOnlyMemory<byte> original) : IClientRequest
{
    public ReadOnlyMemory<byte> Body => original;

    public string Model => request.Model;

    public bool Stream => request.Stream;

    public long EstimatedInput => request.EstimatedInput;

    public string? Session => request.Session;

    public OutputLimits Output => request.MayRaiseOutput ? request.Output with { MaxTokens = null } : request.Output;

    public bool MaySearch => request.MaySearch;

    public static ChatClientRequest? TryParse(ReadOnlyMemory<byte> body, out GatewayError? error) =>
        ChatRequest.TryParse(body, out ChatRequest? request, out error) ? new ChatClientRequest(request, request.Source) : null;

    public ConversationHead ReadHead() => request.ReadHead();

    public UpstreamCall? ToUpstream(Target target, CallContext context, out GatewayError? error)
    {
        using Activity? span = GatewayTelemetry.Stage(GenAiNames.Translate);
        return target.Provider.Kind == ProviderKind.Anthropic
            ? ToMessages(target, context, out error)
            : context.UsesResponses(target, request.HasTools)
            ? ToResponses(target, context, out error)
            : ToSameForm(target, context, out error);
    }

    public void Dispose() => request.Dispose();

    /// <summary>By way of the hub: a request of Chat becomes one of Messages, and that one of Responses.</summary>
    private UpstreamCall? ToResponses(Target target, CallContext context, out GatewayError? error)
    {
        TranslationReport report = new();
        using ChatInHub? hub = ChatInHub.TryRead(request, report, out error);
        return hub is null ? null : ResponsesCall.Create(hub.Request, target, context, ApiForm.Chat, answer => request.AsChat(answer, "chatcmpl-" + context.MessageId["msg_".Length..], context.CreatedUnixSeconds), out error, report);
    }

    private UpstreamCall? ToMessages(Target target, CallContext context, out GatewayError? error) => ClaudeCall.Create(
        this,
        target,
        context,
        ApiForm.Chat,
        (relay, report, body) => MessagesRequestWriter.Write(request, target.UpstreamModel, relay.Profile, report, body, relay.Accepts("cache_control")),
        () => request.AnswerContextFor(target.UpstreamModel, target.Profile, "chatcmpl-" + context.MessageId["msg_".Length..], context.CreatedUnixSeconds),
        out error);

    private UpstreamCall? ToSameForm(Target target, CallContext context, out GatewayError? error)
    {
        PooledBuffer body = new(original.Length + 256);
        TranslationReport report = new();
        RelayTarget relay = context.RelayTo(target);
        error = SameFormRequest.WriteChat(original.Span, relay, report, body, out UsageWish usage);
        if (error is not null)
        {
            body.Dispose();
            return null;
        }

        UpstreamRequest upstream = new(target, UpstreamEndpoint.ChatCompletions, body.Memory, Stream && relay.Accepts("stream"))
        {
            ClientCredential = context.ClientCredential,
            Redactor = context.Redactor,
        };
        AnswerContext answer = new()
        {
            Model = Model,
            RequestId = context.RequestId,
            Redactor = context.Redactor,
            Streaming = Stream,
            Profile = target.Profile,
            Report = report,
            SwallowUsage = usage != UsageWish.Clients,
            EstimatedInput = TokenEstimator.Quick(body.Span),
            Output = Output,
            UpstreamModel = target.UpstreamModel,
            CountedInput = new Lazy<long>(() => TokenEstimator.Count(body.Memory, target.UpstreamModel)),
            ContextWindow = target.ContextWindow,
        };
        return new UpstreamCall(upstream, body, report, () => Answers.Translate(ApiForm.Chat, ApiForm.Chat, answer))
        {
            SameForm = true,
            Size = answer.Size,
            Wrote = new WrittenParameters(body.Memory),
        };
    }
}
