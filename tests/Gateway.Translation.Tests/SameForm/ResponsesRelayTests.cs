using System.Text;
using System.Text.Json;
using Gateway.Translation.Errors;
using Gateway.Translation.Hub;
using Gateway.Translation.Json;
using Gateway.Translation.Profiles;
using Gateway.Translation.ResponsesToMessages;
using Gateway.Translation.SameForm;
using Gateway.Translation.Tests.Golden;
using Gateway.Translation.Tests.Properties;
using Gateway.Translation.Tests.Responses;

namespace Gateway.Translation.Tests.SameForm;

/// <summary>What passes between two sides that speak Responses: wires are goldens, here is what they cannot show.</summary>
public sealed class ResponsesRelayTests
{
    private const string All = "ResponsesFromResponses/Answer/a-stream-keeps-its-bytes-but-for-the-model";

    public static TheoryData<string> Streams => [.. GoldenStreams.All.Where(golden => golden is { Set: { Client: ApiForm.Responses, Upstream: ApiForm.Responses }, Streaming: true }).Select(golden => golden.Name)];

    [Fact]
    public void Stream_passes_byte_for_byte_but_for_the_name_of_the_model()
    {
        string upstream = Encoding.UTF8.GetString(GoldenCase.Of(All).UpstreamStream!);
        using AnswerTranslator translator = New();
        Assert.Equal(upstream.Replace("gpt-5.4-2026-03-05", "my-alias", StringComparison.Ordinal), Run(translator, upstream));
        Assert.Equal((12, 8, 7, 3, false), (translator.Usage.Input, translator.Usage.CacheRead, translator.Usage.Output, translator.Usage.Reasoning, translator.Usage.Estimated));
        Assert.Equal(("gpt-5.4-2026-03-05", "default"), (translator.Facts.Model, translator.Facts.ServiceTier));
    }

    [Fact]
    public void Stream_that_had_to_begin_without_the_upstream_keeps_one_id_and_counts_on()
    {
        using AnswerTranslator translator = New();
        translator.Start();
        translator.Ping();
        ResponsesGrammar grammar = ResponsesGrammar.Of(Run(translator, Encoding.UTF8.GetString(GoldenCase.Of(All).UpstreamStream!)));

        Assert.Empty(grammar.Problems);
        Assert.Equal("response.completed", grammar.Last);
        string stream = Encoding.UTF8.GetString(translator.Output.Span);
        Assert.DoesNotContain("resp_up1", stream, StringComparison.Ordinal);
        Assert.Equal(1, stream.Split("event: response.created\n").Length - 1);
        Assert.Equal("resp_golden", JsonElement.Parse(stream.TrimEnd().Split('\n')[^1]["data: ".Length..]).GetProperty("response").GetProperty("id").GetString());
    }

    [Fact]
    public void Sign_of_life_lets_the_later_events_be_numbered_anew()
    {
        string upstream = Encoding.UTF8.GetString(GoldenCase.Of(All).UpstreamStream!);
        int middle = upstream.IndexOf("event: response.function_call_arguments.delta", StringComparison.Ordinal);
        using AnswerTranslator translator = New();
        translator.Read(Encoding.UTF8.GetBytes(upstream[..middle]));
        translator.Ping();
        ResponsesGrammar grammar = ResponsesGrammar.Of(Run(translator, upstream[middle..]));
        Assert.Empty(grammar.Problems);
        Assert.Contains("event: keepalive\ndata: {\"type\":\"keepalive\",\"sequence_number\":16}\n\n", Encoding.UTF8.GetString(translator.Output.Span), StringComparison.Ordinal);
    }

