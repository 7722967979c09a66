using Gateway.Translation.Hub;
using Gateway.Translation.Tests.Golden;

namespace Gateway.Translation.Tests.Properties;

/// <summary>
/// Upstreams die at any byte. What the client then has is a complete stream or one that ends in a single error event:
/// never half a message that looks whole.
/// </summary>
public class StreamCutTests
{
    public static TheoryData<string> Names => GoldenStreams.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public void A_cut_after_any_byte_is_complete_or_ends_in_one_error(string name)
    {
        (_, AnswerContext context, byte[] stream) = GoldenStreams.Load(name);
        for (int cut = 0; cut <= stream.Length; cut++)
        {
            AssertWellFormed(context, stream.AsSpan(0, cut), clean: true);
            AssertWellFormed(context, stream.AsSpan(0, cut), clean: false);
        }
    }

    private static void AssertWellFormed(AnswerContext context, ReadOnlySpan<byte> stream, bool clean)
    {
        TranslationRun run = TranslationRun.Stream(context, streaming: true, stream, [], clean);
        if (run.Bytes.Length == 0)
        {
            // Nothing was sent yet: the error gets its own HTTP status.
            Assert.NotNull(run.Error);
            return;
        }

        Assert.Equal(run.Error is null ? StreamEnd.Complete : StreamEnd.Error, MessageStream.Check(run.Bytes));
        Assert.True(run.Completed);
    }
}
