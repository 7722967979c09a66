using System.Security.Cryptography;
using System.Text;
using Gateway.Routing;
using Gateway.Translation;
using Gateway.Translation.Errors;
using Gateway.Translation.Hub;
using Gateway.Translation.Json;
using Gateway.Translation.MessagesToChat;
using Gateway.Translation.MessagesToResponses;
using Gateway.Translation.Tokens;
using Gateway.Upstreams;

namespace Gateway.Completions;

/// <summary>The call of a Responses server, for clients of other forms.</summary>
internal static class ResponsesCall
{
    /// <summary>These servers fill their prompt caches on their own: a request to warm one up needs no call.</summary>
    private static readonly byte[] s_nothingGenerated =
        """{"object":"response","status":"incomplete","incomplete_details":{"reason":"max_output_tokens"},"output":[],"usage":{"input_tokens":0,"output_tokens":0}}"""u8.ToArray();

    /// <param name="request">In the words of Messages.</param>
    /// <param name="target">Where it goes.</param>
    /// <param name="context">What else is needed.</param>
    /// <param name="client">The form of the answer.</param>
    /// <param name="complete">Adds what the client's form wants to know of its request.</param>
    /// <param name="error">Why it cannot be said there.</param>
    /// <param name="report">Of what was done on the way here; null for nothing.</param>
    public static UpstreamCall? Create(MessagesRequest request, Target target, CallContext context, ApiForm client, Func<AnswerContext, AnswerContext> complete, out GatewayError? error, TranslationReport? report = null)
    {
        report ??= new TranslationReport();
        ChatUpstream upstream = new(request.Model, target.Provider.Name, target.UpstreamModel, context.ProfileOf(target))
        {
            RejectedParameters = context.Lessons.Without,
            SessionId = context.SessionId,
            Foreign = context.Foreign,
            IsOpenAi = UpstreamApis.IsOpenAi(target.Provider),
            SignatureOrigin = OriginOf(target, context),
        };
        PooledBuffer body = new(request.Body.Length + 1024);
        error = ResponsesRequestWriter.TryWrite(request, upstream, report, body, out AnswerContext? answer);
        if (answer is null)
        {
            body.Dispose();
            return null;
        }

        answer = complete(answer with
        {
            Id = context.MessageId,
            EstimatedInput = TokenEstimator.Quick(body.Span),
            Output = request.Output,
            UpstreamModel = target.UpstreamModel,
            CountedInput = new Lazy<long>(() => TokenEstimator.Count(body.Memory, target.UpstreamModel)),
            ContextWindow = target.ContextWindow,
            Redactor = context.Redactor,
        });
        UpstreamRequest call = new(target, UpstreamEndpoint.Responses, body.Memory, request.Stream && upstream.Accepts("stream"))
        {
            ClientCredential = context.ClientCredential,
            Redactor = context.Redactor,
            LocalAnswer = request.IsCacheWarmUp ? s_nothingGenerated : null,
        };
        return new UpstreamCall(call, body, report, () => Answers.Translate(ApiForm.Responses, client, answer))
        {
            Size = answer.Size,
            Wrote = new WrittenParameters(body.Memory),
        };
    }

    /// <summary>Encrypted reasoning is read by the account that it was made for, whatever the model: the address and the key say which one.</summary>
    private static string OriginOf(Target target, CallContext context)
    {
        string account = $"{target.Provider.BaseUrl}\n{context.ClientCredential ?? target.Provider.ApiKey ?? target.Provider.TokenScope}";
        return "responses:" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(account)))[..16];
    }
}
