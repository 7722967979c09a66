using System.Text.Json;
using Gateway.Tests.Security;
using Gateway.Tests.Support;

namespace Gateway.Tests.Completions;

/// <summary>
/// What an upstream is known to refuse is not sent; what it refuses with a clear word is left out, asked again, and not
/// sent the next time. Clients of both APIs have the same of it.
/// </summary>
public sealed class RefusedOnceTests : IAsyncLifetime
{
    private const string Hello = "\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]";
    private const string Tools = "\"tools\":[{\"name\":\"a\",\"input_schema\":{\"type\":\"object\"}}]";
    private const string Functions = "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"a\",\"parameters\":{\"type\":\"object\"}}}]";

    /// <summary>As Qwen Code and Factory's droid ask.</summary>
    private const string CodingAgent = "\"max_tokens\":8192,\"temperature\":0,\"top_p\":1,\"stream\":true,\"stream_options\":{\"include_usage\":true}," + Hello;

    private FakeUpstream _upstream = null!;
    private GatewayServer _gateway = null!;

    public async Task InitializeAsync()
    {
        _upstream = await FakeUpstream.StartAsync();
        _gateway = await GatewayServer.StartAsync(
            _upstream,
            ("Gateway:Models:1:Id", "known"),
            ("Gateway:Models:1:Targets:0", "fake/gpt-5"),
            ("Gateway:Models:2:Id", "claude"),
            ("Gateway:Models:2:Targets:0", "native/claude-up"),
            ("Gateway:Models:3:Id", "older"),
            ("Gateway:Models:3:Targets:0", "native/claude-sonnet-4-5"),
            ("Gateway:Providers:native:Kind", "anthropic"),
            ("Gateway:Providers:native:BaseUrl", _upstream.Url),
            ("Gateway:Providers:native:ApiKey", "sk-ant-secret"));
    }

    public async Task DisposeAsync()
    {
        await _gateway.DisposeAsync();
        await _upstream.DisposeAsync();
    }

    [Fact]
    public async Task A_coding_agent_that_speaks_chat_is_served_by_gpt_5_at_the_first_call()
    {
        _upstream.Answer = context => PickyOpenAi.AnswerAsync(context, Latest);
        Told told = await AskAsync("/v1/chat/completions", "{\"model\":\"known\"," + CodingAgent + "}");

        Assert.Equal((200, "dropped=temperature; changed=max_tokens->max_completion_tokens"), (told.Status, told.Report));
        Assert.EndsWith("data: [DONE]\n\n", told.Body, StringComparison.Ordinal);
        Assert.Equal("{\"model\":\"gpt-5\",\"max_completion_tokens\":8192,\"top_p\":1,\"stream\":true,\"stream_options\":{\"include_usage\":true}," + Hello + "}", Assert.Single(_upstream.Received).Body);
    }

    [Fact]
    public async Task Behind_a_name_that_tells_nothing_it_is_served_too_and_pays_for_it_once()
    {
        _upstream.Answer = context => PickyOpenAi.AnswerAsync(context, Latest);
        string body = "{\"model\":\"m\"," + CodingAgent + "}";
        Told first = await AskAsync("/v1/chat/completions", body);
        Assert.Equal((200, 3), (first.Status, _upstream.Received.Count));
        Told second = await AskAsync("/v1/chat/completions", body);

        Assert.Equal((200, 4, first.Report), (second.Status, _upstream.Received.Count, second.Report));
        Assert.Equal("dropped=temperature; changed=max_tokens->max_completion_tokens", second.Report);
        Assert.Equal(["max_tokens", "temperature"], await LearnedAsync());
    }

    [Theory]
    [InlineData("/v1/messages", "event: message_stop")]
    [InlineData("/v1/chat/completions", "data: [DONE]")]
    public async Task Where_streams_are_refused_the_client_gets_its_stream_of_a_whole_answer(string path, string end)
    {
        _upstream.Answer = context => PickyOpenAi.AnswerUnverifiedAsync(context, Latest);
        string body = "{\"model\":\"m\",\"max_tokens\":50,\"stream\":true,\"stream_options\":{\"include_usage\":true}," + Hello + "}";
        for (int calls = 2; calls <= 3; calls++)
        {
            Told told = await AskAsync(path, body);
            Assert.Equal((200, calls), (told.Status, _upstream.Received.Count));
            Assert.Contains("changed=stream:true->false", told.Report, StringComparison.Ordinal);
            Assert.Contains("\"ok\"", told.Body, StringComparison.Ordinal);
            Assert.Contains(end, told.Body, StringComparison.Ordinal);
            Assert.False(Latest.TryGetProperty("stream_options", out _));
        }

        Assert.Equal(["stream"], await LearnedAsync());
    }

