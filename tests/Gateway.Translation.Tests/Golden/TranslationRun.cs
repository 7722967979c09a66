using Gateway.Translation.Anthropic;
using Gateway.Translation.Errors;
using Gateway.Translation.Json;

namespace Gateway.Translation.Tests.Golden;

/// <summary>One run through the translator, as the pipeline drives it: the request there, the answer back.</summary>
internal sealed record TranslationRun(GatewayError? Error, byte[] Bytes, ChatExchange? Exchange, bool Completed = false)
{
    /// <summary>Translates a request; the bytes are the upstream's.</summary>
    public static TranslationRun Request(byte[] body, ChatTarget target)
    {
        using MessagesRequest? request = MessagesRequest.TryParse(body, counting: false, out GatewayError? error);
        if (request is null)
        {
            return new TranslationRun(error, [], null);
        }

        using PooledBuffer output = new();
        error = ChatRequestWriter.TryWrite(request, target, output, out ChatExchange? exchange);
        return new TranslationRun(error, output.Span.ToArray(), exchange is null ? null : exchange with { EstimatedInputTokens = GoldenExchange.EstimatedInput });
    }

    /// <summary>Translates an answer that comes as a stream, cut where <paramref name="cuts"/> says.</summary>
    public static TranslationRun Stream(ChatExchange exchange, bool streaming, ReadOnlySpan<byte> upstream, IEnumerable<int> cuts, bool clean)
    {
        using ChatAnswerTranslator translator = new(exchange, GoldenExchange.MessageId, streaming);
        using PooledBuffer client = new();
        int start = 0;
        foreach (int cut in cuts)
        {
            if (translator.Completed || translator.Error is not null)
            {
                break;
            }

            translator.Read(upstream[start..cut], client);
            start = cut;
        }

        translator.Read(upstream[start..], client);
        translator.End(clean, client);
        return new TranslationRun(translator.Error, client.Span.ToArray(), exchange, translator.Completed);
    }

    /// <summary>Translates an answer that comes as one body.</summary>
    public static TranslationRun Whole(ChatExchange exchange, bool streaming, ReadOnlySpan<byte> upstream)
    {
        using ChatAnswerTranslator translator = new(exchange, GoldenExchange.MessageId, streaming);
        using PooledBuffer client = new();
        translator.ReadWhole(upstream, client);
        return new TranslationRun(translator.Error, client.Span.ToArray(), exchange, translator.Completed);
    }
}
