using System.Text;
using Gateway.Translation.Anthropic;
using Gateway.Translation.Tests.Golden;

namespace Gateway.Translation.Tests.Properties;

/// <summary>How the network cuts the upstream's bytes makes no difference to the client's.</summary>
public class StreamChunkingTests
{
    public static TheoryData<string> Names => GoldenStreams.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public void Any_chunking_gives_the_same_bytes(string name)
    {
        (GoldenCase golden, ChatExchange exchange, byte[] stream) = GoldenStreams.Load(name);
        string Run(IEnumerable<int> cuts) =>
            Encoding.UTF8.GetString(TranslationRun.Stream(exchange, streaming: true, stream, cuts, clean: !golden.Reset).Bytes);

        string expected = Run([]);
        Assert.Equal(expected, Run(Enumerable.Range(1, stream.Length - 1)));
        Random random = new(20261121);
        for (int i = 0; i < 200; i++)
        {
            int[] cuts = [.. Enumerable.Range(0, random.Next(1, 12)).Select(_ => random.Next(1, stream.Length)).Distinct().Order()];
            Assert.Equal(expected, Run(cuts));
        }
    }

    [Fact]
    public void A_long_line_gives_the_same_bytes_in_network_sized_pieces()
    {
        (_, ChatExchange exchange, byte[] stream) = GoldenStreams.Load("lines-of-any-size-pass");
        string Run(int size) =>
            Encoding.UTF8.GetString(TranslationRun.Stream(exchange, streaming: true, stream, Enumerable.Range(1, (stream.Length - 1) / size).Select(i => i * size), clean: true).Bytes);

        Assert.Equal(Run(stream.Length), Run(1460));
        Assert.Equal(Run(stream.Length), Run(16384));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_complete_golden_stream_follows_the_grammar(string name)
    {
        (GoldenCase golden, ChatExchange exchange, byte[] stream) = GoldenStreams.Load(name);
        TranslationRun run = TranslationRun.Stream(exchange, streaming: true, stream, [], clean: !golden.Reset);
        EventGrammar grammar = EventGrammar.Check(run.Bytes);
        Assert.Equal(run.Error is null, grammar.Complete);
    }
}