    [Fact]
    public void Event_of_another_api_passes_without_what_is_private_and_data_without_a_type_not_at_all()
    {
        string upstream = Encoding.UTF8.GetString(GoldenCase.Of(All).UpstreamStream!);
        int middle = upstream.IndexOf("event: response.output_text.done", StringComparison.Ordinal);
        using AnswerTranslator translator = New();
        string stream = Run(translator, upstream[..middle] + "event: debug\ndata: {\"note\":\"key sk-proj-abcdefghijklmnopqrstuvwxyz0123456789\"}\n\ndata: {\"choices\":[]}\n\ndata: [1]\n\n" + upstream[middle..]);
        Assert.Contains("event: debug\n", stream, StringComparison.Ordinal);
        Assert.DoesNotContain("sk-proj-abc", stream, StringComparison.Ordinal);
        Assert.DoesNotContain("choices", stream, StringComparison.Ordinal);
    }

    [Fact]
    public void Whole_response_behind_its_beginning_is_told_as_the_rest()
    {
        string upstream = Encoding.UTF8.GetString(GoldenCase.Of(All).UpstreamStream!);
        string whole = Encoding.UTF8.GetString(GoldenCase.Of("ResponsesFromResponses/Answer/a-whole-response-as-the-only-event-is-told-as-a-stream").UpstreamStream!);
        using AnswerTranslator translator = New();
        ResponsesGrammar grammar = ResponsesGrammar.Of(Run(translator, upstream[..upstream.IndexOf("event: response.output_item.added", StringComparison.Ordinal)] + whole));
        Assert.Empty(grammar.Problems);
        Assert.Equal("Hello \"you\"", grammar.Text);
    }

    [Fact]
    public void Nothing_goes_out_before_the_first_word()
    {
        string upstream = Encoding.UTF8.GetString(GoldenCase.Of(All).UpstreamStream!);
        int word = upstream.IndexOf("event: response.reasoning_summary_text.delta", StringComparison.Ordinal);
        using AnswerTranslator translator = New();
        translator.Read(Encoding.UTF8.GetBytes(upstream[..word]));
        Assert.False(translator.Started || translator.HasSaid);
        translator.Read(Encoding.UTF8.GetBytes(upstream[word..]));
        Assert.True(translator.Started && translator.HasSaid);
    }

