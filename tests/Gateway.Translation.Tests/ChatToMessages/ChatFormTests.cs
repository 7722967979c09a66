using System.Buffers;
using System.Text;
using Gateway.Translation.ChatToMessages;
using Gateway.Translation.Errors;
using Gateway.Translation.Hub;
using Gateway.Translation.Profiles;

namespace Gateway.Translation.Tests.ChatToMessages;

/// <summary>
/// The whole of the Chat form, and what clients mix into it: each part of a content for each role, each kind of tool and
/// choice, each field. What a body says reaches Claude, or is refused by its path; a knob may be dropped, and is reported.
/// </summary>
public sealed class ChatFormTests
{
    private const string Marker = "MARKER7";

    private static readonly string[] s_roles = ["system", "developer", "user", "assistant", "tool"];

    /// <summary>Every kind of part that Chat, Responses, Messages and the frameworks around them know, and one that nobody does.</summary>
    private static readonly string[] s_parts =
    [
        """{"type":"text","text":"MARKER7"}""",
        """{"type":"input_text","text":"MARKER7"}""",
        """{"type":"output_text","text":"MARKER7","annotations":[]}""",
        """{"type":"summary_text","text":"MARKER7"}""",
        """{"type":"refusal","refusal":"MARKER7"}""",
        """{"type":"image_url","image_url":{"url":"https://e.com/MARKER7"}}""",
        """{"type":"image_url","image_url":"https://e.com/MARKER7"}""",
        """{"type":"input_image","image_url":"https://e.com/MARKER7"}""",
        """{"type":"input_image","file_id":"MARKER7"}""",
        """{"type":"image","source":{"type":"url","url":"https://e.com/MARKER7"}}""",
        """{"type":"image","image":"MARKER7"}""",
        """{"type":"image","data":"MARKER7","mimeType":"image/png"}""",
        """{"type":"document","source":{"type":"text","media_type":"text/plain","data":"MARKER7"}}""",
        """{"type":"document","text":"MARKER7"}""",
        """{"type":"search_result","source":"s","title":"t","content":[{"type":"text","text":"MARKER7"}]}""",
        """{"type":"tool_reference","tool_name":"MARKER7"}""",
        """{"type":"container_upload","file_id":"MARKER7"}""",
        """{"type":"file","file":{"file_data":"https://e.com/MARKER7"}}""",
        """{"type":"file","file":{"file_id":"MARKER7"}}""",
        """{"type":"input_file","file_url":"https://e.com/MARKER7"}""",
        """{"type":"input_file","file_id":"MARKER7"}""",
        """{"type":"input_audio","input_audio":{"data":"MARKER7","format":"wav"}}""",
        """{"type":"audio_url","audio_url":{"url":"MARKER7"}}""",
        """{"type":"video_url","video_url":{"url":"MARKER7"}}""",
        """{"type":"thinking","thinking":"MARKER7","signature":"c2ln"}""",
        """{"type":"redacted_thinking","data":"MARKER7"}""",
        """{"type":"thinking","data":"MARKER7"}""",
        """{"type":"tool_use","id":"c2","name":"n","input":{"a":"MARKER7"}}""",
        """{"type":"tool_use","id":"c2","name":"MARKER7","input":"{}"}""",
        """{"type":"tool_result","tool_use_id":"c1","content":"MARKER7"}""",
        """{"type":"tool_result","tool_use_id":"c1","content":[{"type":"text","text":"MARKER7"}]}""",
        """{"type":"tool_result","tool_use_id":"c1","content":[{"type":"image_url","image_url":{"url":"https://e.com/MARKER7"}}]}""",
        """{"type":"tool_result","tool_use_id":"c1","content":{"text":"MARKER7"}}""",
        """{"type":"tool_result","tool_use_id":"c1","content":[{"type":"hologram","x":"MARKER7"}]}""",
        """{"type":"tool_result","tool_use_id":"other","content":"MARKER7"}""",
        """{"type":"tool_result","content":"MARKER7"}""",
        """{"type":"server_tool_use","id":"s1","name":"web_search","input":{"query":"MARKER7"}}""",
        """{"type":"web_search_tool_result","tool_use_id":"s1","content":[{"type":"web_search_result","title":"MARKER7"}]}""",
        """{"type":"mcp_tool_use","id":"m1","name":"MARKER7","server_name":"s","input":{}}""",
        """{"type":"tool-call","toolCallId":"c2","toolName":"n","args":{"a":"MARKER7"}}""",
        """{"type":"tool-result","toolCallId":"c1","result":"MARKER7"}""",
        """{"type":"function_call","call_id":"c2","name":"n","arguments":"MARKER7"}""",
        """{"type":"function_call_output","call_id":"c1","output":"MARKER7"}""",
        """{"type":"reasoning_text","text":"MARKER7"}""",
        """{"type":"hologram","x":"MARKER7"}""",
        """{"type":"\ud800","x":"MARKER7"}""",
        """{"type":7,"x":"MARKER7"}""",
        """{"text":"MARKER7"}""",
    ];

