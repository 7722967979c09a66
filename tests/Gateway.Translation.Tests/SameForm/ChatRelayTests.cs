using System.Text;
using Gateway.Translation.Hub;
using Gateway.Translation.Json;
using Gateway.Translation.Profiles;

namespace Gateway.Translation.Tests.SameForm;

public sealed class ChatRelayTests
{
    private const string Chunk1 = """data: {"id":"c1", "model" : "gpt-x","choices":[{"index":0,"delta":{"role":"assistant","content":"é"},"finish_reason":null}],"usage":null}""" + "\n\n";
    private const string Azure = """data: {"choices":[],"model":"","prompt_filter_results":[]}""" + "\n\n";
    private const string Last = """data: {"id":"c1","model":"gpt-x","choices":[{"index":0,"delta":{},"finish_reason":"stop"}],"obfuscation":"x"}""" + "\n\n";
    private const string UsageChunk = """data: {"id":"c1","model":"gpt-x","choices":[],"usage":{"prompt_tokens":100,"completion_tokens":20,"total_tokens":120,"prompt_tokens_details":{"cached_tokens":60,"cache_write_tokens":10},"completion_tokens_details":{"reasoning_tokens":7}}}""" + "\n\n";
    private const string Done = "data: [DONE]\n\n";

    private PooledBuffer _client = new();

    private string Client => Encoding.UTF8.GetString(_client.Span);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Chunks_keep_their_bytes_but_for_the_model(bool swallow)
    {
        using AnswerTranslator translator = New(swallow);
        Read(translator, Azure + ": keep-alive\n\n" + Chunk1 + Last + UsageChunk + Done);
        translator.End(clean: true);
        string expected = (Azure.Replace("\"model\":\"\"", "\"model\":\"alias\"", StringComparison.Ordinal) + Chunk1 + Last + (swallow ? "" : UsageChunk) + Done).Replace("gpt-x", "alias", StringComparison.Ordinal);
        Assert.Equal(expected, Client);
        Assert.True(translator.Completed);
        Assert.Null(translator.Error);
        Assert.Equal(new TokenUsage { Input = 30, CacheRead = 60, CacheWrite5m = 10, Output = 20, Reasoning = 7 }, translator.Usage);
    }

    [Fact]
    public void Any_chunking_gives_the_same_bytes() =>
        StreamProperties.AnyChunkingGivesTheSameBytes(Encoding.UTF8.GetBytes(Azure + Chunk1 + Last + UsageChunk + Done), () => New(swallow: true));

    [Fact]
    public void Damaged_stream_never_throws() =>
        StreamProperties.NoiseNeverThrows(Encoding.UTF8.GetBytes(Azure + Chunk1 + Last + UsageChunk + Done), () => New(swallow: true));

    [Fact]
    public void Upstream_cut_anywhere_ends_complete_or_in_one_error() =>
        StreamProperties.CutAnywhereEndsCompleteOrInOneError(Encoding.UTF8.GetBytes(Azure + Chunk1 + Last + UsageChunk + Done), () => New(swallow: true), "data: {\"error\":", Done);

