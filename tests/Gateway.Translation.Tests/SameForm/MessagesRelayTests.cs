using System.Text;
using Gateway.Translation.Errors;
using Gateway.Translation.Hub;
using Gateway.Translation.Json;

namespace Gateway.Translation.Tests.SameForm;

public sealed class MessagesRelayTests
{
    private const string Stream = """
        event: message_start
        data: {"type":"message_start","message":{"id":"msg_1", "model" : "claude-x","usage":{"input_tokens":10,"cache_read_input_tokens":90,"output_tokens":1},"content":[]}}

        event: ping
        data: {"type": "ping"}

        : a comment

        event: content_block_start
        data: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}

        event: content_block_delta
        data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"\"model\":\"claude-x\" é"}}

        event: something_new
        data: {"type":"something_new"}

        event: content_block_stop
        data: {"type":"content_block_stop","index":0}

        event: message_delta
        data: {"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":42}}

        event: message_stop
        data: {"type":"message_stop"}


        """;

    private PooledBuffer _client = new();

    private string Client => Encoding.UTF8.GetString(_client.Span);

    [Theory]
    [InlineData("\n")]
    [InlineData("\r\n")]
    [InlineData("\r")]
    public void Events_are_relayed_byte_for_byte_but_for_the_model(string lineEnd)
    {
        using AnswerTranslator translator = New();
        string upstream = Stream.Replace("\n", lineEnd, StringComparison.Ordinal);
        Read(translator, upstream);
        translator.End(clean: true);

        // No client reads comments, and nobody knows what is in them.
        string events = upstream.Replace($": a comment{lineEnd}{lineEnd}", "", StringComparison.Ordinal);
        Assert.Equal(events.Replace("\"model\" : \"claude-x\"", "\"model\" : \"al\\\"ias\"", StringComparison.Ordinal), Client);
        Assert.True(translator.Completed);
        Assert.Null(translator.Error);
        Assert.Equal(new TokenUsage { Input = 10, CacheRead = 90, Output = 42 }, translator.Usage);
    }

    [Theory]
    [InlineData("\n")]
    [InlineData("\r\n")]
    public void Any_chunking_gives_the_same_bytes(string lineEnd) =>
        StreamProperties.AnyChunkingGivesTheSameBytes(Encoding.UTF8.GetBytes(Stream.Replace("\n", lineEnd, StringComparison.Ordinal)), New);

    [Fact]
    public void Damaged_stream_never_throws() =>
        StreamProperties.NoiseNeverThrows(Encoding.UTF8.GetBytes(Stream), New);

    [Fact]
    public void Upstream_cut_anywhere_ends_complete_or_in_one_error() =>
        StreamProperties.CutAnywhereEndsCompleteOrInOneError(Encoding.UTF8.GetBytes(Stream), New, "event: error\ndata: ", "event: message_stop");

    [Fact]
    public void Pings_come_between_events_only()
    {
        using AnswerTranslator translator = New();
        int half = Stream.IndexOf('é');
        Read(translator, Stream[..half]);
        translator.Ping();
        Assert.EndsWith("\"content_block\":{\"type\":\"text\",\"text\":\"\"}}\n\nevent: ping\ndata: {\"type\":\"ping\"}\n\n", Client, StringComparison.Ordinal);
        Read(translator, Stream[half..]);
        Assert.True(translator.Completed);
    }

    [Fact]
    public void Early_start_is_a_ping_and_comments_do_not_start_anything()
    {
        using AnswerTranslator translator = New();
        translator.Ping();
        Read(translator, ": hello\n\n");
        Assert.False(translator.Started);
        Assert.Equal("", Client);
        translator.Start();
        Assert.Equal("event: ping\ndata: {\"type\":\"ping\"}\n\n", Client);
    }

    [Fact]
    public void Error_event_in_the_stream_is_relayed_and_ends_it()
    {
        using AnswerTranslator translator = New();
        string error = "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"Overloaded\"}}\n\n";
        Read(translator, Stream[..Stream.IndexOf("event: something_new", StringComparison.Ordinal)] + error + "event: ping\ndata: {}\n\n");
        translator.End(clean: true);
        Assert.EndsWith(error.Replace("}}", "},\"request_id\":\"req_1\"}", StringComparison.Ordinal), Client, StringComparison.Ordinal);
        Assert.Equal(ErrorType.Overloaded, translator.Error!.Type);
        Assert.True(translator.Completed);
        Assert.True(translator.Usage.Estimated);
    }