    public static TheoryData<string> Roles => [.. s_roles];

    [Theory]
    [MemberData(nameof(Roles))]
    public void Part_reaches_claude_or_is_refused_by_its_path(string role) => Assert.All(s_parts, part => CheckPart(role, part));

    [Theory]
    [InlineData("""{"type":"function","function":{"name":"t","description":"MARKER7"}}""", true)]
    [InlineData("""{"function":{"name":"t","parameters":{"type":"object","description":"MARKER7"}}}""", true)]
    [InlineData("""{"type":"function","name":"t","parameters":{"type":"object","description":"MARKER7"}}""", true)]
    [InlineData("""{"type":"custom","custom":{"name":"t","description":"MARKER7"}}""", true)]
    [InlineData("""{"type":"custom","name":"t","description":"MARKER7"}""", true)]
    [InlineData("""{"name":"t","input_schema":{"type":"object","description":"MARKER7"}}""", true)]
    [InlineData("""{"type":"custom","name":"t","input_schema":{"type":"object","description":"MARKER7"}}""", true)]
    [InlineData("""{"name":"t","parameters":{"type":"object","description":"MARKER7"}}""", true)]
    [InlineData("""{"type":"bash_20250124","name":"MARKER7"}""", true)]
    [InlineData("""{"type":"web_search_20250305","name":"web_search","allowed_domains":["MARKER7"]}""", true)]
    [InlineData("""{"type":"function"}""", false)]
    [InlineData("""{"type":"function","function":"MARKER7"}""", false)]
    [InlineData("""{"type":"function","function":{"name":"t","parameters":"MARKER7"}}""", false)]
    [InlineData("""{"name":"t","input_schema":["MARKER7"]}""", false)]
    [InlineData("""{"type":"web_search","name":"MARKER7"}""", false)]
    [InlineData("""{"type":"web_search_preview","name":"MARKER7"}""", false)]
    [InlineData("""{"type":"file_search","vector_store_ids":["MARKER7"]}""", false)]
    [InlineData("""{"type":"mcp","server_label":"MARKER7"}""", false)]
    [InlineData("""{"type":"namespace","name":"t","tools":["MARKER7"]}""", false)]
    [InlineData("""{"type":"advisor_20260301","name":"t","model":"MARKER7"}""", false)]
    [InlineData("""{"type":7,"name":"MARKER7"}""", false)]
    [InlineData("\"MARKER7\"", false)]
    public void Tool_reaches_claude_or_is_refused_by_its_path(string tool, bool known) =>
        Check($$"""{"model":"m","messages":[{"role":"user","content":"w?"}],"tools":[{{tool}}]}""", known ? null : "tools.0");

    [Theory]
    [InlineData("\"none\"", """{"type":"none"}""")]
    [InlineData("\"auto\"", """{"type":"auto"}""")]
    [InlineData("\"required\"", """{"type":"any"}""")]
    [InlineData("\"any\"", """{"type":"any"}""")]
    [InlineData("""{"type":"function","function":{"name":"t"}}""", """{"type":"tool","name":"t"}""")]
    [InlineData("""{"type":"function","name":"t"}""", """{"type":"tool","name":"t"}""")]
    [InlineData("""{"type":"custom","custom":{"name":"t"}}""", """{"type":"tool","name":"t"}""")]
    [InlineData("""{"type":"tool","name":"t"}""", """{"type":"tool","name":"t"}""")]
    [InlineData("""{"type":"tool","name":"t","disable_parallel_tool_use":true}""", """{"type":"tool","name":"t","disable_parallel_tool_use":true}""")]
    [InlineData("""{"type":"auto","disable_parallel_tool_use":true}""", """{"type":"auto","disable_parallel_tool_use":true}""")]
    [InlineData("""{"type":"any"}""", """{"type":"any"}""")]
    [InlineData("""{"type":"none"}""", """{"type":"none"}""")]
    [InlineData("""{"type":"allowed_tools","allowed_tools":{"mode":"auto","tools":[{"type":"function","function":{"name":"t"}}]}}""", """{"type":"auto"}""")]
    [InlineData("""{"type":"allowed_tools","mode":"required","tools":[{"type":"function","name":"t"}]}""", """{"type":"any"}""")]
    [InlineData("\"always\"", null)]
    [InlineData("true", null)]
    [InlineData("[\"auto\"]", null)]
    [InlineData("""{"type":"function","function":{"name":"u"}}""", null)]
    [InlineData("""{"type":"file_search"}""", null)]
    [InlineData("""{"type":"allowed_tools","mode":"auto","tools":[{"name":"u"}]}""", null)]
    public void Choice_is_understood_or_refused(string choice, string? expected)
    {
        string? said = Write($$$"""{"model":"m","messages":[{"role":"user","content":"w?"}],"tools":[{"function":{"name":"t"}}],"tool_choice":{{{choice}}}}""", out string problem, out _);
        Assert.True(expected is null ? problem.StartsWith("tool_choice", StringComparison.Ordinal) : said!.Contains($"\"tool_choice\":{expected}", StringComparison.Ordinal), said ?? problem);
    }

