using System.Diagnostics;
using Gateway.Diagnostics;
using Gateway.Routing;
using Gateway.Translation;
using Gateway.Translation.Errors;
using Gateway.Translation.Hub;
using Gateway.Translation.Json;
using Gateway.Translation.MessagesToChat;
using Gateway.Translation.SameForm;
using Gateway.Translation.Tokens;
using Gateway.Upstreams;

namespace Gateway.Completions;

/// <summary>A request to <c>/v1/messages</c>: translated for chat servers, passed on to Anthropic's.</summary>
internal sealed class MessagesClientRequest(MessagesRequest request) : IClientRequest
{
    /// <summary>Chat servers fill their prompt caches on their own: a request to warm one up needs no call.</summary>
    private static readonly byte[] s_nothingGenerated =
        """{"choices":[{"index":0,"message":{"role":"assistant","content":""},"finish_reason":"length"}],"usage":{"prompt_tokens":0,"completion_tokens":0}}"""u8.ToArray();

    public ReadOnlyMemory<byte> Body => request.Body;

    public string Model => request.Model;

    public bool Stream => request.Stream;

    public long EstimatedInput => request.EstimatedInput;

    public string? Session => request.Session;

    public OutputLimits Output => request.Output;

    public bool MaySearch => request.MaySearch;

    public static MessagesClientRequest? TryParse(ReadOnlyMemory<byte> body, out GatewayError? error)
    {
        MessagesRequest? request = MessagesRequest.TryParse(body, counting: false, out error);
        if (request is null)
        {
            return null;
        }

        if (request.HasThread)
        {
            // Ignoring it would lose the conversation: later turns send nothing but the newest message.
            error = GatewayError.InvalidRequest("thread: message threads need a server that keeps conversations; send the whole conversation in messages") with
            {
                Code = "thread_unsupported_request",
                ShouldRetry = false,
            };
            request.Dispose();
            return null;
        }

        return new MessagesClientRequest(request);
    }

    public ConversationHead ReadHead() => request.ReadHead();

    public UpstreamCall? ToUpstream(Target target, CallContext context, out GatewayError? error)
    {
        using Activity? span = GatewayTelemetry.Stage(GenAiNames.Translate);
        return target.Provider.Kind == ProviderKind.Anthropic
            ? ToSameForm(target, context, UpstreamEndpoint.Messages, out error)
            : ToOpenAi(request, target, context, out error);
    }

    /// <summary>The call of a server of OpenAI's form over the API that is its best, also used to count tokens.</summary>
    public static UpstreamCall? ToOpenAi(MessagesRequest request, Target target, CallContext context, out GatewayError? error) =>
        ToOpenAi(request, target, context, ApiForm.Messages, answer => answer, new TranslationReport(), out error);

    /// <summary>The same for a request that another API's client made, and that became one of Messages.</summary>
    /// <param name="request">May be gone when the answer comes.</param>
    /// <param name="target">Where to.</param>
    /// <param name="context">Of the call.</param>
    /// <param name="client">The form in which the client wants its answer.</param>
    /// <param name="forClient">Puts into the answer's context what that form needs.</param>
    /// <param name="report">What the way to Messages dropped, changed or repaired.</param>
    /// <param name="error">Why it cannot be said there.</param>
    public static UpstreamCall? ToOpenAi(
        MessagesRequest request, Target target, CallContext context, ApiForm client, Func<AnswerContext, AnswerContext> forClient, TranslationReport report, out GatewayError? error) =>
        target.Provider.Kind != ProviderKind.Anthropic && context.UsesResponses(target, request.HasTools)
            ? ResponsesCall.Create(request, target, context, client, forClient, out error, report)
            : ToChat(request, target, context, client, forClient, report, out error);

    private static UpstreamCall? ToChat(
        MessagesRequest request, Target target, CallContext context, ApiForm client, Func<AnswerContext, AnswerContext> forClient, TranslationReport report, out GatewayError? error)
    {
        ChatUpstream chat = new(request.Model, target.Provider.Name, target.UpstreamModel, context.ProfileOf(target))
        {
            RejectedParameters = context.Lessons.Without,
            SessionId = context.SessionId,
            Foreign = context.Foreign,
        };
        PooledBuffer body = new(request.Body.Length + 1024);
        error = ChatRequestWriter.TryWrite(request, chat, report, body, out AnswerContext? answer);
        if (answer is null)
        {
            body.Dispose();
            return null;
        }

        answer = answer with
        {
            Id = context.MessageId,
            EstimatedInput = TokenEstimator.Quick(body.Span),
            Output = request.Output,
            UpstreamModel = target.UpstreamModel,
            CountedInput = new Lazy<long>(() => TokenEstimator.Count(body.Memory, target.UpstreamModel)),
            ContextWindow = target.ContextWindow,
            Redactor = context.Redactor,
        };
        UpstreamRequest upstream = new(target, UpstreamEndpoint.ChatCompletions, body.Memory, request.Stream && chat.Accepts("stream"))
        {
            ClientCredential = context.ClientCredential,
            Redactor = context.Redactor,
            LocalAnswer = request.IsCacheWarmUp ? s_nothingGenerated : null,
        };
        return new UpstreamCall(upstream, body, report, () => Answers.Translate(ApiForm.Chat, client, forClient(answer)))
        {
            Size = answer.Size,
            Wrote = new WrittenParameters(body.Memory),
        };
    }

    /// <summary>The call of an Anthropic server: the client's bytes, almost.</summary>
    public UpstreamCall? ToSameForm(Target target, CallContext context, UpstreamEndpoint endpoint, out GatewayError? error)
    {
        PooledBuffer body = new(request.Body.Length + 256);
        TranslationReport report = new();
        RelayTarget relay = context.RelayTo(target);
        error = SameFormRequest.WriteMessages(request.Body.Span, relay, report, body);
        if (error is not null)
        {
            body.Dispose();
            return null;
        }

        UpstreamRequest upstream = new(target, endpoint, body.Memory, Stream && endpoint == UpstreamEndpoint.Messages && relay.Accepts("stream"))
        {
            Headers = context.HeadersFor(target, report),
            Query = target.Profile.AnthropicFields ? context.Query : "",
            ClientCredential = context.ClientCredential,
            Redactor = context.Redactor,
        };
        AnswerContext answer = new()
        {
            Model = Model,
            Id = context.MessageId,
            RequestId = context.RequestId,
            Redactor = context.Redactor,
            Streaming = Stream,
            Profile = target.Profile,
            Report = report,
            EstimatedInput = TokenEstimator.Quick(body.Span),
            CountedInput = new Lazy<long>(() => TokenEstimator.Count(body.Memory, target.UpstreamModel)),
            Output = Output,
            UpstreamModel = target.UpstreamModel,
        };
        return new UpstreamCall(upstream, body, report, () => Answers.Translate(ApiForm.Messages, ApiForm.Messages, answer))
        {
            SameForm = true,
            Wrote = new WrittenParameters(body.Memory),
        };
    }

    public void Dispose() => request.Dispose();
}
