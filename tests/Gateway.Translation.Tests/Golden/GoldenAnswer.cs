using Gateway.Translation.Errors;
using Gateway.Translation.Hub;

namespace Gateway.Translation.Tests.Golden;

/// <summary>What the client gets of an upstream's answer.</summary>
internal sealed record GoldenAnswer(byte[] Client, GatewayError? Error)
{
    public static GoldenAnswer Of(GoldenCase golden, GoldenExchange exchange)
    {
        using AnswerTranslator translator = exchange.NewTranslator();
        if (golden.UpstreamStream is { } stream)
        {
            translator.Read(stream);
            translator.End(clean: !golden.Reset);
        }
        else
        {
            translator.Read(golden.UpstreamResponse!);
            translator.End(clean: true);
        }

        // Who has begun must end; who has not leaves the error to HTTP.
        Assert.Equal(translator.Output.Length > 0, translator.Started);
        Assert.True(translator.Started ? translator.Completed : translator.Error is not null);
        return new GoldenAnswer(translator.Output.Span.ToArray(), translator.Error);
    }
}