    [Fact]
    public void Error_before_the_stream_is_left_for_an_http_error()
    {
        using AnswerTranslator translator = New();
        Read(translator, "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"Overloaded\"}}\n\n");
        translator.End(clean: true);
        Assert.False(translator.Started);
        Assert.Equal("", Client);
        Assert.Equal(new GatewayError(529, ErrorType.Overloaded, "Overloaded"), translator.Error);
    }

    [Fact]
    public void Broken_stream_gets_an_error_event_with_the_request_id()
    {
        using AnswerTranslator translator = New();
        Read(translator, Stream[..^40]);
        translator.End(clean: false);
        Assert.EndsWith("event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"api_error\",\"message\":\"upstream stream ended unexpectedly\"},\"request_id\":\"req_1\"}\n\n", Client, StringComparison.Ordinal);
    }

    [Fact]
    public void Events_without_a_name_get_one()
    {
        using AnswerTranslator translator = New();
        Read(translator, "data: {\"type\":\"message_start\",\"message\":{\"model\":\"x\"}}\n\ndata: {\"type\":\"message_stop\"}\n\n");
        Assert.Equal("event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"model\":\"al\\\"ias\"}}\n\nevent: message_stop\ndata: {\"type\":\"message_stop\"}\n\n", Client);
    }

    [Fact]
    public void Whole_body_keeps_its_bytes_but_for_the_model()
    {
        using AnswerTranslator translator = New(streaming: false);
        string body = "{ \"model\" : \"claude-x\", \"content\" : [ {\"type\":\"text\",\"text\":\"a\",\"model\":\"in\"} ],\n \"new\":1.0, \"usage\":{\"input_tokens\":3,\"output_tokens\":4} }";
        translator.ReadWhole(Encoding.UTF8.GetBytes(body));
        Assert.Equal(body.Replace("claude-x", "al\\\"ias", StringComparison.Ordinal), Client);
        Assert.Equal(new TokenUsage { Input = 3, Output = 4 }, translator.Usage);
        Assert.True(translator.Completed);
    }

    [Theory]
    [InlineData("""{"type":"error","error":{"type":"rate_limit_error","message":"slow"}}""", 429)]
    [InlineData("{\"content\":[]", 500)]
    [InlineData("{}", 500)]
    public void Body_that_is_no_message_is_an_error_without_bytes(string body, int status)
    {
        using AnswerTranslator translator = New(streaming: false);
        translator.ReadWhole(Encoding.UTF8.GetBytes(body));
        Assert.Equal(status, translator.Error!.Status);
        Assert.False(translator.Started);
        Assert.Equal("", Client);
    }

    [Fact]
    public void Whole_body_for_a_client_that_wants_a_stream_is_told_as_one()
    {
        using AnswerTranslator translator = New();
        translator.ReadWhole("""{"id":"msg_1","type":"message","role":"assistant","model":"x","content":[{"type":"thinking","thinking":"h","signature":"S"},{"type":"text","text":"a"},{"type":"tool_use","id":"t","name":"n","input":{"a":"b"}}],"stop_reason":"tool_use","stop_sequence":null,"usage":{"input_tokens":3,"output_tokens":4}}"""u8);
        Assert.Equal("""
            event: message_start
            data: {"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","model":"al\"ias","content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":3,"output_tokens":4}}}

            event: content_block_start
            data: {"type":"content_block_start","index":0,"content_block":{"type":"thinking","thinking":"","signature":""}}

            event: content_block_delta
            data: {"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"h"}}

            event: content_block_delta
            data: {"type":"content_block_delta","index":0,"delta":{"type":"signature_delta","signature":"S"}}

            event: content_block_stop
            data: {"type":"content_block_stop","index":0}

            event: content_block_start
            data: {"type":"content_block_start","index":1,"content_block":{"type":"text","text":""}}

            event: content_block_delta
            data: {"type":"content_block_delta","index":1,"delta":{"type":"text_delta","text":"a"}}

            event: content_block_stop
            data: {"type":"content_block_stop","index":1}

            event: content_block_start
            data: {"type":"content_block_start","index":2,"content_block":{"type":"tool_use","id":"t","name":"n","input":{}}}

            event: content_block_delta
            data: {"type":"content_block_delta","index":2,"delta":{"type":"input_json_delta","partial_json":"{\"a\":\"b\"}"}}

            event: content_block_stop
            data: {"type":"content_block_stop","index":2}

            event: message_delta
            data: {"type":"message_delta","delta":{"stop_reason":"tool_use","stop_sequence":null,"stop_details":null},"usage":{"input_tokens":3,"output_tokens":4}}

            event: message_stop
            data: {"type":"message_stop"}


            """, Client);
    }

