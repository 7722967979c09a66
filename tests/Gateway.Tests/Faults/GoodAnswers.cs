using Gateway.Tests.Support;

namespace Gateway.Tests.Faults;

/// <summary>What an upstream of each kind says when nothing is wrong with it.</summary>
internal static class GoodAnswers
{
    public const string Text = "one two three";

    /// <summary>Sent as a whole.</summary>
    public static string Whole(string kind, string text = Text) => kind == "anthropic"
        ? $$$"""{"id":"msg_1","type":"message","role":"assistant","model":"up","content":[{"type":"text","text":"{{{text}}}"}],"stop_reason":"end_turn","stop_sequence":null,"usage":{"input_tokens":10,"output_tokens":2}}"""
        : FakeUpstream.Completion(text);

    /// <summary>The events of a stream, each with its empty line.</summary>
    public static IReadOnlyList<string> Events(string kind) => [.. Begin(kind), .. Word(kind, " two"), .. Word(kind, " three"), .. Finish(kind), .. Stop(kind)];

    /// <summary>All before the first word, and it.</summary>
    public static IReadOnlyList<string> Begin(string kind) => kind == "anthropic"
        ?
        [
            Event("message_start", """{"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","model":"up","content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":10,"output_tokens":1}}}"""),
            Event("content_block_start", """{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}"""),
            .. Word(kind, "one"),
        ]
        : Word(kind, "one");

    public static IReadOnlyList<string> Word(string kind, string text) => kind == "anthropic"
        ? [Event("content_block_delta", $$$"""{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"{{{text}}}"}}""")]
        : [Chunk(FakeUpstream.Chunk(text))];

    /// <summary>A call of a tool whose arguments are not complete.</summary>
    public static IReadOnlyList<string> HalfTool(string kind) => kind == "anthropic"
        ?
        [
            Event("content_block_stop", """{"type":"content_block_stop","index":0}"""),
            Event("content_block_start", """{"type":"content_block_start","index":1,"content_block":{"type":"tool_use","id":"toolu_1","name":"look","input":{}}}"""),
            Event("content_block_delta", """{"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta","partial_json":"{\"at\":"}}"""),
        ]
        : [Chunk("""{"id":"chatcmpl-1","choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"call_1","type":"function","function":{"name":"look","arguments":"{\"at\":"}}]},"finish_reason":null}]}""")];

    /// <summary>Says why the answer ends.</summary>
    public static IReadOnlyList<string> Finish(string kind) => kind == "anthropic"
        ?
        [
            Event("content_block_stop", """{"type":"content_block_stop","index":0}"""),
            Event("message_delta", """{"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":{"output_tokens":2}}"""),
        ]
        : [Chunk(FakeUpstream.LastChunk)];

    public static IReadOnlyList<string> Stop(string kind) => [kind == "anthropic" ? Event("message_stop", """{"type":"message_stop"}""") : Chunk("[DONE]")];

    public static string Error(string kind, string type = "overloaded_error") => kind == "anthropic"
        ? $$$"""{"type":"error","error":{"type":"{{{type}}}","message":"made up by a test"},"request_id":"req_up"}"""
        : $$$"""{"error":{"message":"made up by a test","type":"{{{type}}}","code":null}}""";

    public static string ErrorEvent(string kind) => kind == "anthropic" ? Event("error", Error(kind)) : Chunk(Error(kind));

    private static string Event(string name, string data) => $"event: {name}\ndata: {data}\n\n";

    private static string Chunk(string data) => $"data: {data}\n\n";
}
