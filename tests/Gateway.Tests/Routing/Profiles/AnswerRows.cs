namespace Gateway.Tests.Routing.Profiles;

/// <summary>Flags that change how an answer is read, who is asked as whom, and what is counted.</summary>
internal static class AnswerRows
{
    private const string Conversation = """{"messages":[{"role":"user","content":"a"},{"role":"assistant","content":"b"},{"role":"user","content":"c"}]}""";
    private const string Responds = """{"id":"resp_1","object":"response","status":"completed","model":"up","output":[{"type":"message","content":[{"type":"output_text","text":"ok"}]}]}""";
    private const string Reasons = """{"id":"c","choices":[{"index":0,"message":{"role":"assistant","reasoning_content":"hm","content":"ok"},"finish_reason":"stop"}]}""";
    private const string Ends = """{"id":"c","choices":[{"index":0,"message":{"role":"assistant","content":"yes END no"},"finish_reason":"stop"}]}""";
    private const string Tagged = """{"id":"c","choices":[{"index":0,"message":{"role":"assistant","content":"<think>hm</think>ok"},"finish_reason":"stop"}]}""";

    private const string Headless = """{"id":"c","choices":[{"index":0,"message":{"role":"assistant","content":"hm</think>ok"},"finish_reason":"stop"}]}""";

    private const string Unfinished = """
        data: {"id":"c","choices":[{"index":0,"delta":{"role":"assistant","content":"ok"}}]}


        """;

    private const string Claude = """{"id":"msg_1","type":"message","role":"assistant","model":"up","content":[{"type":"text","text":"ok"}],"stop_reason":"end_turn","usage":{"input_tokens":1,"output_tokens":1}}""";

    /// <summary>A second turn, with what the client got in the first.</summary>
    private const string Replayed = """{"thinking":{"type":"adaptive"},"messages":[{"role":"user","content":"q"},{"role":"assistant","content":$ANSWER},{"role":"user","content":"r"}]}""";

    /// <summary>Nothing shorter than 1,024 bytes is worth a mark.</summary>
    private static readonly string Long = "{\"messages\":[{\"role\":\"system\",\"content\":\"" + new string('s', 1024) + "\"},{\"role\":\"user\",\"content\":\"q\"}]}";

    public static readonly IReadOnlyList<FlagRow> All =
    [
        new("stop: false", """{"stop_sequences":["END"]}""", "no stop", "client stop_sequence = \"END\"", "client content.0.text = \"yes \"") { Answer = Ends },
        new("inlineThink: true", """{"thinking":{"type":"adaptive"}}""", "client content.0.thinking = \"hm\"", "client content.1.text = \"ok\"") { Answer = Tagged },
        new("inlineThink: false", "{}", "client content.0.text = \"<think>hm</think>ok\"") { Answer = Tagged },
        new("inlineThink: tagged", """{"thinking":{"type":"adaptive"}}""", "client content.0.thinking = \"hm\"", "client content.1.text = \"ok\"") { Answer = Tagged },
        new("inlineThink: headless", """{"thinking":{"type":"adaptive"}}""", "client content.0.thinking = \"hm\"", "client content.1.text = \"ok\"") { Answer = Headless },
        new("mayOmitFinish: true", """{"stream":true}""", "stream = true", "streams event: message_stop") { Answer = Unfinished },
        new("mayOmitFinish: false", """{"stream":true}""", "stream = true", "streams event: error") { Answer = Unfinished },
        new("streamUsage: true", """{"stream":true}""", """stream_options = {"include_usage":true}""") { Answer = Unfinished },
        new("streamUsage: false", """{"stream":true}""", "no stream_options") { Answer = Unfinished },
        new("replayReasoning: always:reasoning", Replayed, "messages.1.reasoning = \"hm\"") { Answer = Reasons },
        new("replayReasoning: always:content", Replayed, "messages.1.content.0.type = \"thinking\"") { Answer = Reasons },

        new("claudeThinking: adaptive", """{"reasoning_effort":"high"}""", """thinking = {"type":"adaptive"}""", "output_config.effort = \"high\"") { Path = "/v1/chat/completions", Provider = "claude", Answer = Claude },
        new("claudeThinking: budget", """{"reasoning_effort":"high","max_tokens":32000}""", "thinking.type = \"enabled\"") { Path = "/v1/chat/completions", Provider = "claude", Answer = Claude },
        new("anthropicFields: true", """{"context_management":{"edits":[]}}""", """context_management = {"edits":[]}""") { Provider = "claude", Answer = Claude },
        new("anthropicFields: false", """{"context_management":{"edits":[]}}""", "no context_management") { Provider = "claude", Answer = Claude },
        new("phase: true", Conversation, "input.1.phase = \"final_answer\"") { Provider = "azure", Answer = Responds },
        new("phase: false", Conversation, "no input.1.phase") { Provider = "azure", Answer = Responds },
        new("claudeThinking: none", """{"reasoning_effort":"high"}""", "no thinking") { Path = "/v1/chat/completions", Provider = "claude", Answer = Claude },

        new("autoCache: top", Long, """cache_control = {"type":"ephemeral"}""") { Path = "/v1/chat/completions", Provider = "claude", Answer = Claude },
        new("autoCache: marks", Long, "no cache_control", """system.0.cache_control = {"type":"ephemeral"}""") { Path = "/v1/chat/completions", Provider = "claude", Answer = Claude },
        new("autoCache: none", Long, "no cache_control") { Path = "/v1/chat/completions", Provider = "claude", Answer = Claude },

        new("credential: gateway", "{}", "header authorization = Bearer sk-gateway"),
        new("credential: client", "{}", "header authorization = Bearer sk-client"),
        new("tokenizer: o200k_base", "{}", "counted tokenizer") { Path = "/v1/messages/count_tokens" },
        new("tokenizer: unknown", "{}", "counted estimate") { Path = "/v1/messages/count_tokens" },
    ];
}