    [Theory]
    [InlineData("\"system\":\"MARKER7\"", null)]
    [InlineData("\"system\":[{\"type\":\"text\",\"text\":\"MARKER7\"}]", null)]
    [InlineData("\"instructions\":\"MARKER7\"", null)]
    [InlineData("\"system\":{\"text\":\"MARKER7\"}", "system")]
    [InlineData("\"system\":[{\"type\":\"image\",\"source\":{}}]", "system.0.type")]
    [InlineData("\"input\":\"MARKER7\"", "input")]
    [InlineData("\"prompt\":\"MARKER7\"", "prompt")]
    [InlineData("\"functions\":[{\"name\":\"t\",\"description\":\"MARKER7\"}]", null)]
    [InlineData("\"functions\":{\"name\":\"MARKER7\"}", "functions")]
    [InlineData("\"tools\":{\"name\":\"MARKER7\"}", "tools")]
    [InlineData("\"stop\":[\"MARKER7\"]", null)]
    [InlineData("\"user\":\"MARKER7\"", null)]
    [InlineData("\"safety_identifier\":\"MARKER7\"", null)]
    [InlineData("\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"x\",\"schema\":{\"type\":\"object\",\"description\":\"MARKER7\"}}}", null)]
    [InlineData("\"n\":2", "n")]
    public void Field_reaches_claude_or_is_refused_by_its_name(string field, string? path) =>
        Check($$"""{"model":"m","messages":[{"role":"user","content":"w?"}],{{field}}}""", path);

    [Theory]
    [InlineData("\"content\":\"a\",\"refusal\":\"MARKER7\"", null)]
    [InlineData("\"content\":null,\"function_call\":{\"name\":\"n\",\"arguments\":\"{\\\"a\\\":\\\"MARKER7\\\"}\"}", null)]
    [InlineData("\"tool_calls\":[{\"id\":\"c\",\"type\":\"custom\",\"custom\":{\"name\":\"n\",\"input\":\"MARKER7\"}}]", null)]
    [InlineData("\"tool_calls\":[{\"id\":\"c\",\"function\":{\"name\":\"n\",\"arguments\":{\"a\":\"MARKER7\"}}}]", null)]
    [InlineData("\"tool_calls\":[{\"id\":\"c\",\"name\":\"n\",\"args\":{\"a\":\"MARKER7\"}}]", null)]
    [InlineData("\"tool_calls\":[{\"id\":\"c\",\"name\":\"n\",\"input\":{\"a\":\"MARKER7\"}}]", null)]
    [InlineData("\"tool_calls\":[{\"call_id\":\"c\",\"name\":\"n\",\"arguments\":\"{\\\"a\\\":\\\"MARKER7\\\"}\"}]", null)]
    [InlineData("\"thinking_blocks\":[{\"type\":\"thinking\",\"thinking\":\"MARKER7\",\"signature\":\"c2ln\"}]", null)]
    [InlineData("\"reasoning_details\":[{\"type\":\"reasoning.text\",\"text\":\"MARKER7\",\"signature\":\"c2ln\"}]", null)]
    [InlineData("\"tool_calls\":[{\"id\":\"c\"}]", "messages.1.tool_calls.0.function")]
    [InlineData("\"tool_calls\":[\"MARKER7\"]", "messages.1.tool_calls.0.function")]
    [InlineData("\"tool_calls\":{\"id\":\"MARKER7\"}", "messages.1.tool_calls")]
    [InlineData("\"images\":[{\"type\":\"image_url\",\"image_url\":{\"url\":\"MARKER7\"}}]", "messages.1.images")]
    [InlineData("\"audio\":{\"id\":\"MARKER7\"}", "messages.1.audio")]
    public void Member_of_an_assistant_message_reaches_claude_or_is_refused_by_its_path(string members, string? path) =>
        Check($$"""{"model":"m","messages":[{"role":"user","content":"w?"},{"role":"assistant",{{members}}},{"role":"user","content":"end"}]}""", path);