    /// <summary>The two ways between a stream and a whole answer undo each other.</summary>
    [Fact]
    public void Stream_that_nobody_asked_for_is_joined_to_what_a_whole_answer_says()
    {
        const string Message = """{"id":"msg_1","type":"message","role":"assistant","model":"al\"ias","content":[{"type":"thinking","thinking":"h","signature":"S"},{"type":"text","text":"a\ud83d\ude00","citations":[{"type":"char_location"}]},{"type":"tool_use","id":"t","name":"n","input":{"a":1.50}}],"stop_reason":"tool_use","stop_sequence":null,"usage":{"input_tokens":3,"output_tokens":4}}""";
        using AnswerTranslator replay = New();
        Read(replay, Message);
        replay.End(clean: true);
        using AnswerTranslator fold = New(streaming: false);
        fold.Read(replay.Output.Span);

        Assert.True(fold.Completed);
        Assert.Equal(Message, Encoding.UTF8.GetString(fold.Output.Span).Replace(",\"stop_details\":null", "", StringComparison.Ordinal));
        Assert.Equal((3, 4), (fold.Usage.Input, fold.Usage.Output));
    }

    [Fact]
    public void Whole_message_as_an_event_is_told_also_after_a_ping()
    {
        using AnswerTranslator translator = New();
        translator.Start();
        Read(translator, """data: {"id":"msg_1","type":"message","content":[{"type":"text","text":"a"}],"stop_reason":"end_turn","usage":{}}""" + "\n\n");

        Assert.True(translator.Completed);
        Assert.StartsWith("event: ping", Client, StringComparison.Ordinal);
        Assert.Contains("\"text_delta\",\"text\":\"a\"", Client, StringComparison.Ordinal);
    }

    [Fact]
    public void Input_that_the_limit_cut_is_closed_in_a_joined_answer()
    {
        using AnswerTranslator translator = New(streaming: false);
        Read(translator, "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"id\":\"msg_1\",\"content\":[]}}\n\n"
            + "event: content_block_start\ndata: {\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"tool_use\",\"id\":\"t\",\"name\":\"n\",\"input\":{}}}\n\n"
            + "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"input_json_delta\",\"partial_json\":\"{\\\"text\\\":\\\"half a\"}}\n\n"
            + "event: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"max_tokens\"},\"usage\":{\"output_tokens\":5}}\n\n"
            + "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n");

        Assert.True(translator.Completed);
        Assert.Equal("""{"id":"msg_1","content":[{"type":"tool_use","id":"t","name":"n","input":{"text":"half a"}}],"stop_reason":"max_tokens","usage":{"output_tokens":5}}""", Client);
    }

    private AnswerTranslator New() => New(streaming: true);

    private AnswerTranslator New(bool streaming) =>
        Translate(new AnswerContext { Model = "al\"ias", RequestId = "req_1", Streaming = streaming });

    private static void Read(AnswerTranslator translator, string upstream) => translator.Read(Encoding.UTF8.GetBytes(upstream));

    private AnswerTranslator Translate(AnswerContext context)
    {
        AnswerTranslator translator = Answers.Translate(ApiForm.Messages, ApiForm.Messages, context);
        _client = translator.Output;
        return translator;
    }
}
