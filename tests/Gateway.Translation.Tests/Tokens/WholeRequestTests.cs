using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gateway.Translation.Tokens;
using Xunit.Abstractions;

namespace Gateway.Translation.Tests.Tokens;

/// <summary>Whole Chat bodies against the tokenizer and what OpenAI adds to messages and tools.</summary>
public sealed class WholeRequestTests(ITestOutputHelper output)
{
    private static readonly JsonArray s_noTools = [];

    /// <summary>Read anew each time: a node has one parent.</summary>
    private static JsonArray ClaudeCodeTools => JsonNode.Parse(Text(Corpus.Fit, "tools"))!.AsArray();

    private static JsonArray OtherTools => JsonNode.Parse(Text(Corpus.HeldOut, "tools"))!.AsArray();

    private static JsonArray Conversation =>
    [
        Message("system", Text(Corpus.HeldOut, "prompt-agent")),
        Message("user", "Why does the reader split events in the wrong place? Fix it and run the tests."),
        Call("I'll look at the code first.", ("Grep", """{"pattern":"TryRead","output_mode":"files_with_matches"}"""), ("Bash", """{"command":"git log --oneline | head","description":"Show recent commits"}""")),
        Result("call_1", Text(Corpus.HeldOut, "result-grep")),
        Result("call_2", Text(Corpus.HeldOut, "result-listing")),
        Call("", ("Read", """{"file_path":"/home/dev/projects/gateway/src/Sse/SseReader.cs","offset":1,"limit":90}""")),
        Result("call_1", Text(Corpus.HeldOut, "result-cat-n")),
        Call("The carriage return is the problem.", ("Edit", JsonSerializer.Serialize(new { file_path = "/home/dev/projects/gateway/src/Sse/SseReader.cs", old_string = "if (b == '\r')\n{\n    return;\n}\n", new_string = "if (b == '\r' && !last)\n{\n    continue;\n}\n" }))),
        Result("call_1", Text(Corpus.HeldOut, "result-diff")),
        Call("", ("Bash", """{"command":"dotnet test --filter SseReader","timeout":120000}""")),
        Result("call_1", Text(Corpus.HeldOut, "logs-traces")),
        Message("user", Text(Corpus.HeldOut, "prose-english")),
    ];

    [Fact]
    public async Task Conversation_without_tools()
    {
        Measured whole = await MeasureAsync(Conversation, s_noTools);
        whole.AssertWithin(-0.05, 0.15);
    }

    [Fact]
    public async Task P()
    {
        await MeasureAsync([Message("user", "foo")], []);
        await MeasureAsync([Message("user", "foo")], ClaudeCodeTools);
        await MeasureAsync([Message("user", "foo")], OtherTools);
        await MeasureAsync(Conversation, ClaudeCodeTools);
    }

    private async Task<Measured> MeasureAsync(JsonArray messages, JsonArray tools)
    {
        string json = new JsonObject { ["model"] = "gpt-5", ["messages"] = messages, ["tools"] = tools }.ToJsonString();
        string compact = tools.ToJsonString(new JsonSerializerOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        int real = (await RealTokenizer.CountChatsAsync([json]))[0];
        byte[] body = Encoding.UTF8.GetBytes(json);
        string without = new JsonObject { ["messages"] = messages.DeepClone() }.ToJsonString();
        int realWithout = (await RealTokenizer.CountChatsAsync([without]))[0];
        int toolJson = (await RealTokenizer.CountAsync([compact]))[0];
        Measured result = new("", $"tools {tools.Count}", real, TokenEstimator.Count(body, "gpt-5"));
        output.WriteLine($"{result}   as JSON {realWithout + toolJson} quick {TokenEstimator.Quick(body)} %");
        return result;
    }

    private static string Text(IReadOnlyList<CorpusText> texts, string name) => texts.Single(text => text.Name == name).Text;

    private static JsonObject Message(string role, string content) => new() { ["role"] = role, ["content"] = content };

    private static JsonObject Result(string id, string content) => new() { ["role"] = "tool", ["tool_call_id"] = id, ["content"] = content };

    private static JsonObject Call(string content, params (string Name, string Arguments)[] calls) => new()
    {
        ["role"] = "assistant",
        ["content"] = content,
        ["tool_calls"] = new JsonArray([.. calls.Select((call, i) => new JsonObject
        {
            ["id"] = $"call_{i + 1}",
            ["type"] = "function",
            ["function"] = new JsonObject { ["name"] = call.Name, ["arguments"] = call.Arguments },
        })]),
    };
}
