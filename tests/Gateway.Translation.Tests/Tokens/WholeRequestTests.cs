using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gateway.Translation.Tokens;
using Xunit.Abstractions;

namespace Gateway.Translation.Tests.Tokens;

/// <summary>Whole Chat bodies against the tokenizer, with what OpenAI's servers add to messages and tools.</summary>
public sealed class WholeRequestTests(ITestOutputHelper output)
{
    private static readonly JsonSerializerOptions s_plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>An agent's conversation as Claude Code has it, made of texts that the costs were not measured over.</summary>
    private static JsonArray Conversation =>
    [
        Message("system", Text("prompt-agent")),
        Message("user", "Why does the reader split events in the wrong place? Fix it and run the tests."),
        Calls("I'll look at the code first.", ("Grep", """{"pattern":"TryRead","output_mode":"files_with_matches"}"""), ("Bash", """{"command":"git log --oneline | head","description":"Show recent commits"}""")),
        Result("call_1", Text("result-grep")),
        Result("call_2", Text("result-listing")),
        Calls("", ("Read", """{"file_path":"/home/dev/projects/gateway/src/Sse/SseReader.cs","offset":1,"limit":90}""")),
        Result("call_1", Text("result-cat-n")),
        Calls("The carriage return is the problem.", ("Edit", JsonSerializer.Serialize(new { file_path = "/home/dev/projects/gateway/src/Sse/SseReader.cs", old_string = "if (b == '\r')\n{\n    return;\n}\n", new_string = "if (b == '\r' && !last)\n{\n    continue;\n}\n" }))),
        Result("call_1", Text("result-diff")),
        Calls("", ("Bash", """{"command":"dotnet test --filter SseReader","timeout":120000}""")),
        Result("call_1", Text("logs-traces")),
        Message("user", Text("prose-english")),
    ];

    [Fact]
    public void Conversation_of_an_agent_is_estimated_as_well_as_a_text()
    {
        AssertWithin(Conversation, [], -0.05, 0.15);
        AssertWithin(Conversation, Tools("fit"), -0.05, 0.15);
    }

    /// <summary>Frames of messages and calls are known: with the tokenizer for the texts, only tools are left to guess.</summary>
    [Fact]
    public void Conversation_counted_with_the_tokenizer_is_nearly_exact()
    {
        AssertWithin(Conversation, [], 0, 0.005, RealTokenizer.Count);
        AssertWithin(Conversation, Tools("fit"), 0, 0.03, RealTokenizer.Count);
    }

    /// <summary>Clients ask for the size of a tool by a request that holds little else.</summary>
    [Theory]
    [InlineData("fit")]
    [InlineData("held-out")]
    public void Tools_count_more_than_declarations_and_less_than_their_json(string part)
    {
        JsonArray foo = [Message("user", "foo")];
        Measured tools = AssertWithin(foo, Tools(part), 0, 0.35);

        int json = RealTokenizer.Count(Tools(part).ToJsonString(s_plain));
        output.WriteLine($"as JSON: {json}");
        Assert.InRange(tools.Estimate, json * 0.8, json * 1.05);
    }

    [Fact]
    public void Every_part_that_a_model_reads_adds_to_the_count()
    {
        long before = Count("""{"messages":[{"role":"user","content":"hi"}]}""");
        foreach (string body in (string[])
        [
            """{"messages":[{"role":"system","content":"Be brief."},{"role":"user","content":"hi"}]}""",
            """{"messages":[{"role":"user","content":[{"type":"text","text":"hi, you"}]}]}""",
            """{"messages":[{"role":"user","name":"ada","content":"hi"}]}""",
            """{"messages":[{"role":"user","content":"hi","reasoning_content":"thought"}]}""",
            """{"messages":[{"role":"user","content":"hi","reasoning_details":[{"type":"reasoning.text","text":"thought"}]}]}""",
            """{"messages":[{"role":"user","content":"hi","tool_calls":[{"id":"a","type":"function","function":{"name":"f","arguments":"{}"}}]}]}""",
            """{"messages":[{"role":"user","content":"hi","tool_calls":[{"id":"a","type":"custom","custom":{"name":"f","input":"x"}}]}]}""",
            """{"messages":[{"role":"user","content":"hi"}],"tools":[{"type":"function","function":{"name":"f"}}]}""",
            """{"messages":[{"role":"user","content":"hi"}],"response_format":{"type":"json_schema","json_schema":{"name":"n","schema":{"type":"object","properties":{"a":{"type":"string"}}}}}}""",
        ])
        {
            Assert.True(Count(body) > before, body);
        }
    }

    [Fact]
    public void Escapes_of_the_body_are_no_text()
    {
        Assert.Equal(Count("""{"messages":[{"role":"user","content":"größer\n\t\"x\" 家"}]}"""), Count("""{"messages":[{"role":"user","content":"gr\u00f6\u00DFer\u000a\u0009\u0022x\" \u5bb6"}]}"""));
    }

    /// <summary>Estimates are made of bodies that clients wrote, too.</summary>
    [Theory]
    [InlineData("[]")]
    [InlineData("""{"messages":{},"tools":7}""")]
    [InlineData("""{"messages":[1,null,{"content":[2,{"type":"image_url","image_url":7},{"file":[]}]},{"tool_calls":[{"function":"f"}]}],"tools":[null,{"function":{"parameters":{"properties":[1],"enum":7}}}]}""")]
    [InlineData("""{"messages":[{"role":"user","content":"half a pair \ud83d"}]}""")]
    public void Odd_bodies_are_counted_without_an_error(string body) => Assert.InRange(Count(body), 3, 2000);

    private static long Count(string body, Func<ReadOnlySpan<byte>, long>? countText = null) =>
        TokenEstimator.Count(Encoding.UTF8.GetBytes(body), "gpt-5", countText);

    private Measured AssertWithin(JsonArray messages, JsonArray tools, double lowest, double highest, Func<ReadOnlySpan<byte>, long>? countText = null)
    {
        JsonObject body = new() { ["model"] = "gpt-5", ["messages"] = messages, ["tools"] = tools };
        Measured whole = new("request", $"{messages.Count} messages, {tools.Count} tools", OpenAiServer.Count(body), Count(body.ToJsonString(), countText));
        output.WriteLine(whole.ToString());
        whole.AssertWithin(lowest, highest);
        return whole;
    }

    private static JsonArray Tools(string part) =>
        JsonNode.Parse((part == "fit" ? Corpus.Fit : Corpus.HeldOut).Single(text => text.Name == "tools").Text)!.AsArray();

    private static string Text(string name) => Corpus.HeldOut.Single(text => text.Name == name).Text;

    private static JsonObject Message(string role, string content) => new() { ["role"] = role, ["content"] = content };

    private static JsonObject Result(string id, string content) => new() { ["role"] = "tool", ["tool_call_id"] = id, ["content"] = content };

    private static JsonObject Calls(string content, params (string Name, string Arguments)[] calls) => new()
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
