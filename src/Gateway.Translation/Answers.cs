using Gateway.Translation.Chat;
using Gateway.Translation.Hub;
using Gateway.Translation.Json;
using Gateway.Translation.Messages;
using Gateway.Translation.Responses;
using Gateway.Translation.SameForm;

namespace Gateway.Translation;

/// <summary>Puts the translation of an answer together: the reader of the upstream's form, the sink of the client's.</summary>
public static class Answers
{
    /// <summary>The answer passes in its own form, with the smallest changes.</summary>
    /// <param name="form">Of both sides.</param>
    /// <param name="context">What is known of the request and of both sides.</param>
    public static AnswerTranslator Relay(ApiForm form, AnswerContext context)
    {
        PooledBuffer output = new();
        return form switch
        {
            ApiForm.Messages => Relay(new MessagesRelay(context, output), output),
            ApiForm.Responses => Relay(new ResponsesRelay(context, output), output),
            _ => Relay(new ChatRelay(context, output), output),
        };
    }

    /// <summary>
    /// The answer is told anew; that of Messages and of Chat passes where both sides have the form. Of Responses servers know
    /// so different parts that it does not go without saying: who is asked by <see cref="Relay(ApiForm, AnswerContext)"/> is another's matter.
    /// </summary>
    /// <param name="upstream">The form in which the answer comes.</param>
    /// <param name="client">The form in which the client wants it.</param>
    /// <param name="context">What is known of the request and of both sides.</param>
    public static AnswerTranslator Translate(ApiForm upstream, ApiForm client, AnswerContext context)
    {
        if (upstream == client && client != ApiForm.Responses)
        {
            return Relay(client, context);
        }

        PooledBuffer output = new();
        IAnswerSink sink = client switch
        {
            ApiForm.Messages => new MessagesSink(context, output),
            ApiForm.Responses => new ResponsesSink(context, output),
            _ => new ChatSink(context, output),
        };
        IAnswerSink words = ClientTools.Over(sink, context);
        AnswerReader reader = upstream switch
        {
            ApiForm.Messages => new MessagesReader(context, words),
            ApiForm.Responses => new ResponsesReader(context, words),
            _ => new ChatReader(context, words),
        };
        return new AnswerTranslator(reader, words, output);
    }

    private static AnswerTranslator Relay<T>(T relay, PooledBuffer output)
        where T : AnswerReader, IClientVoice =>
        new(relay, relay, output);
}
