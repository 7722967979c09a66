using Gateway.Tests.Support;

namespace Gateway.Tests.Faults;

/// <summary>What an upstream of each kind says when nothing is wrong with it.</summary>
internal static class GoodAnswers
{
    public const string Text = "one two three";

    /// <summary>Sent as a whole.</summary>
    public static string Whole(string kind, string text = Text) => kind switch
    {
        "anthropic" => $$$"""{"id":"msg_1","type":"message","role":"assistant","model":"up","content":[{"type":"text","text":"{{{text}}}"}],"stop_reason":"end_turn","stop_sequence":null,"usage":{"input_tokens":10,"output_tokens":2}}""",
        "responses" => Response(text),
        _ => FakeUpstream.Completion(text),
    };

    /// <summary>The events of a stream, each with its empty line.</summary>
    public static IReadOnlyList<string> Events(string kind) => [.. Begin(kind), .. Word(kind, " two"), .. Word(kind, " three"), .. Finish(kind), .. Stop(kind)];

    /// <summary>All before the first word, and it.</summary>
    public static IReadOnlyList<string> Begin(string kind) => kind switch
    {
        "anthropic" =>
        [
            Event("message_start", """{"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","model":"up","content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":10,"output_tokens":1}}}"""),
            Event("content_block_start", """{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}"""),
            .. Word(kind, "one"),
        ],
        "responses" =>
        [
            Event("response.created", """{"type":"response.created","response":{"id":"resp_1","status":"in_progress","output":[]}}"""),
            Event("response.output_item.added", """{"type":"response.output_item.added","output_index":0,"item":{"id":"msg_1","type":"message","content":[]}}"""),
            .. Word(kind, "one"),
        ],
        _ => Word(kind, "one"),
    };

    public static IReadOnlyList<string> Word(string kind, string text) => kind switch
    {
        "anthropic" => [Event("content_block_delta", $$$"""{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"{{{text}}}"}}""")],
        "responses" => [Event("response.output_text.delta", $$"""{"type":"response.output_text.delta","output_index":0,"content_index":0,"delta":"{{text}}"}""")],
        _ => [Chunk(FakeUpstream.Chunk(text))],
    };

    /// <summary>A call of a tool whose arguments are not complete.</summary>
    public static IReadOnlyList<string> HalfTool(string kind) => kind switch
    {
        "anthropic" =>
        [
            Event("content_block_stop", """{"type":"content_block_stop","index":0}"""),
            Event("content_block_start", """{"type":"content_block_start","index":1,"content_block":{"type":"tool_use","id":"toolu_1","name":"look","input":{}}}"""),
            Event("content_block_delta", """{"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta","partial_json":"{\"at\":"}}"""),
        ],
        "responses" =>
        [
            Event("response.output_item.done", """{"type":"response.output_item.done","output_index":0,"item":{"id":"msg_1","type":"message","content":[{"type":"output_text","text":"one"}]}}"""),
            Event("response.output_item.added", """{"type":"response.output_item.added","output_index":1,"item":{"id":"fc_1","type":"function_call","call_id":"call_1","name":"look","arguments":""}}"""),
            Event("response.function_call_arguments.delta", """{"type":"response.function_call_arguments.delta","output_index":1,"delta":"{\"at\":"}"""),
        ],
        _ => [Chunk("""{"id":"chatcmpl-1","choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"call_1","type":"function","function":{"name":"look","arguments":"{\"at\":"}}]},"finish_reason":null}]}""")],
    };

    /// <summary>Says why the answer ends.</summary>
    public static IReadOnlyList<string> Finish(string kind) => kind switch
    {
        "anthropic" =>
        [
            Event("content_block_stop", """{"type":"content_block_stop","index":0}"""),
            Event("message_delta", """{"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":{"output_tokens":2}}"""),
        ],
        "responses" => [Event("response.output_item.done", $$"""{"type":"response.output_item.done","output_index":0,"item":{{Message(Text)}}}""")],
        _ => [Chunk(FakeUpstream.LastChunk)],
    };

    public static IReadOnlyList<string> Stop(string kind) => kind switch
    {
        "anthropic" => [Event("message_stop", """{"type":"message_stop"}""")],
        "responses" => [Event("response.completed", $$"""{"type":"response.completed","response":{{Response(Text)}}}""")],
        _ => [Chunk("[DONE]")],
    };

    public static string Error(string kind, string type = "overloaded_error") => kind == "anthropic"
        ? $$$"""{"type":"error","error":{"type":"{{{type}}}","message":"made up by a test"},"request_id":"req_up"}"""
        : $$$"""{"error":{"message":"made up by a test","type":"{{{type}}}","code":null}}""";

    public static string ErrorEvent(string kind) => kind switch
    {
        "anthropic" => Event("error", Error(kind)),
        "responses" => Event("error", """{"type":"error","code":"server_is_overloaded","message":"made up by a test","param":null}"""),
        _ => Chunk(Error(kind)),
    };

    private static string Response(string text) =>
        $$$"""{"id":"resp_1","object":"response","status":"completed","model":"up","output":[{{{Message(text)}}}],"usage":{"input_tokens":10,"output_tokens":2,"total_tokens":12}}""";

    private static string Message(string text) => $$"""{"id":"msg_1","type":"message","role":"assistant","status":"completed","content":[{"type":"output_text","text":"{{text}}","annotations":[]}]}""";

    private static string Event(string name, string data) => $"event: {name}\ndata: {data}\n\n";

    private static string Chunk(string data) => $"data: {data}\n\n";
}
