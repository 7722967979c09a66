using System.Text.Json.Nodes;
using Gateway.LocalHost;
using Gateway.Settings;
using Gateway.Tests.Support;
using Microsoft.AspNetCore.Http;

namespace Gateway.Tests.Telemetry;

/// <summary>What spans hold once the operator has switched content on.</summary>
[Collection(TelemetryTests.Collection)]
public sealed class ContentCaptureTests
{
    private const string Setting = "OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT";

    private const string Conversation = """
        {"model":"m","max_tokens":2000,"stream":STREAM,"thinking":{"type":"enabled","budget_tokens":1024},"system":[{"type":"text","text":"Be brief."}],"messages":[
          {"role":"user","content":"Weather in Paris?"},
          {"role":"assistant","content":[{"type":"thinking","thinking":"I need the tool.","signature":""},{"type":"tool_use","id":"toolu_1","name":"weather","input":{"city":"Paris"}}]},
          {"role":"user","content":[{"type":"tool_result","tool_use_id":"toolu_1","content":"18 °C"},{"type":"image","source":{"type":"base64","media_type":"image/png","data":"aGk="}}]}],
         "tools":[{"name":"weather","input_schema":{"type":"object","properties":{"city":{"type":"string"}}}}]}
        """;

    private const string ConversationOfConventions = """
        [{"role":"user","parts":[{"type":"text","content":"Weather in Paris?"}]},
         {"role":"assistant","parts":[{"type":"reasoning","content":"I need the tool."},{"type":"tool_call","id":"toolu_1","name":"weather","arguments":{"city":"Paris"}}]},
         {"role":"user","parts":[{"type":"tool_call_response","id":"toolu_1","response":"18 °C"},{"type":"blob","modality":"image","mime_type":"image/png","content":""}]}]
        """;

    private const string Chat = """
        {"model":"m","stream":STREAM,"messages":[
          {"role":"system","content":"Be brief."},
          {"role":"user","content":[{"type":"text","text":"Weather here?"},{"type":"image_url","image_url":{"url":"data:image/png;base64,aGk="}},{"type":"image_url","image_url":{"url":"https://pictures.example/1.png"}}]},
          {"role":"assistant","content":null,"tool_calls":[{"id":"call_1","type":"function","function":{"name":"weather","arguments":"{\"city\":\"Paris\"}"}}]},
          {"role":"tool","tool_call_id":"call_1","content":"18 °C"}]}
        """;

    private const string ChatOfConventions = """
        [{"role":"system","parts":[{"type":"text","content":"Be brief."}]},
         {"role":"user","parts":[{"type":"text","content":"Weather here?"},{"type":"blob","modality":"image","mime_type":"image/png","content":""},{"type":"uri","modality":"image","uri":"https://pictures.example/1.png"}]},
         {"role":"assistant","parts":[{"type":"tool_call","id":"call_1","name":"weather","arguments":{"city":"Paris"}}]},
         {"role":"tool","parts":[{"type":"tool_call_response","id":"call_1","response":"18 °C"}]}]
        """;

    private const string AnswerOfConventions = """
        [{"role":"assistant","parts":[{"type":"reasoning","content":"Mild."},{"type":"text","content":"Mild, \"18 °C\"."},{"type":"tool_call","id":"call_2","name":"weather","arguments":{"city":"Rome"}}],"finish_reason":"tool_call"}]
        """;

    [Theory]
    [InlineData("/v1/messages", true)]
    [InlineData("/v1/messages", false)]
    [InlineData("/v1/chat/completions", true)]
    [InlineData("/v1/chat/completions", false)]
    public async Task Attempt_holds_question_and_answer_in_the_form_of_the_conventions(string path, bool stream)
    {
        bool messages = path == "/v1/messages";
        OtlpSpan attempt = await AskAsync(path, messages ? Conversation : Chat, stream, context => AnswerAsync(context, stream), (Setting, "true"));

        AssertJson(messages ? ConversationOfConventions : ChatOfConventions, attempt.Attributes["gen_ai.input.messages"]);
        AssertJson(AnswerOfConventions, attempt.Attributes["gen_ai.output.messages"]);
        if (messages)
        {
            AssertJson("""[{"type":"text","content":"Be brief."}]""", attempt.Attributes["gen_ai.system_instructions"]);
        }
    }

