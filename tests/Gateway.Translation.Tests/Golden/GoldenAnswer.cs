using System.Buffers;
using Gateway.Translation.Errors;
using Gateway.Translation.Hub;

namespace Gateway.Translation.Tests.Golden;

/// <summary>What the client gets of an upstream's answer.</summary>
internal sealed record GoldenAnswer(byte[] Client, GatewayError? Error)
{
    public static GoldenAnswer Of(GoldenCase golden, GoldenExchange exchange)
    {
        using IAnswerTranslator translator = exchange.NewTranslator();
        ArrayBufferWriter<byte> client = new();
        if (golden.UpstreamStream is { } stream)
        {
            translator.Read(stream, client);
            translator.End(clean: !golden.Reset, client);
        }
        else
        {
            translator.ReadWhole(golden.UpstreamResponse!, client);
        }

        // Who has begun must end; who has not leaves the error to HTTP.
        Assert.Equal(client.WrittenCount > 0, translator.Started);
        Assert.True(translator.Started ? translator.Completed : translator.Error is not null);
        return new GoldenAnswer(client.WrittenSpan.ToArray(), translator.Error);
    }
}
