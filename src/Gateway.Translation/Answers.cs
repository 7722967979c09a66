using Gateway.Translation.Chat;
using Gateway.Translation.Hub;
using Gateway.Translation.Json;
using Gateway.Translation.Messages;
using Gateway.Translation.SameForm;

namespace Gateway.Translation;

/// <summary>Puts the translation of an answer together: the reader of the upstream's form, the sink of the client's.</summary>
public static class Answers
{
    public static IAnswerTranslator Translate(ApiForm upstream, ApiForm client, AnswerContext context)
    {
        PooledBuffer output = new();
        if (upstream == client)
        {
            return client switch
            {
                ApiForm.Messages => Relay(new MessagesRelay(context, output), output),
                _ => Relay(new ChatRelay(context, output), output),
            };
        }

        IAnswerSink sink = client switch
        {
            ApiForm.Messages => new MessagesSink(context, output),
            _ => new ChatSink(context, output),
        };
        IAnswerSink words = ClientTools.Over(sink, context);
        AnswerReader reader = upstream switch
        {
            ApiForm.Messages => new MessagesReader(context, words),
            _ => new ChatReader(context, words),
        };
        return new AnswerTranslator(reader, words, output);
    }

    private static AnswerTranslator Relay<T>(T relay, PooledBuffer output)
        where T : AnswerReader, IClientVoice =>
        new(relay, relay, output);
}