    [Theory]
    [InlineData("/v1/messages")]
    [InlineData("/v1/chat/completions")]
    public async Task Stream_that_broke_off_shows_how_far_it_came(string path)
    {
        OtlpSpan attempt = await AskAsync(path, path == "/v1/messages" ? Conversation : Chat, stream: true, async context =>
        {
            // The end without an end of the answer; a reset could overtake the words.
            await FakeUpstream.BeginStreamAsync(context);
            await FakeUpstream.EventAsync(context, FakeUpstream.Chunk("half"));
        }, (Setting, "SPAN_ONLY"));

        AssertJson("""[{"role":"assistant","parts":[{"type":"text","content":"half"}],"finish_reason":"error"}]""", attempt.Attributes["gen_ai.output.messages"]);
        Assert.Equal("api_error", attempt.Attributes["error.type"]);
    }

    [Theory]
    [InlineData("data:", "null")]
    [InlineData("data:image/png", "null")]
    [InlineData("data:image/png;base64,", "\"image/png\"")]
    public async Task Data_that_is_none_harms_no_request(string url, string mediaType)
    {
        string body = $$$"""{"model":"m","stream":STREAM,"messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"{{{url}}}"}}]}]}""";
        OtlpSpan attempt = await AskAsync("/v1/chat/completions", body, stream: false, context => AnswerAsync(context, stream: false), (Setting, "true"));

        AssertJson($$"""[{"role":"user","parts":[{"type":"blob","modality":"image","mime_type":{{mediaType}},"content":""}]}]""", attempt.Attributes["gen_ai.input.messages"]);
    }

    [Fact]
    public async Task Native_answer_shows_blocks_that_only_anthropic_knows()
    {
        OtlpSpan attempt = await AskAsync("/v1/messages", Conversation, stream: true, async context =>
        {
            await FakeUpstream.BeginStreamAsync(context);
            await FakeUpstream.EventAsync(context, """{"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","model":"up","content":[],"usage":{"input_tokens":1,"output_tokens":1}}}""", "message_start");
            await FakeUpstream.EventAsync(context, """{"type":"content_block_start","index":0,"content_block":{"type":"server_tool_use","id":"srvtoolu_1","name":"web_search","input":{}}}""", "content_block_start");
            await FakeUpstream.EventAsync(context, """{"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":"{\"query\":"}}""", "content_block_delta");
            await FakeUpstream.EventAsync(context, """{"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":"\"news\"}"}}""", "content_block_delta");
            await FakeUpstream.EventAsync(context, """{"type":"content_block_stop","index":0}""", "content_block_stop");
            await FakeUpstream.EventAsync(context, """{"type":"message_delta","delta":{"stop_reason":"pause_turn","stop_sequence":null},"usage":{"output_tokens":5}}""", "message_delta");
            await FakeUpstream.EventAsync(context, """{"type":"message_stop"}""", "message_stop");
        }, (Setting, "true"), ("Gateway:Providers:fake:Kind", "anthropic"));

        AssertJson("""[{"role":"assistant","parts":[{"type":"server_tool_use","id":"srvtoolu_1","name":"web_search","input":{"query":"news"}}],"finish_reason":"pause_turn"}]""", attempt.Attributes["gen_ai.output.messages"]);
    }