    [Fact]
    public void Stream_that_ends_after_its_finish_reason_is_complete()
    {
        using AnswerTranslator translator = New();
        Read(translator, Chunk1 + Last);
        translator.End(clean: false);
        Assert.Null(translator.Error);
        Assert.EndsWith(Done, Client, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(false, false)]
    public void Missing_finish_is_forgiven_only_where_the_profile_says_so(bool mayOmit, bool complete)
    {
        using AnswerTranslator translator = Translate(new AnswerContext { Model = "alias", RequestId = "req_1", Streaming = true, Profile = Profile.Default with { MayOmitFinish = mayOmit } });
        Read(translator, Chunk1);
        translator.End(clean: true);
        Assert.Equal(complete, translator.Error is null);
        Assert.True(translator.Usage.Estimated);
    }

    [Theory]
    [InlineData("""{"error":{"message":"busy","code":503}}""", """{"error":{"message":"busy","type":"server_error","param":null,"code":"overloaded"}}""")]
    [InlineData("""[{"error":{"code":429,"message":"quota","status":"RESOURCE_EXHAUSTED"}}]""", """{"error":{"message":"quota","type":"rate_limit_error","param":null,"code":"rate_limit_exceeded"}}""")]
    [InlineData("""{"error":"boom"}""", """{"error":{"message":"boom","type":"server_error","param":null,"code":null}}""")]
    [InlineData("""{"id":"c1","choices":[{"index":0,"delta":{},"finish_reason":"error"}],"error":{"message":"cut","type":"timeout"}}""", """{"error":{"message":"cut","type":"server_error","param":null,"code":"timeout"}}""")]
    [InlineData("""{"error":{"message":"long","code":"context_length_exceeded"}}""", """{"error":{"message":"long","type":"invalid_request_error","param":null,"code":"context_length_exceeded"}}""")]
    public void Error_in_the_stream_gets_the_one_form_and_ends_it(string error, string expected)
    {
        using AnswerTranslator translator = New();
        Read(translator, $"{Chunk1}data: {error}\n\n{Done}");
        translator.End(clean: true);
        Assert.EndsWith($"\n\ndata: {expected}\n\n", Client, StringComparison.Ordinal);
        Assert.NotNull(translator.Error);
        Assert.True(translator.Completed);
    }

    [Fact]
    public void Error_before_the_first_chunk_is_left_for_an_http_error()
    {
        using AnswerTranslator translator = New();
        Read(translator, "data: {\"error\":{\"message\":\"no key\",\"code\":401}}\n\n");
        Assert.False(translator.Started);
        Assert.Equal("", Client);
        Assert.Equal(500, translator.Error!.Status);
        Assert.False(translator.Error.ShouldRetry);
    }

    [Fact]
    public void Early_start_and_pings_are_comments()
    {
        using AnswerTranslator translator = New();
        translator.Ping();
        translator.Start();
        translator.Ping();
        Assert.Equal(": ping\n\n: ping\n\n", Client);
        Read(translator, Last + Done);
        translator.Ping();
        Assert.Equal(": ping\n\n: ping\n\n" + Last.Replace("gpt-x", "alias", StringComparison.Ordinal) + Done, Client);
    }

    [Fact]
    public void Chunk_over_several_lines_becomes_one_line()
    {
        using AnswerTranslator translator = New();
        Read(translator, "data: {\"model\":\"x\",\r\ndata:  \"choices\": [{\"delta\":{\"content\":\"a b\"}}]}\r\n\r\ndata: {broken\n\n");
        Assert.Equal("data: {\"model\":\"alias\",\"choices\":[{\"delta\":{\"content\":\"a b\"}}]}\n\n", Client);
    }

    [Theory]
    [InlineData("""{"prompt_tokens":10,"prompt_cache_hit_tokens":4,"completion_tokens":2,"total_tokens":12}""", 6, 4, 2)]
    [InlineData("""{"prompt_tokens":10,"cached_tokens":3,"completion_tokens":2}""", 7, 3, 2)]
    [InlineData("""{"prompt_tokens":10,"completion_tokens":2,"total_tokens":30,"completion_tokens_details":{"reasoning_tokens":18}}""", 10, 0, 20)]
    public void Usage_is_read_in_every_spelling(string usage, long input, long cacheRead, long output)
    {
        using AnswerTranslator translator = New(streaming: false);
        translator.ReadWhole(Encoding.UTF8.GetBytes($"{{\"choices\":[{{}}],\"usage\":{usage}}}"));
        Assert.Equal((input, cacheRead, output), (translator.Usage.Input, translator.Usage.CacheRead, translator.Usage.Output));
    }

    [Fact]
    public void Usage_inside_a_choice_or_of_groq_is_read()
    {
        using AnswerTranslator translator = New();
        Read(translator, """data: {"choices":[{"delta":{},"finish_reason":"stop","usage":{"prompt_tokens":5,"completion_tokens":6}}]}""" + "\n\n");
        Assert.Equal(new TokenUsage { Input = 5, Output = 6 }, translator.Usage);
        Read(translator, """data: {"choices":[],"x_groq":{"usage":{"prompt_tokens":7,"completion_tokens":8}}}""" + "\n\n");
        Assert.Equal(new TokenUsage { Input = 7, Output = 8 }, translator.Usage);
    }

    [Fact]
    public void Whole_body_keeps_its_bytes_but_for_the_model()
    {
        using AnswerTranslator translator = New(streaming: false);
        string body = "{ \"model\": \"gpt-x\",\n \"choices\": [ {\"message\":{\"content\":\"a\"}} ], \"new\": 1.0 }";
        translator.ReadWhole(Encoding.UTF8.GetBytes(body));
        Assert.Equal(body.Replace("gpt-x", "alias", StringComparison.Ordinal), Client);
        Assert.True(translator.Completed);
    }

    [Theory]
    [InlineData("""[{"error":{"code":503,"message":"The model is overloaded.","status":"UNAVAILABLE"}}]""", 529)]
    [InlineData("""{"error":{"message":"x","type":"insufficient_quota"}}""", 402)]
    [InlineData("""{"object":"x"}""", 500)]
    [InlineData("<html>", 500)]
    public void Body_that_is_no_completion_is_an_error_without_bytes(string body, int status)
    {
        using AnswerTranslator translator = New(streaming: false);
        translator.ReadWhole(Encoding.UTF8.GetBytes(body));
        Assert.Equal(status, translator.Error!.Status);
        Assert.False(translator.Started);
        Assert.Equal("", Client);
    }

    [Fact]
    public void Whole_body_for_a_client_that_wants_a_stream_is_told_as_chunks()
    {
        using AnswerTranslator translator = New();
        translator.ReadWhole("""{"id":"c1","object":"chat.completion","model":"x","choices":[{"index":0,"message":{"role":"assistant","content":null,"tool_calls":[{"id":"t","type":"function","function":{"name":"n","arguments":"{}"}}]},"finish_reason":"tool_calls"}],"usage":{"prompt_tokens":1,"completion_tokens":2}}"""u8);
        Assert.Equal("""
            data: {"id":"c1","object":"chat.completion.chunk","model":"alias","choices":[{"index":0,"delta":{"role":"assistant","content":null,"tool_calls":[{"index":0,"id":"t","type":"function","function":{"name":"n","arguments":"{}"}}]},"finish_reason":"tool_calls"}]}

            data: {"id":"c1","object":"chat.completion.chunk","model":"alias","choices":[],"usage":{"prompt_tokens":1,"completion_tokens":2}}

            data: [DONE]


            """, Client);
    }

    private AnswerTranslator New(bool swallow = false, bool streaming = true) =>
        Translate(new AnswerContext { Model = "alias", RequestId = "req_1", Streaming = streaming, SwallowUsage = swallow });

    private static void Read(AnswerTranslator translator, string upstream) => translator.Read(Encoding.UTF8.GetBytes(upstream));

    private AnswerTranslator Translate(AnswerContext context)
    {
        AnswerTranslator translator = Answers.Translate(ApiForm.Chat, ApiForm.Chat, context);
        _client = translator.Output;
        return translator;
    }
}
