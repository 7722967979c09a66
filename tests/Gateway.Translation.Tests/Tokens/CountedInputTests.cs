using System.Text;
using Gateway.Translation.Hub;
using Gateway.Translation.Tokens;

namespace Gateway.Translation.Tests.Tokens;

/// <summary>Counting the input takes time, so it is done only for an answer that has come without usage.</summary>
public sealed class CountedInputTests
{
    private const int Quick = 7;
    private const int Counted = 5;
    private const string Text = """data: {"id":"c","choices":[{"index":0,"delta":{"content":"Yes."},"finish_reason":"stop"}]}""" + "\n\n";
    private const string Usage = """data: {"id":"c","choices":[],"usage":{"prompt_tokens":3,"completion_tokens":1}}""" + "\n\n";
    private const string Done = "data: [DONE]\n\n";

    private readonly Lazy<long> _counted = new(() => Counted);

    public static TheoryData<bool> BothForms => [true, false];

    [Theory]
    [MemberData(nameof(BothForms))]
    public void Answer_without_usage_is_counted(bool messages)
    {
        Assert.Equal((Counted, true), InputOf(messages, Text + Done));
    }

    [Theory]
    [MemberData(nameof(BothForms))]
    public void Usage_of_the_upstream_makes_counting_needless(bool messages)
    {
        Assert.Equal((3, false), InputOf(messages, Text + Usage + Done));
        Assert.False(_counted.IsValueCreated);
    }

    [Theory]
    [MemberData(nameof(BothForms))]
    public void Attempt_that_failed_before_its_answer_is_not_counted(bool messages)
    {
        Assert.Equal((Quick, true), InputOf(messages, """data: {"error":{"message":"overloaded","code":503}}""" + "\n\n"));
        Assert.False(_counted.IsValueCreated);
    }

    [Theory]
    [MemberData(nameof(BothForms))]
    public void Head_of_a_stream_waits_for_no_count(bool messages)
    {
        using AnswerTranslator translator = messages ? Messages() : Chat();
        translator.Read(Encoding.UTF8.GetBytes(Text.Replace("\"id\"", "\"model\":\"other\",\"id\"", StringComparison.Ordinal)));

        Assert.Equal("other", translator.Facts.Model);
        Assert.False(_counted.IsValueCreated);
    }

    [Fact]
    public void Input_that_is_one_text_counts_like_one_message()
    {
        string text = string.Concat(Enumerable.Repeat("Where does the reader split events? ", 50));
        Assert.Equal(
            CountOf($$"""{"model":"m","input":[{"role":"user","content":"{{text}}"}]}"""),
            CountOf($$"""{"model":"m","input":"{{text}}"}"""));

        static long CountOf(string body) => TokenEstimator.Count(Encoding.UTF8.GetBytes(body), "gpt-5");
    }

    private (long Input, bool Estimated) InputOf(bool messages, string stream)
    {
        using AnswerTranslator translator = messages ? Messages() : Chat();
        translator.Read(Encoding.UTF8.GetBytes(stream));
        translator.End(clean: true);
        return (translator.Usage.Input, translator.Usage.Estimated);
    }

    private AnswerTranslator Messages() => Answers.Translate(ApiForm.Chat, ApiForm.Messages, Context());

    private AnswerTranslator Chat() => Answers.Translate(ApiForm.Chat, ApiForm.Chat, Context());

    private AnswerContext Context() => new() { Model = "m", Id = "msg_1", Streaming = true, EstimatedInput = Quick, CountedInput = _counted };
}
