using System.Text;
using System.Text.Json;

namespace Gateway.Benchmarks;

/// <summary>Answers as OpenAI-compatible servers give them.</summary>
internal static class ChatAnswers
{
    private const string Usage = """{"prompt_tokens":10,"completion_tokens":500,"total_tokens":510}""";

    /// <summary>So many pieces of text.</summary>
    public static byte[] Text(int pieces) => Stream("stop", Enumerable.Repeat("""{"content":" word"}""", pieces));

    /// <summary>One call whose arguments, a text that is to be written to a file, come in so many pieces.</summary>
    public static byte[] ToolCall(int pieces) => Stream(
        "tool_calls",
        [
            """{"tool_calls":[{"index":0,"id":"call_1","type":"function","function":{"name":"write_file","arguments":""}}]}""",
            .. ModelArguments.InPieces(pieces).Select(piece => $$$"""{"tool_calls":[{"index":0,"function":{"arguments":{{{JsonSerializer.Serialize(piece)}}}}}]}"""),
        ]);

    /// <summary>So many words in one body.</summary>
    public static byte[] Whole(int words) => Encoding.UTF8.GetBytes(
        $$$"""{"id":"chatcmpl-1","object":"chat.completion","created":1,"model":"up","choices":[{"index":0,"message":{"role":"assistant","content":"{{{string.Concat(Enumerable.Repeat(" word", words))}}}"},"finish_reason":"stop"}],"usage":{{{Usage}}}}""");

    private static byte[] Stream(string finish, IEnumerable<string> deltas)
    {
        StringBuilder stream = new();
        foreach (string delta in deltas.Append("{}"))
        {
            string reason = delta == "{}" ? $"\"{finish}\"" : "null";
            stream.Append($$$"""data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1,"model":"up","choices":[{"index":0,"delta":{{{delta}}},"finish_reason":{{{reason}}}}]}""").Append("\n\n");
        }

        stream.Append($$$"""data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1,"model":"up","choices":[],"usage":{{{Usage}}}}""").Append("\n\ndata: [DONE]\n\n");
        return Encoding.UTF8.GetBytes(stream.ToString());
    }
}
