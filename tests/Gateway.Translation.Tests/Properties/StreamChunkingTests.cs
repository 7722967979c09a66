using System.Text;
using Gateway.Translation.Hub;
using Gateway.Translation.Tests.Golden;

namespace Gateway.Translation.Tests.Properties;

/// <summary>How the network cuts the upstream's bytes makes no difference to the client's.</summary>
public class StreamChunkingTests
{
    public static TheoryData<string> Names => GoldenStreams.Names;

    public static TheoryData<string> MessagesFromChat => GoldenStreams.MessagesFromChat;

    [Theory]
    [MemberData(nameof(Names))]
    public void Any_chunking_gives_the_same_bytes(string name)
    {
        GoldenCase golden = GoldenCase.Of(name);
        StreamProperties.AnyChunkingGivesTheSameBytes(golden.UpstreamStream!, GoldenExchange.Of(golden).NewTranslator);
    }

    [Fact]
    public void A_long_line_gives_the_same_bytes_in_network_sized_pieces()
    {
        (_, AnswerContext context, byte[] stream) = GoldenStreams.Load("MessagesFromChat/Answer/lines-of-any-size-pass");
        string Run(int size) =>
            Encoding.UTF8.GetString(TranslationRun.Stream(context, streaming: true, stream, Enumerable.Range(1, (stream.Length - 1) / size).Select(i => i * size), clean: true).Bytes);

        Assert.Equal(Run(stream.Length), Run(1460));
        Assert.Equal(Run(stream.Length), Run(16384));
    }

    [Theory]
    [MemberData(nameof(MessagesFromChat))]
    public void A_complete_golden_stream_follows_the_grammar(string name)
    {
        (GoldenCase golden, AnswerContext context, byte[] stream) = GoldenStreams.Load(name);
        TranslationRun run = TranslationRun.Stream(context, streaming: true, stream, [], clean: !golden.Reset);
        Assert.Equal(run.Bytes.Length == 0 ? StreamEnd.Empty : run.Error is null ? StreamEnd.Complete : StreamEnd.Error, MessageStream.Check(run.Bytes));
    }
}