    [Theory]
    [InlineData("Streaming is not supported for this model")]
    [InlineData("This model does not support streaming.")]
    [InlineData("stream: true is unsupported for deployment x")]
    public async Task Streams_that_are_refused_in_words_only_are_not_remembered(string message)
    {
        _upstream.Answer = context => Latest.TryGetProperty("stream", out JsonElement stream) && stream.GetBoolean()
            ? PickyOpenAi.RefuseAsync(context, message, null, null)
            : PickyOpenAi.AnswerAsync(context, stream: false);
        Told told = await AskAsync("/v1/messages", "{\"model\":\"m\",\"max_tokens\":50,\"stream\":true," + Hello + "}");

        Assert.Equal((200, 2), (told.Status, _upstream.Received.Count));
        Assert.Empty(await LearnedAsync());
    }

    public static TheoryData<string, string, string> Choices
    {
        get
        {
            TheoryData<string, string, string> all = [];
            foreach (string message in (string[])
            [
                "tool_choice=required is not supported",
                "deepseek-reasoner does not support this tool_choice",
                "tool_choice must either be a named tool, \"auto\", or \"none\".",
                "tool_choice 'required' is incompatible with thinking enabled",
                "The tool_choice parameter does not support being set to required or object in thinking mode",
                "Thinking may not be enabled when tool_choice forces tool use.",
                "tool_choice: Input should be 'auto' or 'none'",
                "Only 'auto' tool choice is supported by this model",
                "This model doesn't support the toolConfig.toolChoice.any field.",
            ])
            {
                all.Add(message, "/v1/messages", "{\"type\":\"any\"}");
                all.Add(message, "/v1/messages", "{\"type\":\"tool\",\"name\":\"a\"}");
                all.Add(message, "/v1/chat/completions", "\"required\"");
                all.Add(message, "/v1/chat/completions", "{\"type\":\"function\",\"function\":{\"name\":\"a\"}}");
            }

            return all;
        }
    }

    [Theory]
    [MemberData(nameof(Choices))]
    public async Task A_forced_call_that_is_refused_is_asked_for_as_auto(string message, string path, string choice)
    {
        _upstream.Answer = context => Latest.GetProperty("tool_choice") is { ValueKind: JsonValueKind.String } said && said.GetString() == "auto"
            ? PickyOpenAi.AnswerAsync(context, stream: false)
            : PickyOpenAi.RefuseAsync(context, message, null, null);
        Told told = await AskAsync(path, "{\"model\":\"m\",\"max_tokens\":50,\"tool_choice\":" + choice + "," + (path == "/v1/messages" ? Tools : Functions) + "," + Hello + "}");

        Assert.Equal((200, 2), (told.Status, _upstream.Received.Count));
        Assert.Matches("^changed=tool_choice:[a-z]+->auto$", told.Report);
        Assert.Equal(1, Latest.GetProperty("tools").GetArrayLength());
    }

    [Fact]
    public async Task A_choice_that_is_not_known_at_all_is_left_out_and_that_is_remembered()
    {
        _upstream.Answer = context => Latest.TryGetProperty("tool_choice", out _)
            ? PickyOpenAi.RefuseAsync(context, "Unsupported parameter: 'tool_choice' is not supported with this model.", "tool_choice", "unsupported_parameter")
            : PickyOpenAi.AnswerAsync(context, stream: false);
        string body = "{\"model\":\"m\",\"max_tokens\":50,\"tool_choice\":{\"type\":\"any\"}," + Tools + "," + Hello + "}";
        Assert.Equal(200, (await AskAsync("/v1/messages", body)).Status);
        Assert.Equal(["tool_choice:auto", "tool_choice:required"], await LearnedAsync());

        Assert.Equal(200, (await AskAsync("/v1/messages", body)).Status);
        Assert.Equal(4, _upstream.Received.Count);
    }