    [Theory]
    [InlineData("{\"role\":\"user\",\"content\":\"a\",\"tool_calls\":[{\"id\":\"c\"}]}", "messages.1.tool_calls")]
    [InlineData("{\"role\":\"tool\",\"tool_call_id\":\"c\",\"content\":\"MARKER7\"}", null)]
    [InlineData("{\"role\":\"function\",\"name\":\"n\",\"content\":\"MARKER7\"}", null)]
    [InlineData("{\"role\":\"developer\",\"content\":\"MARKER7\"}", null)]
    [InlineData("{\"role\":\"model\",\"content\":\"MARKER7\"}", "messages.1.role")]
    [InlineData("{\"type\":\"function_call_output\",\"call_id\":\"c\",\"output\":\"MARKER7\"}", "messages.1.role")]
    public void Message_reaches_claude_or_is_refused_by_its_path(string message, string? path) =>
        Check($$"""{"model":"m","messages":[{"role":"user","content":"w?"},{{message}},{"role":"user","content":"end"}]}""", path);

    [Theory]
    [InlineData("frequency_penalty", "1")]
    [InlineData("logit_bias", "{\"1\":1}")]
    [InlineData("logprobs", "true")]
    [InlineData("modalities", "[\"text\",\"audio\"]")]
    [InlineData("audio", "{\"voice\":\"alloy\"}")]
    [InlineData("prediction", "{\"type\":\"content\",\"content\":\"x\"}")]
    [InlineData("seed", "7")]
    [InlineData("store", "true")]
    [InlineData("verbosity", "\"low\"")]
    [InlineData("prompt_cache_key", "\"k\"")]
    [InlineData("response_format", "{\"type\":\"grammar\"}")]
    [InlineData("metadata", "{\"a\":\"b\"}")]
    [InlineData("some_new_field", "1")]
    public void Knob_without_a_meaning_for_claude_is_reported(string field, string value)
    {
        Assert.NotNull(Write($$"""{"model":"m","messages":[{"role":"user","content":"w?"}],"{{field}}":{{value}}}""", out _, out string report));
        Assert.Equal("dropped=" + field, report);
    }

    private static void CheckPart(string role, string part)
    {
        string id = role == "tool" ? "\"tool_call_id\":\"c1\"," : "";
        string body = $$$"""{"model":"m","messages":[{"role":"user","content":"w?"},{"role":"assistant","content":"","tool_calls":[{"id":"c1","function":{"name":"n","arguments":"{}"}}]},{"role":"{{{role}}}",{{{id}}}"content":[{"type":"text","text":"said"},{{{part}}}]},{"role":"user","content":"end"}]}""";
        string? said = Write(body, out string problem, out _);
        Assert.True(said is null ? problem.StartsWith("messages.2.content.1.", StringComparison.Ordinal) : said.Contains(Marker, StringComparison.Ordinal), said ?? problem);
    }

    private static void Check(string body, string? path)
    {
        string? said = Write(body, out string problem, out _);
        Assert.True(path is null ? said?.Contains(Marker, StringComparison.Ordinal) == true : problem.StartsWith(path, StringComparison.Ordinal) && problem[path.Length] is ':' or '.', said ?? problem);
    }

    /// <summary>What goes to Claude; null when the request is refused.</summary>
    private static string? Write(string body, out string problem, out string report)
    {
        TranslationReport changes = new();
        (problem, report) = ("", "");
        if (!ChatRequest.TryParse(Encoding.UTF8.GetBytes(body), out ChatRequest? request, out GatewayError? error))
        {
            problem = error.Message;
            return null;
        }

        using (request)
        {
            ArrayBufferWriter<byte> output = new();
            error = MessagesRequestWriter.Write(request, "claude-sonnet-4-5", Profile.Default, changes, output);
            (problem, report) = (error?.Message ?? "", changes.ToString());
            return error is null ? Encoding.UTF8.GetString(output.WrittenSpan) : null;
        }
    }
}
