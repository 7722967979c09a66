using System.Text;
using Gateway.Translation.Errors;
using Gateway.Translation.Hub;
using Gateway.Translation.Tests.Golden;
using Gateway.Translation.Tests.Properties;

namespace Gateway.Translation.Tests.Responses;

/// <summary>Whatever an upstream of whatever form streams, a client of Responses gets a stream that strict clients take.</summary>
public sealed class ResponsesStreamTests
{
    public static TheoryData<string> Names => GoldenStreams.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_stream_follows_the_grammar_to_its_end(string name)
    {
        string stream = Run(name, out AnswerTranslator translator);
        ResponsesGrammar grammar = ResponsesGrammar.Of(stream);

        Assert.Empty(grammar.Problems);
        Assert.True(stream.Length == 0 ? translator.Error is not null : grammar.Last == (translator.Error is null ? grammar.Last is "response.incomplete" ? grammar.Last : "response.completed" : "response.failed"), stream);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Any_chunking_gives_the_same_bytes(string name) => StreamProperties.AnyChunkingGivesTheSameBytes(GoldenCase.Of(name).UpstreamStream!, () => New(name));

    [Theory]
    [MemberData(nameof(Names))]
    public void Damaged_bytes_give_a_stream_that_follows_the_grammar(string name)
    {
        byte[] upstream = GoldenCase.Of(name).UpstreamStream!;
        for (int seed = 0; seed < 100; seed++)
        {
            Check(name, Noise.Of(upstream, new Random(seed)), clean: true);
        }
    }

    /// <summary>Those made for these clients at every byte, all others here and there.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void A_stream_that_is_cut_ends_whole_or_in_an_error_and_a_failed_response(string name)
    {
        byte[] upstream = GoldenCase.Of(name).UpstreamStream!;
        int step = GoldenCase.Of(name).Set.Client == ApiForm.Responses ? 1 : Math.Max(1, upstream.Length / 200);
        for (int length = 0; length < upstream.Length; length += step)
        {
            Check(name, upstream[..length], clean: false);
        }
    }

    [Theory]
    [InlineData("length", "response.incomplete")]
    [InlineData("stop", "response.completed")]
    [InlineData("content_filter", "response.completed")]
    public void An_answer_is_incomplete_only_when_it_was_cut(string finish, string last)
    {
        using AnswerTranslator translator = New("MessagesFromChat/Answer/lines-of-any-size-pass");
        translator.Read(Encoding.UTF8.GetBytes($"data: {{\"id\":\"c\",\"choices\":[{{\"index\":0,\"delta\":{{\"content\":\"Yes\"}},\"finish_reason\":\"{finish}\"}}]}}\n\ndata: [DONE]\n\n"));
        translator.End(clean: true);
        ResponsesGrammar grammar = ResponsesGrammar.Of(Encoding.UTF8.GetString(translator.Output.Span));
        Assert.Empty(grammar.Problems);
        Assert.Equal((last, "Yes"), (grammar.Last, grammar.Text));
        Assert.Equal(finish == "content_filter", grammar.Done.Any(item => item.GetRawText().Contains("\"refusal\"", StringComparison.Ordinal)));
    }

    [Fact]
    public void An_error_has_the_code_that_tells_codex_whether_to_try_again()
    {
        using AnswerTranslator translator = New("MessagesFromChat/Answer/lines-of-any-size-pass");
        translator.Start();
        translator.Fail(new GatewayError(429, ErrorType.RateLimit, "Slow down.") { RetryAfter = "7" });
        string stream = Encoding.UTF8.GetString(translator.Output.Span);

        Assert.EndsWith("response.failed", ResponsesGrammar.Of(stream).Last, StringComparison.Ordinal);
        Assert.Contains("event: error\ndata: {\"type\":\"error\",\"sequence_number\":2,\"code\":\"rate_limit_exceeded\",\"message\":\"Slow down. Please try again in 7s.\",\"param\":null,\"error\":{\"type\":\"error\",\"code\":\"rate_limit_exceeded\",\"message\":\"Slow down. Please try again in 7s.\",\"param\":null}}", stream, StringComparison.Ordinal);
    }

    [Fact]
    public void A_sign_of_life_is_an_event()
    {
        using AnswerTranslator translator = New("MessagesFromChat/Answer/lines-of-any-size-pass");
        translator.Start();
        translator.Ping();
        Assert.EndsWith("event: keepalive\ndata: {\"type\":\"keepalive\",\"sequence_number\":2}\n\n", Encoding.UTF8.GetString(translator.Output.Span), StringComparison.Ordinal);
    }

    private static void Check(string name, byte[] upstream, bool clean)
    {
        using AnswerTranslator translator = New(name);
        translator.Read(upstream);
        translator.End(clean);
        if (HalfCharacters.AreIn(translator.Output.Span.ToArray()))
        {
            // The grammar reads texts, and half a character in one is none.
            return;
        }

        ResponsesGrammar grammar = ResponsesGrammar.Of(Encoding.UTF8.GetString(translator.Output.Span));
        Assert.Empty(grammar.Problems);
        Assert.True(grammar.Last is "" or "response.completed" or "response.incomplete" or "response.failed", grammar.Last);
        Assert.Equal(translator.Started && translator.Error is not null, grammar.Last == "response.failed");
    }

    private static string Run(string name, out AnswerTranslator translator)
    {
        using AnswerTranslator it = translator = New(name);
        it.Read(GoldenCase.Of(name).UpstreamStream!);
        it.End(clean: !GoldenCase.Of(name).Reset);
        return Encoding.UTF8.GetString(it.Output.Span);
    }

    private static AnswerTranslator New(string name) => Agent.Answer(GoldenCase.Of(name), streaming: true);
}
