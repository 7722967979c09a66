using System.Text;

namespace Gateway.Translation.Tests.Anthropic;

/// <summary>Streams of chat servers in all the shapes that were met: the input of the properties.</summary>
internal static class ChatStreams
{
    private const string Usage = """{"id":"c","choices":[],"usage":{"prompt_tokens":10,"completion_tokens":5,"total_tokens":15}}""";

    public static readonly IReadOnlyDictionary<string, byte[]> All = new Dictionary<string, byte[]>
    {
        ["text with escapes and other scripts"] = Sse(Text("Hé\\n\\\"quoted\\\" "), Text("\\u4f60\\u597d \\ud83d\\ude00"), Finish("stop"), Usage, "[DONE]"),
        ["role chunk, empty strings, Azure's first chunk"] = Sse(
            """{"id":"","choices":[],"prompt_filter_results":[{"prompt_index":0}]}""",
            Delta("""{"role":"assistant","content":"","reasoning_content":""}"""),
            Text("a"),
            Finish("stop"),
            Usage,
            "[DONE]"),
        ["reasoning, text and a tool call"] = Sse(
            Delta("""{"reasoning_content":"hm\n"}"""),
            Delta("""{"reasoning_content":"so"}"""),
            Text("ok"),
            Call(0, "c1", "a", "{}"),
            Finish("tool_calls"),
            Usage,
            "[DONE]"),
        ["two calls in turns, a piece at a time"] = Sse(
            Delta("""{"tool_calls":[{"index":0,"id":"c1","type":"function","function":{"name":"a","arguments":""}},{"index":1,"id":"c2","type":"function","function":{"name":"b","arguments":""}}]}"""),
            More(0, "{\\\"x\\\":"),
            More(1, "{\\\"y\\\":[1,"),
            More(0, "1}"),
            More(1, "2]}"),
            Finish("tool_calls"),
            Usage,
            "[DONE]"),
        ["every call has the number 0"] = Sse(Call(0, "c1", "a", "{\\\"x\\\":1}"), Call(0, "c2", "b", "{\\\"y\\\":\\\"é\\\\n\\\"}"), Finish("stop"), Usage, "[DONE]"),
        ["calls without number and id"] = Sse(
            Delta("""{"tool_calls":[{"function":{"name":"a","arguments":"{\"x\":1}"}},{"function":{"name":"b","arguments":"{}"}}]}"""),
            Finish("stop"),
            Usage,
            "[DONE]"),
        ["text between the pieces of a call, and after it"] = Sse(Call(0, "c1", "a", "{\\\"x\\\":"), Text("note"), More(0, "1}"), Text(" after"), Finish("tool_calls"), Usage, "[DONE]"),
        ["arguments cut off by the limit"] = Sse(Call(0, "c1", "a", "{\\\"x\\\":\\\"lo"), Finish("length"), Usage, "[DONE]"),
        ["arguments that are no object"] = Sse(Call(0, "c1", "a", "city=Rome"), Call(1, "c2", "b", "[1]"), Call(2, "c3", "c", "null"), Finish("tool_calls"), Usage, "[DONE]"),
        ["arguments that go wrong in the middle"] = Sse(Call(0, "c1", "a", "{\\\"x\\\":1,oops}"), Finish("tool_calls"), Usage, "[DONE]"),
        ["the older function call"] = Sse(Delta("""{"function_call":{"name":"a","arguments":""}}"""), Delta("""{"function_call":{"arguments":"{}"}}"""), Finish("function_call"), Usage, "[DONE]"),
        ["a refusal"] = Sse(Delta("""{"refusal":"No"}"""), Delta("""{"refusal":"pe"}"""), Finish("stop"), Usage, "[DONE]"),
        ["text after the finish, no usage, no end mark"] = Sse(Text("a"), Finish("stop"), Text("b")),
        ["comments, carriage returns, two data lines"] = Encoding.UTF8.GetBytes(
            ": keep-alive\r\n\r\ndata:{\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"é\"},\"finish_reason\":null}]}\r\n\r\nevent: x\r\ndata: {\"id\":\"c\",\r\ndata: \"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\r\n\r\ndata: [DONE]"),
        ["an error in the middle"] = Sse(Text("a"), """{"error":{"message":"boom","code":500}}""", "[DONE]"),
        ["an error at once"] = Sse("""{"error":{"message":"busy","code":503}}"""),
        ["white space only"] = Sse(Text("\\n\\n"), Call(0, "c1", "a", "{}"), Finish("tool_calls"), Usage, "[DONE]"),
        ["OpenRouter's reasoning details"] = Sse(
            Delta("""{"reasoning_details":[{"type":"reasoning.text","text":"hm","index":0}],"reasoning":"hm"}"""),
            Text("ok"),
            Finish("stop"),
            Usage,
            "[DONE]"),
        ["Gemini's signature on a call"] = Sse(
            Delta("""{"tool_calls":[{"id":"","type":"function","function":{"name":"a","arguments":"{}"},"extra_content":{"google":{"thought_signature":"abc"}}}]}"""),
            Finish("stop"),
            Usage,
            "[DONE]"),
    };

    private static byte[] Sse(params string[] data) => Encoding.UTF8.GetBytes(string.Concat(data.Select(d => $"data: {d}\n\n")));

    private static string Delta(string delta) => "{\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":" + delta + ",\"finish_reason\":null}]}";

    private static string Text(string escaped) => Delta("{\"content\":\"" + escaped + "\"}");

    private static string Call(int index, string id, string name, string arguments) =>
        Delta("{\"tool_calls\":[{\"index\":" + index + ",\"id\":\"" + id + "\",\"type\":\"function\",\"function\":{\"name\":\"" + name + "\",\"arguments\":\"" + arguments + "\"}}]}");

    private static string More(int index, string arguments) =>
        Delta("{\"tool_calls\":[{\"index\":" + index + ",\"function\":{\"arguments\":\"" + arguments + "\"}}]}");

    private static string Finish(string reason) => "{\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"" + reason + "\"}]}";
}