    [Theory]
    [InlineData("tool_choice 'b' not found in tools")]
    [InlineData("Tool choice is required, but model did not call a tool")]
    [InlineData("\"auto\" tool choice requires --enable-auto-tool-choice and --tool-call-parser to be set")]
    public async Task A_choice_that_only_the_client_or_the_operator_can_mend_stays_an_error(string message)
    {
        _upstream.Answer = context => PickyOpenAi.RefuseAsync(context, message, null, null);
        Told told = await AskAsync("/v1/chat/completions", "{\"model\":\"m\",\"tool_choice\":\"required\"," + Functions + "," + Hello + "}");
        Assert.Equal((400, 1, message), (told.Status, _upstream.Received.Count, told.Error));
    }

    [Theory]
    [InlineData("context_management: Extra inputs are not permitted", "context_management", true)]
    [InlineData("output_config: Extra inputs are not permitted", "output_config", true)]
    [InlineData("tools.0.custom.eager_input_streaming: Extra inputs are not permitted", "tools.eager_input_streaming", true)]
    [InlineData("system.1.cache_control.ephemeral.scope: Extra inputs are not permitted", "cache_control", true)]
    [InlineData("adaptive thinking is not supported on this model", "thinking", false)]
    [InlineData("This model does not support the effort parameter.", "output_config", false)]
    [InlineData("`temperature` is deprecated for this model.", "temperature", false)]
    public async Task A_native_upstream_is_asked_again_without_what_it_refuses(string message, string parameter, bool remembered)
    {
        const string Body = """
            {"model":"claude","max_tokens":50,"thinking":{"type":"adaptive"},"context_management":{"edits":[]},"output_config":{"effort":"high"},"temperature":1,
             "system":[{"type":"text","text":"a"},{"type":"text","text":"b","cache_control":{"type":"ephemeral","scope":"global"}}],
             "tools":[{"name":"a","input_schema":{"type":"object"},"eager_input_streaming":true}],"messages":[{"role":"user","content":"Hello"}]}
            """;
        string member = $"\"{parameter.Split('.')[^1]}\"";
        _upstream.Answer = context => _upstream.Received.Last().Body.Contains(member, StringComparison.Ordinal)
            ? FakeUpstream.Json(context, 400, JsonSerializer.Serialize(new { type = "error", error = new { type = "invalid_request_error", message } }))
            : FakeUpstream.Json(context, 200, """{"id":"msg_up","type":"message","role":"assistant","model":"claude-up","content":[{"type":"text","text":"ok"}],"stop_reason":"end_turn","stop_sequence":null,"usage":{"input_tokens":3,"output_tokens":2}}""");
        Told told = await AskAsync("/v1/messages", Body);

        Assert.Equal((200, 2, $"dropped={parameter}"), (told.Status, _upstream.Received.Count, told.Report));
        Assert.Equal(remembered ? [parameter] : [], await LearnedAsync());
    }

    [Fact]
    public async Task A_chat_client_of_a_native_upstream_is_asked_for_again_too()
    {
        _upstream.Answer = context => Latest.TryGetProperty("temperature", out _)
            ? FakeUpstream.Json(context, 400, """{"type":"error","error":{"type":"invalid_request_error","message":"`temperature` is deprecated for this model."}}""")
            : FakeUpstream.Json(context, 200, """{"id":"msg_up","type":"message","role":"assistant","model":"claude-up","content":[{"type":"text","text":"ok"}],"stop_reason":"end_turn","stop_sequence":null,"usage":{"input_tokens":3,"output_tokens":2}}""");
        Told told = await AskAsync("/v1/chat/completions", "{\"model\":\"older\",\"temperature\":0.5," + Hello + "}");
        Assert.Equal((200, 2, "dropped=temperature"), (told.Status, _upstream.Received.Count, told.Report));
    }

    [Fact]
    public async Task What_was_asked_is_never_left_out()
    {
        _upstream.Answer = context => PickyOpenAi.RefuseAsync(context, "Unsupported parameter: 'messages' is not supported with this model.", "messages", "unsupported_parameter");
        Told told = await AskAsync("/v1/chat/completions", "{\"model\":\"m\",\"temperature\":0," + Functions + "," + Hello + "}");
        Assert.Equal((400, 1), (told.Status, _upstream.Received.Count));
    }

    private JsonElement Latest => _upstream.Received.Last().Json;

    private Task<Told> AskAsync(string path, string body) => _gateway.AskAsync(GatewayServer.Key, path, body);

    private async Task<string[]> LearnedAsync() =>
        [.. (await _gateway.AskAsync(GatewayServer.Key, "/manage/learned", null, "GET")).Json.GetProperty("data").EnumerateArray().Select(entry => entry.GetProperty("parameter").GetString()!).Order(StringComparer.Ordinal)];
}