    [Theory]
    [InlineData("false")]
    [InlineData("NO_CONTENT")]
    [InlineData("")]
    public async Task Nothing_is_held_while_it_is_switched_off(string value)
    {
        OtlpSpan attempt = await AskAsync("/v1/messages", Conversation, stream: false, context => AnswerAsync(context, stream: false), (Setting, value));
        Assert.DoesNotContain(attempt.Attributes.Keys, key => key.Contains("messages", StringComparison.Ordinal) || key.Contains("instructions", StringComparison.Ordinal));
    }

    [Fact]
    public void Value_that_says_neither_yes_nor_no_stops_the_start()
    {
        ConfigurationException stopped = Assert.Throws<ConfigurationException>(() => LocalHostApp.Create([], new Dictionary<string, string?> { ["URLS"] = "http://127.0.0.1:0", [Setting] = "perhaps" }));
        Assert.StartsWith($"{Setting} must be true", Assert.Single(stopped.Errors), StringComparison.Ordinal);
    }

    private static void AssertJson(string expected, object? actual) =>
        Assert.Equal(JsonNode.Parse(expected)!.ToJsonString(), JsonNode.Parse(Assert.IsType<string>(actual))!.ToJsonString());

    /// <summary>Asks and returns the span of the attempt.</summary>
    private static async Task<OtlpSpan> AskAsync(string path, string body, bool stream, Func<HttpContext, Task> answer, params (string, string?)[] settings)
    {
        string traceId = Guid.NewGuid().ToString("n");
        await using OtlpReceiver collector = await OtlpReceiver.StartAsync();
        await using FakeUpstream upstream = await FakeUpstream.StartAsync();
        upstream.Answer = answer;
        await using (GatewayServer gateway = await GatewayServer.StartAsync(upstream, [.. collector.Settings, .. settings]))
        {
            using HttpResponseMessage response = await gateway.SendAsync(
                HttpMethod.Post, path, body.Replace("STREAM", stream ? "true" : "false", StringComparison.Ordinal), CancellationToken.None,
                ("x-api-key", GatewayServer.Key), ("traceparent", $"00-{traceId}-00f067aa0ba902b7-01"));
            await response.Content.ReadAsStringAsync();
        }

        return Assert.Single(collector.Spans(traceId), span => span.Kind == "client");
    }

    private static async Task AnswerAsync(HttpContext context, bool stream)
    {
        if (!stream)
        {
            await FakeUpstream.Json(context, 200, """{"id":"1","model":"up","choices":[{"index":0,"message":{"role":"assistant","reasoning_content":"Mild.","content":"Mild, \"18 °C\".","tool_calls":[{"id":"call_2","type":"function","function":{"name":"weather","arguments":"{\"city\":\"Rome\"}"}}]},"finish_reason":"tool_calls"}],"usage":{"prompt_tokens":1,"completion_tokens":2}}""");
            return;
        }

        await FakeUpstream.BeginStreamAsync(context);
        string[] deltas =
        [
            """{"role":"assistant","reasoning_content":"Mi"}""", """{"reasoning_content":"ld."}""", """{"content":"Mild, "}""", """{"content":"\"18 °C\"."}""",
            """{"tool_calls":[{"index":0,"id":"call_2","type":"function","function":{"name":"weather","arguments":""}}]}""", """{"tool_calls":[{"index":0,"function":{"arguments":"{\"city\":"}}]}""",
            """{"tool_calls":[{"index":0,"function":{"arguments":"\"Rome\"}"}}]}""",
        ];
        foreach (string delta in deltas)
        {
            await FakeUpstream.EventAsync(context, $$"""{"id":"1","model":"up","choices":[{"index":0,"delta":{{delta}},"finish_reason":null}]}""");
        }

        await FakeUpstream.EventAsync(context, """{"id":"1","model":"up","choices":[{"index":0,"delta":{},"finish_reason":"tool_calls"}],"usage":{"prompt_tokens":1,"completion_tokens":2}}""");
        await FakeUpstream.EventAsync(context, "[DONE]");
    }
}
