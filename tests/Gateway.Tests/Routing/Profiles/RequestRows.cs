namespace Gateway.Tests.Routing.Profiles;

/// <summary>Flags that change what the upstream is asked.</summary>
internal static class RequestRows
{
    private const string Chat = "/v1/chat/completions";

    private const string Tools = """
        "tools":[{"name":"f","input_schema":{"type":"object","properties":{}}},{"name":"g","input_schema":{"type":"object","properties":{}}}]
        """;

    private const string Png = """{"type":"image","source":{"type":"base64","media_type":"image/png","data":"iVBORw0KGgo="}}""";
    private const string Url = """{"type":"image","source":{"type":"url","url":"https://example.com/a.png"}}""";
    private const string Pdf = """{"type":"document","source":{"type":"base64","media_type":"application/pdf","data":"JVBERi0="}}""";
    private const string Words = """,{"type":"text","text":"t"}""";
    private const string Forced = "{" + Tools + """,  "tool_choice":{"type":"tool","name":"f"}}""";
    private const string Parallel = "{" + Tools + """, "tool_choice":{"type":"auto","disable_parallel_tool_use":true}}""";
    private const string Thinking = """{"thinking":{"type":"enabled","budget_tokens":2048},"max_tokens":4096}""";
    private const string Schema = """{"output_config":{"format":{"type":"json_schema","schema":{"type":"object","properties":{}}}}}""";
    private const string SchemaWithTools = "{" + Tools + """, "output_config":{"format":{"type":"json_schema","schema":{"type":"object","properties":{}}}}}""";
    private const string Prefill = """{"messages":[{"role":"user","content":"q"},{"role":"assistant","content":"It is"}]}""";
    private const string LateSystem = """{"messages":[{"role":"user","content":"q"},{"role":"assistant","content":"a"},{"role":"system","content":"Brief."},{"role":"user","content":"r"}]}""";
    private const string Twice = """{"messages":[{"role":"user","content":"q"},{"role":"assistant","content":"a"},{"role":"assistant","content":"b"},{"role":"user","content":"r"},{"role":"user","content":"s"}]}""";
    private const string Texts = """{"messages":[{"role":"user","content":[{"type":"text","text":"a"},{"type":"text","text":"b"}]}]}""";
    private const string Marked = """{"messages":[{"role":"user","content":[{"type":"text","text":"a","cache_control":{"type":"ephemeral"}}]}]}""";
    private const string Odd = """{"tools":[{"name":"f","input_schema":{"type":"object","$schema":"s","not":{},"properties":{"a":{"type":"string","minLength":5000}}}}]}""";

    private static string Asks(string block) => """{"messages":[{"role":"user","content":[{"type":"text","text":"q"},""" + block + "]}]}";

    /// <summary>A call and its result, and perhaps something behind it.</summary>
    private static string Called(string id, string result = "\"r\"", string behind = "") => "{" + Tools + $$$"""
        ,"messages":[{"role":"user","content":"q"},
        {"role":"assistant","content":[{"type":"thinking","thinking":"hm","signature":"x"},{"type":"tool_use","id":"{{{id}}}","name":"f","input":{}}]},
        {"role":"user","content":[{"type":"tool_result","tool_use_id":"{{{id}}}","content":{{{result}}}}{{{behind}}}]}]}
        """;

