using System.Text;
using System.Text.Json;
using Gateway.Translation.Chat;
using Gateway.Translation.Hub;
using Gateway.Translation.Messages;
using Gateway.Translation.Responses;
using Gateway.Translation.Tests.Golden;
using Gateway.Translation.Tests.Properties;

namespace Gateway.Translation.Tests.Hub;

/// <summary>Every reader keeps the contract of the vocabulary, whatever its upstream sends.</summary>
public sealed class AnswerContractTests
{
    private const int Damages = 50;

    public static TheoryData<string> ChatStreams => GoldenStreams.MessagesFromChat;

    public static TheoryData<string> MessagesStreams => [.. GoldenStreams.All.Where(golden => golden.Set.Upstream == ApiForm.Messages && !IsCut(golden)).Select(golden => golden.Name)];

    [Theory]
    [MemberData(nameof(ChatStreams))]
    public void Chat_reader_keeps_the_contract(string name)
    {
        (_, AnswerContext context, byte[] stream) = GoldenStreams.Load(name);
        Check(stream, sink => new ChatReader(context with { Streaming = true }, sink));
        Check(stream, sink => new ChatReader(context with { Streaming = false }, sink));
    }

    /// <summary>Anthropic's servers are trusted with arguments, so only whole streams are looked at.</summary>
    [Theory]
    [MemberData(nameof(MessagesStreams))]
    public void Messages_reader_keeps_the_contract(string name) =>
        Run(GoldenStreams.Load(name).Stream, sink => new MessagesReader(new AnswerContext { Model = "m" }, sink));

    public static TheoryData<string> ResponsesStreams => [.. GoldenStreams.All.Where(golden => golden.Set.Upstream == ApiForm.Responses).Select(golden => golden.Name)];

    [Theory]
    [MemberData(nameof(ResponsesStreams))]
    public void Responses_reader_keeps_the_contract(string name)
    {
        byte[] stream = GoldenCase.Of(name).UpstreamStream!;
        AnswerContext context = new() { Model = "m", ThinkingWanted = true, WebSearchOffered = true };
        Check(stream, sink => new ResponsesReader(context with { Streaming = true }, sink));
        Check(stream, sink => new ResponsesReader(context with { Streaming = false, StopSequences = ["e"], EnforceStops = true }, sink));
    }

    /// <summary>The input that the limit cut is passed on as far as it came.</summary>
    private static bool IsCut(GoldenCase golden) => Encoding.UTF8.GetString(golden.UpstreamStream!).Contains("\"stop_reason\":\"max_tokens\"", StringComparison.Ordinal);

    private static void Check(byte[] stream, Func<IAnswerSink, AnswerReader> create)
    {
        Run(stream, create);
        Random random = new(20261128);
        for (int i = 0; i < Damages; i++)
        {
            Run(Noise.Of(stream, random), create);
            Run(stream[..random.Next(stream.Length)], create);
        }
    }

    private static void Run(byte[] stream, Func<IAnswerSink, AnswerReader> create)
    {
        using StrictSink sink = new();
        using AnswerReader reader = create(sink);
        reader.Append(stream);
        while (!reader.IsOver && reader.MoveNext(atEnd: true))
        {
            try
            {
                reader.Take();
            }
            catch (JsonException)
            {
                // As the translator does.
            }
        }

        if (!reader.IsOver)
        {
            reader.TakeEnd(clean: true);
        }

        Assert.Equal(reader.Completed, sink.Ended);
        Assert.True(reader.IsOver);
    }
}