    [Fact]
    public void Failure_that_the_upstream_never_named_is_told_of_the_gateways_own_response()
    {
        using AnswerTranslator translator = New();
        translator.Start();
        translator.Fail(new GatewayError(429, ErrorType.RateLimit, "Slow down.") { RetryAfter = "7" });
        string stream = Encoding.UTF8.GetString(translator.Output.Span);
        Assert.Empty(ResponsesGrammar.Of(stream).Problems);
        JsonElement failed = JsonElement.Parse(stream.TrimEnd().Split('\n')[^1]["data: ".Length..]).GetProperty("response");
        Assert.Equal(("resp_golden", "failed", "rate_limit_exceeded"), (failed.GetProperty("id").GetString(), failed.GetProperty("status").GetString(), failed.GetProperty("error").GetProperty("code").GetString()));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_codex_tells_of_its_turn_goes_to_openai_only(bool isOpenAi)
    {
        using PooledBuffer upstream = new();
        RelayTarget target = new("gpt-5.4", new Profile()) { IsOpenAi = isOpenAi };
        Assert.Null(SameFormRequest.WriteResponses("""{"model":"m","client_metadata":{"turn":"7"},"input":"hi","store":false}"""u8, target, new TranslationReport(), upstream));
        Assert.Equal(isOpenAi, JsonElement.Parse(upstream.Span).TryGetProperty("client_metadata", out _));
    }

    [Fact]
    public void Searches_are_counted_once_however_often_they_are_told()
    {
        const string Search = """{"id":"ws_1","type":"web_search_call","status":"completed","action":{"type":"search","query":"q"}}""";
        const string Page = """{"id":"ws_2","type":"web_search_call","status":"completed","action":{"type":"open_page","url":"u"}}""";
        string whole = $$"""{"id":"resp_1","model":"gpt-5.4","status":"completed","output":[{{Search}},{{Page}},{{Search.Replace("ws_1", "ws_3", StringComparison.Ordinal)}}],"usage":{"input_tokens":5,"output_tokens":1} }""";
        using AnswerTranslator stream = New();
        Run(stream, $"data: {{\"type\":\"response.output_item.done\",\"output_index\":0,\"item\":{Search}}}\n\ndata: {{\"type\":\"response.output_item.done\",\"output_index\":1,\"item\":{Page}}}\n\ndata: {{\"type\":\"response.completed\",\"response\":{whole}}}\n\n");
        Assert.Equal(2, stream.Facts.WebSearches);

        using AnswerTranslator one = New();
        one.ReadWhole(Encoding.UTF8.GetBytes(whole));
        Assert.Equal(2, one.Facts.WebSearches);
    }

    [Fact]
    public void Words_are_counted_where_the_upstream_does_not()
    {
        string upstream = Encoding.UTF8.GetString(GoldenCase.Of(All).UpstreamStream!);
        using AnswerTranslator translator = New();
        translator.Read(Encoding.UTF8.GetBytes(upstream[..upstream.IndexOf("event: response.completed", StringComparison.Ordinal)]));
        translator.End(clean: false);

        // "Hm.", "Hello ", "\"you\"" and the arguments: 21 bytes.
        Assert.Equal((6, true), (translator.Usage.Output, translator.Usage.Estimated));
        Assert.Equal("response.failed", ResponsesGrammar.Of(Encoding.UTF8.GetString(translator.Output.Span)).Last);
    }

    [Theory]
    [MemberData(nameof(Streams))]
    public void Stream_that_is_cut_ends_whole_or_in_an_error_and_a_failed_response(string name)
    {
        GoldenCase golden = GoldenCase.Of(name);
        for (int length = 1; length < golden.UpstreamStream!.Length; length += 7)
        {
            using AnswerTranslator translator = GoldenExchange.Of(golden).NewTranslator();
            translator.Read(golden.UpstreamStream.AsSpan(0, length));
            translator.End(clean: length % 2 == 0);
            ResponsesGrammar grammar = ResponsesGrammar.Of(Encoding.UTF8.GetString(translator.Output.Span));
            Assert.Empty(grammar.Problems);
            Assert.Equal(translator.Started && translator.Error is not null, grammar.Last == "response.failed");
            Assert.Equal(translator.Error is null, grammar.Last is "response.completed" or "response.incomplete");
        }
    }

    [Theory]
    [MemberData(nameof(Streams))]
    public void What_was_made_of_it_follows_the_grammar(string name)
    {
        string stream = Encoding.UTF8.GetString(GoldenCase.Of(name).ClientStream ?? []);
        Assert.Empty(ResponsesGrammar.Of(stream).Problems);
    }

    [Theory]
    [InlineData("ResponsesFromResponses/Answer/a-whole-response-is-told-as-the-stream-that-was-asked-for")]
    [InlineData("ResponsesFromResponses/Answer/a-whole-response-that-was-cut-is-told-as-incomplete")]
    public void Stream_made_of_a_whole_response_follows_the_grammar(string name)
    {
        ResponsesGrammar grammar = ResponsesGrammar.Of(Encoding.UTF8.GetString(GoldenCase.Of(name).ClientStream!));
        Assert.Empty(grammar.Problems);
        Assert.Equal("Hello \"you\"", grammar.Text);
    }

    private static AnswerTranslator New()
    {
        Assert.True(ResponsesRequest.TryParse("""{"model":"my-alias","input":"x","stream":true}"""u8.ToArray(), out ResponsesRequest? request, out _));
        using (request)
        {
            return Answers.Relay(ApiForm.Responses, request.AnswerContextFor(new AnswerContext { Model = "my-alias", UpstreamModel = "gpt-5.4", EstimatedInput = 20 }, "resp_golden", 1700000000));
        }
    }

    private static string Run(AnswerTranslator translator, string upstream)
    {
        translator.Read(Encoding.UTF8.GetBytes(upstream));
        translator.End(clean: true);
        return Encoding.UTF8.GetString(translator.Output.Span);
    }
}
