using System.Diagnostics;
using Gateway.Diagnostics;
using Gateway.Routing;
using Gateway.Translation;
using Gateway.Translation.Errors;
using Gateway.Translation.Hub;
using Gateway.Translation.Json;
using Gateway.Translation.MessagesToChat;
using Gateway.Translation.ResponsesToMessages;
using Gateway.Translation.SameForm;
using Gateway.Translation.Tokens;
using Gateway.Upstreams;

namespace Gateway.Completions;

/// <summary>A request to <c>/v1/responses</c>: passed on to servers of that API, said to all others by way of the hub.</summary>
internal sealed class ResponsesClientRequest(ResponsesRequest request) : IClientRequest
{
    public ReadOnlyMemory<byte> Body => request.Source;

    public string Model => request.Model;

    public bool Stream => request.Stream;

    public long EstimatedInput => request.EstimatedInput;

    public string? Session => request.Session;

    public OutputLimits Output => request.Output;

    public bool MaySearch => request.MaySearch;

    public static ResponsesClientRequest? TryParse(ReadOnlyMemory<byte> body, out GatewayError? error) =>
        ResponsesRequest.TryParse(body, out ResponsesRequest? request, out error) ? new ResponsesClientRequest(request) : null;

    public ConversationHead ReadHead() => request.ReadHead();

    public UpstreamCall? ToUpstream(Target target, CallContext context, out GatewayError? error)
    {
        using Activity? span = GatewayTelemetry.Stage(GenAiNames.Translate);
        return target.Provider.Kind == ProviderKind.Anthropic
            ? ToMessages(target, context, out error)
            : context.UsesResponses(target, request.HasTools, isAsked: true) && context.RelayTo(target) is var relay && request.PassesTo(relay)
            ? ToSameForm(target, context, relay, out error)
            : ThroughMessages(target, context, out error);
    }

    public void Dispose() => request.Dispose();

    private UpstreamCall? ToMessages(Target target, CallContext context, out GatewayError? error) => ClaudeCall.Create(
        this,
        target,
        context,
        ApiForm.Responses,
        (relay, report, body) => ResponsesHub.WriteMessages(request, target.UpstreamModel, relay.Profile, report, body, relay.Accepts("cache_control")),
        () => ForClient(context, request.ClaudeContext(target.UpstreamModel, target.Profile)),
        out error);

    /// <summary>What servers of the other forms are told is written from Messages.</summary>
    private UpstreamCall? ThroughMessages(Target target, CallContext context, out GatewayError? error)
    {
        PooledBuffer hub = new(request.Source.Length + 1024);
        TranslationReport report = new();
        using MessagesRequest? messages = ResponsesHub.ToMessages(request, report, hub, out error);
        UpstreamCall? call = messages is null ? null : MessagesClientRequest.ToOpenAi(messages, target, context, ApiForm.Responses, answer => ForClient(context, answer), report, out error);
        hub.Dispose();
        call?.Report.Changed($"api:responses->messages->{(call.Request.Endpoint == UpstreamEndpoint.Responses ? "responses" : "chat")}");
        error = ResponsesHub.InClientsWords(error);
        return call;
    }

    /// <summary>The client's bytes, almost.</summary>
    private UpstreamCall? ToSameForm(Target target, CallContext context, RelayTarget relay, out GatewayError? error)
    {
        PooledBuffer body = new(request.Source.Length + 256);
        TranslationReport report = new();
        error = SameFormRequest.WriteResponses(request.Source.Span, relay, report, body);
        if (error is not null)
        {
            body.Dispose();
            return null;
        }

        UpstreamRequest upstream = new(target, UpstreamEndpoint.Responses, body.Memory, Stream && relay.Accepts("stream"))
        {
            ClientCredential = context.ClientCredential,
            Redactor = context.Redactor,
        };
        AnswerContext answer = ForClient(context, new AnswerContext
        {
            Model = Model,
            RequestId = context.RequestId,
            Redactor = context.Redactor,
            Profile = target.Profile,
            Report = report,
            EstimatedInput = TokenEstimator.Quick(body.Span),
            Output = Output,
            UpstreamModel = target.UpstreamModel,
            CountedInput = new Lazy<long>(() => TokenEstimator.Count(body.Memory, target.UpstreamModel)),
            ContextWindow = target.ContextWindow,
        });
        return new UpstreamCall(upstream, body, report, () => Answers.Relay(ApiForm.Responses, answer))
        {
            SameForm = true,
            Size = answer.Size,
            Wrote = new WrittenParameters(body.Memory),
        };
    }

    private AnswerContext ForClient(CallContext context, AnswerContext answer) =>
        request.AnswerContextFor(answer, "resp_" + context.MessageId["msg_".Length..], context.CreatedUnixSeconds);
}
