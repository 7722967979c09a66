using System.Text.Json;
using Gateway.Tests.Security;
using Gateway.Tests.Support;

namespace Gateway.Tests.Completions;

/// <summary><c>POST /v1/responses</c> over HTTP: what servers of each form are asked, what the client gets, and what is refused.</summary>
public sealed class ResponsesClientTests : IAsyncLifetime
{
    private const string Path = "/v1/responses";
    private const string Message = """{"id":"msg_1","type":"message","role":"assistant","model":"claude","content":[{"type":"thinking","thinking":"hm","signature":"SIG"},{"type":"text","text":"Let me."},{"type":"tool_use","id":"toolu_1","name":"srv__look","input":{"a":1}}],"stop_reason":"tool_use","stop_sequence":null,"usage":{"input_tokens":5,"output_tokens":3,"cache_read_input_tokens":100}}""";
    private const string Tools = """[{"type":"namespace","name":"srv","description":"A server.","tools":[{"type":"function","name":"look","parameters":null}]},{"type":"custom","name":"exec","format":{"type":"grammar","syntax":"lark","definition":"start: /.+/"}},{"type":"image_generation"}]""";
    private FakeUpstream _upstream = null!;
    private GatewayServer _gateway = null!;

    public async Task InitializeAsync()
    {
        _upstream = await FakeUpstream.StartAsync();
        _gateway = await GatewayServer.StartAsync(_upstream, ("Gateway:Providers:claude:Kind", "anthropic"), ("Gateway:Providers:claude:BaseUrl", _upstream.Url), ("Gateway:Providers:claude:ApiKey", "k"), ("Gateway:Models:1:Id", "claude"), ("Gateway:Models:1:Targets:0", "claude/claude-sonnet-4-5"));
    }

    public async Task DisposeAsync()
    {
        await _gateway.DisposeAsync();
        await _upstream.DisposeAsync();
    }

    private Task<Told> AskAsync(string body, string path = Path) => _gateway.AskAsync(GatewayServer.Key, path, body);

    private static JsonElement Json(Told told) => JsonElement.Parse(told.Body);

    [Fact]
    public async Task A_tool_loop_of_an_agent_comes_back_to_claude_with_its_thought_and_result()
    {
        _upstream.Answer = context => FakeUpstream.Json(context, 200, Message);
        Told first = await AskAsync($$"""{"model":"claude","input":"go","tools":{{Tools}},"include":["reasoning.encrypted_content"],"reasoning":{"summary":"auto"} }""");
        JsonElement[] output = [.. Json(first).GetProperty("output").EnumerateArray()];

        Assert.Equal(["reasoning", "message", "function_call"], output.Select(item => item.GetProperty("type").GetString()));
        Assert.Equal(("srv", "look", """{"a":1}"""), (output[2].GetProperty("namespace").GetString(), output[2].GetProperty("name").GetString(), output[2].GetProperty("arguments").GetString()));
        Assert.StartsWith("gwy1.", output[0].GetProperty("encrypted_content").GetString(), StringComparison.Ordinal);
        Assert.Equal((105, 100, 108), (Usage(first, "input_tokens"), Json(first).GetProperty("usage").GetProperty("input_tokens_details").GetProperty("cached_tokens").GetInt32(), Usage(first, "total_tokens")));
        Assert.Equal(["srv__look", "exec"], _upstream.Received.Last().Json.GetProperty("tools").EnumerateArray().Select(tool => tool.GetProperty("name").GetString()));

        string items = string.Join(',', output.Select(item => item.GetRawText()));
        Told second = await AskAsync($$"""{"model":"claude","input":[{"role":"user","content":"go"},{{items}},{"type":"function_call_output","call_id":"{{output[2].GetProperty("call_id").GetString()}}","output":"42"}],"tools":{{Tools}}}""");
        Assert.Equal(200, second.Status);
        JsonElement messages = _upstream.Received.Last().Json.GetProperty("messages");
        Assert.Equal("""[{"type":"thinking","thinking":"hm","signature":"SIG"},{"type":"text","text":"Let me."},{"type":"tool_use","id":"toolu_1","name":"srv__look","input":{"a":1}}]""", messages[1].GetProperty("content").GetRawText());
        Assert.Equal("""[{"type":"tool_result","tool_use_id":"toolu_1","content":"42"}]""", messages[2].GetProperty("content").GetRawText());
    }

