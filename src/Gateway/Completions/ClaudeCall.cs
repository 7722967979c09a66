using Gateway.Routing;
using Gateway.Translation;
using Gateway.Translation.Errors;
using Gateway.Translation.Hub;
using Gateway.Translation.Json;
using Gateway.Translation.SameForm;
using Gateway.Translation.Tokens;
using Gateway.Upstreams;

namespace Gateway.Completions;

/// <summary>The call of an Anthropic server for a client of another API: the body as Claude takes it, then fitted to this server and to what it has taught.</summary>
internal static class ClaudeCall
{
    /// <summary>Writes the body as Claude takes it, or returns why there is none.</summary>
    public delegate GatewayError? Writer(RelayTarget relay, TranslationReport report, PooledBuffer body);

    /// <param name="request">The client's.</param>
    /// <param name="target">Where to.</param>
    /// <param name="context">Of the call.</param>
    /// <param name="client">The form in which the client wants its answer.</param>
    /// <param name="write">Writes the body.</param>
    /// <param name="answerFor">What the answer must remember of the request.</param>
    /// <param name="error">Why it cannot be said there.</param>
    public static UpstreamCall? Create(IClientRequest request, Target target, CallContext context, ApiForm client, Writer write, Func<AnswerContext> answerFor, out GatewayError? error)
    {
        PooledBuffer body = new(request.Body.Length + 1024);
        TranslationReport report = new();
        RelayTarget relay = context.RelayTo(target);
        error = write(relay, report, body);
        if (error is null && (relay.RejectedParameters.Count > 0 || !relay.Profile.AnthropicFields || relay.Foreign != ForeignSignatures.None || relay.StripFields.Count > 0))
        {
            (PooledBuffer written, body) = (body, new PooledBuffer(body.Length + 256));
            error = SameFormRequest.WriteMessages(written.Span, relay, report, body);
            written.Dispose();
        }

        if (error is not null)
        {
            body.Dispose();
            return null;
        }

        UpstreamRequest upstream = new(target, UpstreamEndpoint.Messages, body.Memory, request.Stream && relay.Accepts("stream"))
        {
            Headers = context.HeadersFor(target, report),
            ClientCredential = context.ClientCredential,
            Redactor = context.Redactor,
        };
        AnswerContext answer = answerFor() with
        {
            EstimatedInput = TokenEstimator.Quick(body.Span),
            CountedInput = new Lazy<long>(() => TokenEstimator.Count(body.Memory, target.UpstreamModel)),
            Output = request.Output,
            UpstreamModel = target.UpstreamModel,
            Redactor = context.Redactor,
            Report = report,
        };
        return new UpstreamCall(upstream, body, report, () => Answers.Translate(ApiForm.Messages, client, answer)) { Wrote = new WrittenParameters(body.Memory) };
    }
}
