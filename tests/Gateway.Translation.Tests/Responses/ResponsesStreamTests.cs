using System.Text;
using Gateway.Translation.Errors;
using Gateway.Translation.Hub;
using Gateway.Translation.Profiles;
using Gateway.Translation.ResponsesToMessages;
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
    public void Noise_never_throws(string name) => StreamProperties.NoiseNeverThrows(GoldenCase.Of(name).UpstreamStream!, () => New(name));

    [Theory]
    [MemberData(nameof(Names))]
    public void A_stream_that_is_cut_ends_whole_or_in_an_error_and_a_failed_response(string name)
    {
        byte[] upstream = GoldenCase.Of(name).UpstreamStream!;
        for (int length = 1; length < upstream.Length; length += Math.Max(1, upstream.Length / 200))
        {
            using AnswerTranslator translator = New(name);
            translator.Read(upstream.AsSpan(0, length));
            translator.End(clean: false);
            ResponsesGrammar grammar = ResponsesGrammar.Of(Encoding.UTF8.GetString(translator.Output.Span));
            Assert.Empty(grammar.Problems);
            Assert.True(grammar.Last is "" or "response.completed" or "response.incomplete" or "response.failed", $"{length}: {grammar.Last}");
            Assert.Equal(translator.Started && translator.Error is not null, grammar.Last == "response.failed");
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

    private static string Run(string name, out AnswerTranslator translator)
    {
        using AnswerTranslator it = translator = New(name);
        it.Read(GoldenCase.Of(name).UpstreamStream!);
        it.End(clean: !GoldenCase.Of(name).Reset);
        return Encoding.UTF8.GetString(it.Output.Span);
    }

    /// <summary>An answer to an agent that wants all that there is.</summary>
    private static AnswerTranslator New(string name)
    {
        GoldenCase golden = GoldenCase.Of(name);
        Assert.True(ResponsesRequest.TryParse("""{"model":"m","input":"x","stream":true,"include":["reasoning.encrypted_content"],"reasoning":{"summary":"auto"}}"""u8.ToArray(), out ResponsesRequest? request, out _));
        using (request)
        {
            Profile profile = GoldenTarget.ProfileOf(golden);
            AnswerContext context = request.AnswerContextFor(new AnswerContext { Model = "m", Profile = profile, SignatureOrigin = "mock/up", EstimatedInput = 7 }, "resp_own", 1700000000);
            return Answers.Translate(golden.Set.Upstream, ApiForm.Responses, context);
        }
    }
}