    public static readonly IReadOnlyList<FlagRow> All =
    [
        new("tokenField: max_completion_tokens", "{}", "max_completion_tokens = 100", "no max_tokens"),
        new("tokenField: max_tokens", "{}", "max_tokens = 100", "no max_completion_tokens"),
        new("tokenFieldOnly: true", """{"max_tokens":100}""", "max_completion_tokens = 100", "no max_tokens") { Path = Chat },
        new("tokenFieldOnly: false", """{"max_tokens":100}""", "max_tokens = 100", "no max_completion_tokens") { Path = Chat },
        new("maxOutputTokens: 50", "{}", "max_completion_tokens = 50"),
        new("sampling: full", """{"temperature":0.5,"top_p":0.9}""", "temperature = 0.5", "top_p = 0.9"),
        new("sampling: none", """{"temperature":0.5,"top_p":0.9}""", "no temperature", "no top_p"),
        new("topK: true", """{"top_k":5}""", "top_k = 5"),
        new("topK: false", """{"top_k":5}""", "no top_k"),
        new("stop: true", """{"stop_sequences":["END"]}""", """stop = ["END"]"""),

        new("effort: none, minimal, low, medium, high, xhigh, max", """{"output_config":{"effort":"max"}}""", "reasoning_effort = \"max\""),
        new("effort: low, high", """{"output_config":{"effort":"medium"}}""", "reasoning_effort = \"low\""),
        new("effort: default", """{"output_config":{"effort":"medium"}}""", "reasoning_effort = \"default\""),
        new("effort:", """{"output_config":{"effort":"medium"}}""", "no reasoning_effort"),
        new("effortWithTools: ok; effort: none, high", "{" + Tools + """, "output_config":{"effort":"high"}}""", "reasoning_effort = \"high\""),
        new("effortWithTools: forceNone; effort: none, high", "{" + Tools + """, "output_config":{"effort":"high"}}""", "reasoning_effort = \"none\""),
        new("effortWithTools: responsesOnly; effort: none, high", "{" + Tools + "}", "reasoning_effort = \"none\""),

        new("thinkingStyle: effort; effort: low", Thinking, "reasoning_effort = \"low\""),
        new("thinkingStyle: thinking.type", Thinking, """thinking = {"type":"enabled"}"""),
        new("thinkingStyle: enable_thinking", Thinking, "enable_thinking = true", "thinking_budget = 2048"),
        new("thinkingStyle: chat_template_kwargs", Thinking, """chat_template_kwargs = {"enable_thinking":true}"""),
        new("thinkingStyle: reasoning", Thinking, """reasoning = {"max_tokens":2048}"""),
        new("absentMeansOff: true; thinkingStyle: thinking.type", "{}", """thinking = {"type":"disabled"}"""),
        new("absentMeansOff: false; thinkingStyle: thinking.type", "{}", "no thinking"),

        new("toolChoice: full", Forced, """tool_choice = {"type":"function","function":{"name":"f"}}""", "tools.1.function.name = \"g\""),
        new("toolChoice: noNamed", Forced, "tool_choice = \"required\"", "tools.0.function.name = \"f\"", "no tools.1"),
        new("toolChoice: autoOnly; thinkingStyle: thinking.type", Forced, "tool_choice = \"auto\"", "no thinking"),
        new("toolChoice: notThinking; thinkingStyle: thinking.type", Forced, """tool_choice = {"type":"function","function":{"name":"f"}}""", """thinking = {"type":"disabled"}"""),
        new("parallelTools: true", Parallel, "parallel_tool_calls = false"),
        new("parallelTools: false", Parallel, "no parallel_tool_calls"),
        new("parallelFlag: true", Parallel, "parallel_tool_calls = false"),
        new("parallelFlag: false", Parallel, "no parallel_tool_calls"),
        new("maxTools: 1", "{" + Tools + "}", "refused 2 tools were sent, and this model takes at most 1"),
        new("maxTools: none", "{" + Tools + "}", "tools.1.function.name = \"g\""),

        new("schemaDialect: openai", Odd, "no tools.0.function.parameters.not", "tools.0.function.parameters.$schema = \"s\""),
        new("schemaDialect: openaiStrict", Odd, "no tools.0.function.parameters.not", "tools.0.function.parameters.$schema = \"s\""),
        new("schemaDialect: gemini", Odd, "no tools.0.function.parameters.not", "no tools.0.function.parameters.$schema"),
        new("schemaDialect: groq", Odd, "no tools.0.function.parameters.$schema"),
        new("schemaDialect: mistral", Odd, "no tools.0.function.parameters.properties.a.minLength"),
        new("schemaDialect: any", Odd, "tools.0.function.parameters.not = {}"),

        new("toolIdFormat: any", Called(new string('i', 41)), $"messages.1.tool_calls.0.id = \"{new string('i', 41)}\""),
        new("toolIdFormat: openai40", Called(new string('i', 41)), "messages.1.tool_calls.0.id = \"call_lLlRZBq4w5c4TFnYF533naIn\"", "messages.2.tool_call_id = \"call_lLlRZBq4w5c4TFnYF533naIn\""),
        new("toolIdFormat: mistral9", Called("toolu_1"), "messages.1.tool_calls.0.id = \"Aua8KeCZ5\"", "messages.2.tool_call_id = \"Aua8KeCZ5\""),

        new("systemPlacement: anywhere", LateSystem, "messages.2.role = \"system\""),
        new("systemPlacement: firstOnly", LateSystem, "messages.2.role = \"user\"", """messages.2.content.0.text = "<system-reminder>\nBrief.\n</system-reminder>" """),
        new("systemRole: system", """{"system":"s"}""", "messages.0.role = \"system\""),
        new("systemRole: developer", """{"system":"s"}""", "messages.0.role = \"developer\""),
        new("strictAlternation: true", Twice, """messages.1.content = "a\n\nb" """, """messages.2.content = "r\n\ns" """),
        new("strictAlternation: false", Twice, "messages.2.content = \"b\"", "messages.4.content = \"s\""),
        new("mergeAssistant: true", Twice, """messages.1.content = "a\n\nb" """, "messages.3.content = \"s\""),
        new("mergeAssistant: false", Twice, "messages.2.content = \"b\""),
        new("userAfterTool: ok", Called("c", behind: Words), "messages.3.role = \"user\""),
        new("userAfterTool: bridge", Called("c", behind: Words), "messages.3.role = \"assistant\"", "messages.4.content = \"t\""),
        new("userAfterTool: fold", Called("c", behind: Words), """messages.2.content = "r\n\nt" """, "no messages.3"),
        new("contentFormat: auto", Texts, "messages.0.content.1.text = \"b\""),
        new("contentFormat: string", Texts, """messages.0.content = "a\n\nb" """),
        new("contentFormat: parts", "{}", """messages.0.content = [{"type":"text","text":"q"}]"""),
        new("emptyContent:", Called("c"), "messages.1.content = \"\""),
        new("emptyContent: null", Called("c"), "messages.1.content = null"),
        new("emptyContent: (calls)", Called("c"), "messages.1.content = \"(calls)\""),
        new("prefill: plain", Prefill, "messages.1.content = \"It is\"", "no messages.1.prefix", "no messages.2"),
        new("prefill: plain:user", Prefill, "messages.2.role = \"user\""),
        new("prefill: reject", Prefill, "refused does not support assistant message prefill"),
        new("prefill: continue", Prefill, "continue_final_message = true"),
        new("prefill: continue:vllm", Prefill, "continue_final_message = true"),
        new("prefill: continue:prefix", Prefill, "messages.1.prefix = true"),
        new("prefill: continue:mistral", Prefill, "messages.1.prefix = true"),
        new("prefill: continue:deepseek", Prefill, "messages.1.prefix = true"),

        new("vision: true", Asks(Png), "messages.0.content.1.type = \"image_url\""),
        new("vision: false", Asks(Png), "messages.0.content.1.text = \"[image omitted: this model cannot see images]\""),
        new("imagesInToolResult: true", Called("c", $"[{Png}]"), "messages.2.content.0.type = \"image_url\""),
        new("imagesInToolResult: false", Called("c", $"[{Png}]"), "messages.2.content = \"[image attached below]\"", "messages.3.content.1.type = \"image_url\""),
        new("fetchRemote: true", Asks(Url), "refused does not fetch images by URL"),
        new("fetchRemote: false", Asks(Url), "messages.0.content.1.image_url.url = \"https://example.com/a.png\""),
        new("imageUrl: false", Asks(Url), "refused does not fetch images by URL"),
        new("imageUrl: true", Asks(Url), "messages.0.content.1.image_url.url = \"https://example.com/a.png\""),
        new("fileParts: true", Asks(Pdf), "messages.0.content.1.type = \"file\""),
        new("fileParts: false", Asks(Pdf), "refused does not accept PDF documents"),

        new("webSearch: true", """{"tools":[{"type":"web_search_20250305","name":"web_search"}]}""", "web_search_options = {}"),
        new("webSearch: false", """{"tools":[{"type":"web_search_20250305","name":"web_search"}]}""", "no web_search_options"),
        new("structuredOutput: json_schema", Schema, "response_format.type = \"json_schema\""),
        new("structuredOutput: json_object", Schema, "response_format.type = \"json_object\"", "messages.0.role = \"system\""),
        new("structuredOutputWithTools: true", SchemaWithTools, "response_format.type = \"json_schema\""),
        new("structuredOutputWithTools: false", SchemaWithTools, "no response_format", "messages.0.role = \"system\""),
        new("openAiFields: true", """{"service_tier":"auto"}""", "service_tier = \"auto\""),
        new("openAiFields: false", """{"service_tier":"auto"}""", "no service_tier"),
        new("promptCache: none", Marked, "messages.0.content = \"a\""),
        new("promptCache: auto", Marked, "messages.0.content = \"a\""),
        new("promptCache: cache_control", Marked, """messages.0.content.0.cache_control = {"type":"ephemeral"}"""),
        new("promptCache: prompt_cache_breakpoint", Marked, """messages.0.content.0.prompt_cache_breakpoint = {"mode":"explicit"}"""),

        new("replayReasoning: never", Called("c"), "no messages.1.reasoning_content"),
        new("replayReasoning: toolTurns:reasoning_content", Called("c"), "messages.1.reasoning_content = \"hm\""),
    ];
}
