using System.Buffers;
using System.Text;
using Gateway.Translation.Anthropic;

namespace Gateway.Translation.Tests.Anthropic;

/// <summary>What must hold of every answer stream, whatever the network or the upstream does to it.</summary>
public sealed class AnswerStreamTests
{
    private const int Mutations = 1000;

    public static TheoryData<string> Streams => [.. AnswerGolden.StreamNames];

    public static TheoryData<string> Bodies => [.. AnswerGolden.Names.Where(name => new AnswerGolden(name).Has("upstream-response.json"))];

    [Theory]
    [MemberData(nameof(Streams))]
    public void Any_chunking_of_the_upstream_gives_the_same_bytes(string name)
    {
        AnswerGolden golden = new(name);
        StreamProperties.AnyChunkingGivesTheSameBytes(golden.Read("upstream-stream.sse"), golden.NewTranslator);
    }

    [Theory]
    [MemberData(nameof(Streams))]
    public void Upstream_cut_after_any_byte_ends_complete_or_in_one_error(string name)
    {
        AnswerGolden golden = new(name);
        byte[] upstream = golden.Read("upstream-stream.sse");
        for (int length = 0; length <= upstream.Length; length++)
        {
            CheckEnd(golden, upstream.AsSpan(0, length), clean: true);
            CheckEnd(golden, upstream.AsSpan(0, length), clean: false);
        }
    }

    [Theory]
    [MemberData(nameof(Streams))]
    public void Damaged_upstream_never_throws_and_never_gives_a_malformed_stream(string name)
    {
        AnswerGolden golden = new(name);
        byte[] upstream = golden.Read("upstream-stream.sse");
        Random random = new(20261121);
        for (int i = 0; i < Mutations; i++)
        {
            CheckEnd(golden, Noise.Of(upstream, random), clean: i % 2 == 0);
        }
    }

    [Theory]
    [MemberData(nameof(Bodies))]
    public void Damaged_body_never_throws_and_never_gives_a_malformed_message(string name)
    {
        AnswerGolden golden = new(name);
        byte[] upstream = golden.Read("upstream-response.json");
        Random random = new(20261121);
        for (int i = 0; i < Mutations; i++)
        {
            using ChatAnswerTranslator translator = golden.NewTranslator();
            ArrayBufferWriter<byte> client = new();
            translator.ReadWhole(Noise.Of(upstream, random), client);
            Assert.Equal(translator.Error is null, translator.Started);
            if (translator.Started && golden.Streaming)
            {
                Assert.Equal(StreamEnd.Complete, MessageStream.Check(client.WrittenSpan));
            }
            else if (translator.Started)
            {
                MessageStream.CheckBody(client.WrittenMemory);
            }
        }
    }

    /// <summary>Deeper than JSON documents are read by default.</summary>
    [Theory]
    [InlineData("annotations")]
    [InlineData("reasoning_details")]
    [InlineData("content")]
    [InlineData("tool_calls")]
    [InlineData("refusal")]
    public void Deep_nesting_never_throws(string member)
    {
        AnswerGolden golden = new("reasoning-details-stream-as-thinking");
        foreach (int depth in (int[])[60, 70, 130, 240, 260, 1000])
        {
            string deep = new string('[', depth) + new string(']', depth);
            string json = """{"choices":[{"delta":{"MEMBER":[{"type":"x","index":0,"function":{"name":"a","arguments":DEEP},"data":DEEP,"extra_content":{"x":DEEP}}]},"finish_reason":"stop"}]}"""
                .Replace("MEMBER", member, StringComparison.Ordinal).Replace("DEEP", deep, StringComparison.Ordinal);
            CheckEnd(golden, Encoding.UTF8.GetBytes($"data: {json}\n\n"), clean: true);
        }
    }

    private static void CheckEnd(AnswerGolden golden, ReadOnlySpan<byte> upstream, bool clean)
    {
        using ChatAnswerTranslator translator = golden.NewTranslator();
        ArrayBufferWriter<byte> client = new();
        translator.Read(upstream, client);
        translator.End(clean, client);
        StreamEnd end;
        try
        {
            end = MessageStream.Check(client.WrittenSpan);
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"{e.Message}\nupstream:\n{Encoding.UTF8.GetString(upstream)}\nclient:\n{Encoding.UTF8.GetString(client.WrittenSpan)}", e);
        }

        Assert.Equal(!translator.Started ? StreamEnd.Empty : translator.Error is null ? StreamEnd.Complete : StreamEnd.Error, end);
        Assert.True(translator.Completed || translator.Error is not null);
    }
}
