using Gateway.Translation.Hub;
using Gateway.Translation.Tests.Golden;

namespace Gateway.Translation.Tests.Properties;

/// <summary>
/// Upstreams die at any byte. What the client then has is a complete stream or one that ends in a single error event:
/// never half a message that looks whole.
/// </summary>
public class StreamCutTests
{
    public static TheoryData<string> MessagesFromChat => GoldenStreams.MessagesFromChat;

    public static TheoryData<string> Others => GoldenStreams.Others;

    /// <summary>Clients of Responses get an error in two events: their grammar is tested by itself.</summary>
    public static TheoryData<string> OneError => [.. GoldenStreams.All.Where(golden => golden.Set is not { Client: ApiForm.Messages, Upstream: ApiForm.Chat } and not { Client: ApiForm.Responses }).Select(golden => golden.Name)];

    [Theory]
    [MemberData(nameof(OneError))]
    public void A_cut_anywhere_ends_complete_or_in_one_error(string name)
    {
        GoldenCase golden = GoldenCase.Of(name);
        (string error, string end) = golden.Set.Client == ApiForm.Chat ? ("data: {\"error\":", "data: [DONE]\n\n") : ("event: error\ndata: ", "event: message_stop");
        StreamProperties.CutAnywhereEndsCompleteOrInOneError(golden.UpstreamStream!, GoldenExchange.Of(golden).NewTranslator, error, end);
    }

    [Theory]
    [MemberData(nameof(Others))]
    public void Damaged_bytes_never_throw(string name)
    {
        GoldenCase golden = GoldenCase.Of(name);
        StreamProperties.NoiseNeverThrows(golden.UpstreamStream!, GoldenExchange.Of(golden).NewTranslator, writesJson: !golden.Set.IsRelay);
    }

    [Theory]
    [MemberData(nameof(MessagesFromChat))]
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
