using System.Text;
using System.Text.Json;

namespace Gateway.Benchmarks;

/// <summary>Answers as Anthropic gives them.</summary>
internal static class MessagesAnswers
{
    /// <summary>So many pieces of text.</summary>
    public static byte[] Text(int pieces) => Stream(
        """{"type":"text","text":""}""", "end_turn", Enumerable.Repeat("""{"type":"text_delta","text":" word"}""", pieces));

    /// <summary>One call whose arguments, a text that is to be written to a file, come in so many pieces.</summary>
    public static byte[] ToolCall(int pieces) => Stream(
        """{"type":"tool_use","id":"toolu_1","name":"write_file","input":{}}""",
        "tool_use",
        ModelArguments.InPieces(pieces).Select(piece => $$"""{"type":"input_json_delta","partial_json":{{JsonSerializer.Serialize(piece)}}}"""));

    /// <summary>So many words in one body.</summary>
    public static byte[] Whole(int words) => Encoding.UTF8.GetBytes(
        $$$"""{"id":"msg_up","type":"message","role":"assistant","model":"up","content":[{"type":"text","text":"{{{string.Concat(Enumerable.Repeat(" word", words))}}}"}],"stop_reason":"end_turn","stop_sequence":null,"usage":{"input_tokens":10,"output_tokens":500}}""");

    private static byte[] Stream(string block, string stop, IEnumerable<string> deltas)
    {
        StringBuilder stream = new();
        Append("message_start", """{"type":"message_start","message":{"id":"msg_up","type":"message","role":"assistant","model":"up","content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":10,"output_tokens":1}}}""");
        Append("content_block_start", $$"""{"type":"content_block_start","index":0,"content_block":{{block}}}""");
        foreach (string delta in deltas)
        {
            Append("content_block_delta", $$"""{"type":"content_block_delta","index":0,"delta":{{delta}}}""");
        }

        Append("content_block_stop", """{"type":"content_block_stop","index":0}""");
        Append("message_delta", $$$"""{"type":"message_delta","delta":{"stop_reason":"{{{stop}}}","stop_sequence":null},"usage":{"output_tokens":500}}""");
        Append("message_stop", """{"type":"message_stop"}""");
        return Encoding.UTF8.GetBytes(stream.ToString());

        void Append(string name, string data) => stream.Append("event: ").Append(name).Append("\ndata: ").Append(data).Append("\n\n");
    }
}
