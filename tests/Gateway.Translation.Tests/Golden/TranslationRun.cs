using Gateway.Translation.Errors;
using Gateway.Translation.Hub;
using Gateway.Translation.Json;
using Gateway.Translation.MessagesToChat;

namespace Gateway.Translation.Tests.Golden;

/// <summary>One run through the translator, as the pipeline drives it: the request there, the answer back.</summary>
internal sealed record TranslationRun(GatewayError? Error, byte[] Bytes, AnswerContext? Context, bool Completed = false)
{
    /// <summary>What the request's translation dropped or changed.</summary>
    public TranslationReport Report { get; private init; } = new();

    /// <summary>Translates a request; the bytes are the upstream's.</summary>
    public static TranslationRun Request(byte[] body, ChatUpstream target)
    {
        using MessagesRequest? request = MessagesRequest.TryParse(body, counting: false, out GatewayError? error);
        if (request is null)
        {
            return new TranslationRun(error, [], null);
        }

        TranslationReport report = new();
        using PooledBuffer output = new();
        error = ChatRequestWriter.TryWrite(request, target, report, output, out AnswerContext? context);
        return new TranslationRun(error, output.Span.ToArray(), context is null ? null : context with { Id = GoldenExchange.MessageId, EstimatedInput = GoldenExchange.EstimatedInput }) { Report = report };
    }

    /// <summary>Translates an answer that comes as a stream, cut where <paramref name="cuts"/> says.</summary>
    public static TranslationRun Stream(AnswerContext context, bool streaming, ReadOnlySpan<byte> upstream, IEnumerable<int> cuts, bool clean)
    {
        using AnswerTranslator translator = Answers.Translate(ApiForm.Chat, ApiForm.Messages, context with { Streaming = streaming });
        int start = 0;
        foreach (int cut in cuts)
        {
            if (translator.Completed || translator.Error is not null)
            {
                break;
            }

            translator.Read(upstream[start..cut]);
            start = cut;
        }

        translator.Read(upstream[start..]);
        translator.End(clean);
        return new TranslationRun(translator.Error, translator.Output.Span.ToArray(), context, translator.Completed);
    }

    /// <summary>Translates an answer that comes as one body.</summary>
    public static TranslationRun Whole(AnswerContext context, bool streaming, ReadOnlySpan<byte> upstream)
    {
        using AnswerTranslator translator = Answers.Translate(ApiForm.Chat, ApiForm.Messages, context with { Streaming = streaming });
        translator.Read(upstream);
        translator.End(clean: true);
        return new TranslationRun(translator.Error, translator.Output.Span.ToArray(), context, translator.Completed);
    }
}