    [Fact]
    public async Task A_chat_server_is_asked_in_its_words_and_custom_tools_and_results_out_of_order_arrive()
    {
        Told told = await AskAsync(
            $$"""
            {"model":"m","instructions":"Be brief.","tools":{{Tools}},"tool_choice":"auto","input":[
              {"type":"message","role":"developer","content":[{"type":"input_text","text":"You are an agent."}]},
              {"role":"user","content":"go"},
              {"type":"custom_tool_call","call_id":"c1","name":"exec","input":"ls\n\"x\""},
              {"role":"user","content":"meanwhile"},
              {"type":"custom_tool_call_output","call_id":"c1","output":[{"type":"input_text","text":"files"}]},
              {"type":"reasoning","summary":[],"encrypted_content":"somebody-elses"},
              {"type":"ghost","x":1}]}
            """);

        Assert.Equal("ok", Json(told).GetProperty("output")[0].GetProperty("content")[0].GetProperty("text").GetString());
        JsonElement[] messages = [.. _upstream.Received.Last().Json.GetProperty("messages").EnumerateArray()];
        Assert.Equal(["system", "user", "assistant", "tool", "user"], messages.Select(message => message.GetProperty("role").GetString()));
        Assert.Equal("files", messages[3].GetProperty("content").GetString());
        Assert.DoesNotContain("somebody-elses", _upstream.Received.Last().Body, StringComparison.Ordinal);
        Assert.DoesNotContain("image_generation", _upstream.Received.Last().Body, StringComparison.Ordinal);
        Assert.Contains("dropped=", told.Report, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_makers_endpoint_is_not_told_what_only_claude_knows()
    {
        await using GatewayServer gateway = await GatewayServer.StartAsync(_upstream, ("Gateway:Providers:claude:Kind", "anthropic"), ("Gateway:Providers:claude:BaseUrl", _upstream.Url), ("Gateway:Providers:claude:ApiKey", "k"), ("Gateway:Providers:claude:Profile:anthropicFields", "false"), ("Gateway:Models:1:Id", "other"), ("Gateway:Models:1:Targets:0", "claude/other"));
        _upstream.Answer = context => FakeUpstream.Json(context, 200, Message);
        Assert.Equal(200, (await gateway.AskAsync(GatewayServer.Key, Path, """{"model":"other","input":"go","tools":[{"type":"function","name":"f","strict":true,"parameters":{"type":"object","properties":{}}}]}""")).Status);
        Assert.False(_upstream.Received.Last().Json.GetProperty("tools")[0].TryGetProperty("strict", out _));
    }

    [Theory]
    [InlineData("""{"model":"m","input":"x","previous_response_id":"resp_1"}""", "previous_response_id", "previous_response_not_found")]
    [InlineData("""{"model":"m","input":"x","conversation":"conv_1"}""", "conversation", "unsupported_parameter")]
    [InlineData("""{"model":"m","input":"x","prompt":{"id":"p"}}""", "prompt", "unsupported_parameter")]
    [InlineData("""{"model":"m","input":"x","background":true}""", "background", "unsupported_parameter")]
    [InlineData("""{"model":"m","input":[{"type":"item_reference","id":"msg_1"}]}""", "input.0.id", "unsupported_parameter")]
    [InlineData("""{"model":"m","input":[{"role":"user","content":[{"type":"input_image","file_id":"file_1"}]}]}""", "input.0.content.0.file_id", null)]
    [InlineData("""{"model":"m"}""", "input", null)]
    [InlineData("""{"model":"m","input":[]}""", "input", null)]
    [InlineData("""{"model":"m","input":"x","max_output_tokens":0}""", "max_output_tokens", null)]
    [InlineData("""{"input":"x"}""", "model", null)]
    public async Task What_needs_a_memory_or_is_no_request_is_refused_by_its_field(string body, string param, string? code)
    {
        Told told = await AskAsync(body);
        JsonElement error = Json(told).GetProperty("error");
        Assert.Equal((400, param, code), (told.Status, error.GetProperty("param").GetString(), error.GetProperty("code").GetString()));
        Assert.Empty(_upstream.Received);
    }

    [Theory]
    [InlineData("GET", "/v1/responses", true, 426)]
    [InlineData("GET", "/v1/responses", false, 405)]
    [InlineData("GET", "/v1/responses/resp_1", false, 404)]
    [InlineData("DELETE", "/v1/responses/resp_1", false, 404)]
    [InlineData("POST", "/v1/responses/compact", false, 404)]
    [InlineData("POST", "/v1/conversations", false, 404)]
    public async Task Paths_of_a_server_that_keeps_answers_say_that_this_one_does_not(string method, string path, bool upgrade, int status)
    {
        (string, string)[] headers = upgrade ? [("x-api-key", GatewayServer.Key), ("upgrade", "websocket"), ("connection", "Upgrade")] : [("x-api-key", GatewayServer.Key)];
        using HttpResponseMessage response = await _gateway.SendAsync(new HttpMethod(method), path, null, default, headers);
        JsonElement error = JsonElement.Parse(await response.Content.ReadAsStringAsync()).GetProperty("error");
        Assert.Equal(status, (int)response.StatusCode);
        Assert.True(error.TryGetProperty("code", out _));
        Assert.True(status != 404 || error.GetProperty("message").GetString()!.Contains("not stored", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(429, 429, "rate_limit_exceeded", true)]
    [InlineData(503, 503, "overloaded", true)]
    [InlineData(500, 500, null, false)]
    public async Task An_upstreams_trouble_has_the_status_and_code_that_codex_waits_for(int upstream, int status, string? code, bool waits)
    {
        _upstream.Answer = context => FakeUpstream.Json(context, upstream, """{"error":{"message":"no"}}""");
        using HttpResponseMessage response = await _gateway.SendAsync(HttpMethod.Post, Path, """{"model":"m","input":"x","stream":true}""", default, ("x-api-key", GatewayServer.Key));
        JsonElement error = JsonElement.Parse(await response.Content.ReadAsStringAsync()).GetProperty("error");
        Assert.Equal((status, code, waits), ((int)response.StatusCode, error.GetProperty("code").GetString(), response.Headers.RetryAfter is not null));
    }

    [Fact]
    public async Task Tokens_of_a_request_are_counted_and_the_models_have_a_list_for_codex()
    {
        Told counted = await AskAsync("""{"model":"m","input":"Hello there"}""", "/v1/responses/input_tokens");
        Assert.Equal("response.input_tokens", Json(counted).GetProperty("object").GetString());
        Assert.InRange(Json(counted).GetProperty("input_tokens").GetInt32(), 1, 50);

        using HttpResponseMessage models = await _gateway.SendAsync(HttpMethod.Get, "/v1/models?client_version=0.171.0", null, default, ("authorization", "Bearer " + GatewayServer.Key));
        Assert.Equal(0, JsonElement.Parse(await models.Content.ReadAsStringAsync()).GetProperty("models").GetArrayLength());
    }

    private static int Usage(Told told, string name) => Json(told).GetProperty("usage").GetProperty(name).GetInt32();
}
