using System.Text.Json;
using Gateway.Tests.Security;
using Gateway.Tests.Support;

namespace Gateway.Tests.Completions;

/// <summary><c>POST /v1/responses</c> with servers of the same API: what passes, what never does, and who stands in for one that fails.</summary>
public sealed class RelayedResponsesTests : IAsyncLifetime
{
    private const string Path = "/v1/responses";
    private const string Whole = """{"id":"resp_1","object":"response","created_at":1,"status":"completed","error":null,"model":"up-2026","nova":{"a": 1},"output":[{"id":"gh_1","type":"ghost_call","x":1},{"id":"msg_1","type":"message","role":"assistant","status":"completed","content":[{"type":"output_text","text":"ok","annotations":[]}]}],"service_tier":"flex","usage":{"input_tokens":100,"input_tokens_details":{"cached_tokens":40},"output_tokens":20,"output_tokens_details":{"reasoning_tokens":5},"total_tokens":120}}""";
    private const string Tools = """[{"type":"namespace","name":"srv","description":"A server.","tools":[{"type":"function","name":"look","parameters":null}]},{"type":"custom","name":"exec"},{"type":"from_tomorrow"}]""";
    private const string Thought = """{"type":"reasoning","id":"rs_1","summary":[],"encrypted_content":"BLOB"},{"type":"message","id":"msg_1","role":"assistant","content":[{"type":"output_text","text":"Yes."}]}""";
    private FakeUpstream _upstream = null!;

    public async Task InitializeAsync()
    {
        _upstream = await FakeUpstream.StartAsync();
        _upstream.Answer = context => FakeUpstream.Json(context, 200, Whole);
    }

    public async Task DisposeAsync() => await _upstream.DisposeAsync();

    private Task<GatewayServer> StartAsync(params (string Key, string? Value)[] settings) =>
        GatewayServer.StartAsync(_upstream, [("Gateway:Providers:fake:Api", "responses"), .. settings]);

    private static Task<Told> AskAsync(GatewayServer gateway, string body) => gateway.AskAsync(GatewayServer.Key, Path, body);

    [Fact]
    public async Task Body_and_answer_pass_with_the_models_name_and_nothing_is_kept()
    {
        await using GatewayServer gateway = await StartAsync();
        string body = $$"""{ "model" : "m", "zzz": [1.50],  "input":[{"role":"user","content":"hi"},{"type":"ghost","y":{} }], "tools":{{Tools}}, "store":false,"include":["reasoning.encrypted_content"] }""";
        using HttpResponseMessage response = await gateway.SendAsync(HttpMethod.Post, Path, body, default, ("x-api-key", GatewayServer.Key), ("originator", "codex_exec"), ("session-id", "s-1"), ("x-codex-turn-metadata", "{}"), ("openai-organization", "org_1"));

        Assert.Equal(body.Replace("\"m\"", "\"up\"", StringComparison.Ordinal), Assert.Single(_upstream.Received).Body);
        Assert.Equal(Whole.Replace("up-2026", "m", StringComparison.Ordinal), await response.Content.ReadAsStringAsync());
        Assert.False(response.Headers.Contains("x-gateway-translation"));
        Assert.DoesNotContain(_upstream.Received.Single().Headers.Keys, name => name is "originator" or "session-id" or "x-codex-turn-metadata" or "openai-organization");

        await AskAsync(gateway, """{"model":"m","input":"hi","store":true,"client_metadata":{"turn":"7"}}""");
        Assert.False(_upstream.Received.Last().Json.GetProperty("store").GetBoolean());
        Assert.DoesNotContain("client_metadata", _upstream.Received.Last().Body, StringComparison.Ordinal);
        await AskAsync(gateway, """{"model":"m","input":"hi"}""");
        Assert.False(_upstream.Received.Last().Json.GetProperty("store").GetBoolean());
    }

    [Theory]
    [InlineData("\"input\":\"x\",\"tools\":[{\"type\":\"file_search\",\"vector_store_ids\":[\"vs_1\"]}]", "tools.0.vector_store_ids")]
    [InlineData("\"input\":\"x\",\"tools\":[{\"type\":\"shell\",\"environment\":{\"type\":\"container_reference\",\"container_id\":\"cntr_1\"}}]", "tools.0.environment.container_id")]
    [InlineData("\"input\":[{\"role\":\"user\",\"content\":[{\"type\":\"input_file\",\"file_id\":\"file_1\"}]}]", "input.0.content.0.file_id")]
    [InlineData("\"input\":\"x\",\"prompt\":{\"id\":\"p\"}", "prompt")]
    public async Task Names_of_what_the_account_keeps_are_refused_without_a_call(string members, string param)
    {
        await using GatewayServer gateway = await StartAsync();
        Told told = await AskAsync(gateway, $"{{\"model\":\"m\",{members}}}");
        Assert.Equal((400, param), (told.Status, told.Json.GetProperty("error").GetProperty("param").GetString()));
        Assert.Empty(_upstream.Received);
    }

    [Fact]
    public async Task Tokens_are_booked_of_the_last_event()
    {
        await using GatewayServer gateway = await StartAsync();
        _upstream.Answer = async context =>
        {
            await FakeUpstream.BeginStreamAsync(context);
            await FakeUpstream.EventAsync(context, """{"type":"response.created","sequence_number":0,"response":{"id":"resp_1","model":"up-2026","status":"in_progress","output":[],"service_tier":"auto"}}""");
            await FakeUpstream.EventAsync(context, $"{{\"type\":\"response.completed\",\"sequence_number\":1,\"response\":{Whole}}}");
        };
        using HttpResponseMessage response = await gateway.SendAsync(HttpMethod.Post, Path, """{"model":"m","input":"hi","stream":true}""", default, ("x-api-key", GatewayServer.Key));
        Assert.EndsWith("\"total_tokens\":120}}}\n\n", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);

        string id = Assert.Single(response.Headers.GetValues("request-id"));
        string receipt = await Patience.UntilAsync(
            async () => await gateway.AskAsync(GatewayServer.Key, $"/manage/requests/{id}", null, "GET") is { Status: 200 } told ? told.Body : "",
            json => json.Length > 0);
        JsonElement tokens = JsonElement.Parse(receipt).GetProperty("tokens");
        Assert.Equal((60, 40, 20, 5), (Count("input"), Count("cache_read"), Count("output"), Count("reasoning")));

        int Count(string kind) => tokens.GetProperty(kind).GetInt32();
    }

    [Fact]
    public async Task Refused_thought_is_left_out_once_with_the_ids_beside_it()
    {
        await using GatewayServer gateway = await StartAsync();
        _upstream.Answer = context => _upstream.Received.Last().Body.Contains("BLOB", StringComparison.Ordinal)
            ? FakeUpstream.Json(context, 400, """{"error":{"message":"The encrypted content for item rs_1 could not be verified.","type":"invalid_request_error","param":null,"code":"invalid_encrypted_content"}}""")
            : FakeUpstream.Json(context, 200, Whole);
        Told told = await AskAsync(gateway, $$"""{"model":"m","store":false,"input":[{"role":"user","content":"hi"},{{Thought}},{"role":"user","content":"more"}]}""");

        Assert.Equal((200, "dropped=reasoning,input_id"), (told.Status, told.Report));
        Assert.Equal(2, _upstream.Received.Count);
        Assert.Equal("""[{"role":"user","content":"hi"},{"type":"message","role":"assistant","content":[{"type":"output_text","text":"Yes."}]},{"role":"user","content":"more"}]""", _upstream.Received.Last().Json.GetProperty("input").GetRawText());
    }

    [Fact]
    public async Task Summary_that_needs_a_verified_account_is_left_out_and_remembered()
    {
        await using GatewayServer gateway = await StartAsync();
        _upstream.Answer = context => _upstream.Received.Last().Body.Contains("summary", StringComparison.Ordinal)
            ? FakeUpstream.Json(context, 400, """{"error":{"message":"Your organization must be verified to generate reasoning summaries.","type":"invalid_request_error","param":"reasoning.summary","code":"unsupported_value"}}""")
            : FakeUpstream.Json(context, 200, Whole);
        const string Body = """{"model":"m","store":false,"input":"hi","reasoning":{"effort":"low","summary":"auto"}}""";
        Assert.Equal((200, "dropped=reasoning.summary"), await AskAsync(gateway, Body) is var told ? (told.Status, told.Report) : default);
        Assert.Equal(2, _upstream.Received.Count);
    }

    [Theory]
    [InlineData(400, """{"error":{"message":"Invalid schema.","type":"invalid_request_error","param":"tools[0].parameters","code":"invalid_function_parameters"}}""", 400, "invalid_function_parameters", false)]
    [InlineData(400, """{"error":{"message":"Your input exceeds the context window of this model.","type":"invalid_request_error","param":"input","code":"context_length_exceeded"}}""", 400, "context_length_exceeded", false)]
    [InlineData(429, """{"error":{"message":"Slow down.","type":"requests","param":null,"code":"rate_limit_exceeded"}}""", 429, "rate_limit_exceeded", true)]
    [InlineData(503, """{"error":{"message":"Busy.","type":"server_error","param":null,"code":"server_is_overloaded"}}""", 503, "overloaded", true)]
    [InlineData(500, """{"error":{"message":"Broke.","type":"server_error","param":null,"code":null}}""", 500, null, false)]
    public async Task Refusals_have_the_code_that_tells_clients_whether_to_try_again(int upstream, string body, int status, string? code, bool waits)
    {
        await using GatewayServer gateway = await StartAsync();
        _upstream.Answer = context => FakeUpstream.Json(context, upstream, body);
        using HttpResponseMessage response = await gateway.SendAsync(HttpMethod.Post, Path, """{"model":"m","input":"hi","stream":true}""", default, ("x-api-key", GatewayServer.Key));
        JsonElement error = JsonElement.Parse(await response.Content.ReadAsStringAsync()).GetProperty("error");
        Assert.Equal((status, code, waits), ((int)response.StatusCode, error.GetProperty("code").GetString(), response.Headers.RetryAfter is not null));
    }

    /// <summary>The server fails after it has begun its response, and before a word of it.</summary>
    [Fact]
    public async Task Claude_stands_in_for_a_server_that_fails_before_its_first_word()
    {
        await using GatewayServer gateway = await StartAsync(
            ("Gateway:Providers:claude:Kind", "anthropic"), ("Gateway:Providers:claude:BaseUrl", _upstream.Url), ("Gateway:Providers:claude:ApiKey", "k"), ("Gateway:Models:0:Targets:1", "claude/claude-sonnet-4-5"));
        _upstream.Answer = async context =>
        {
            if (context.Request.Path.Value!.EndsWith("/messages", StringComparison.Ordinal))
            {
                await FakeUpstream.Json(context, 200, """{"id":"msg_1","type":"message","role":"assistant","model":"claude","content":[{"type":"text","text":"from Claude"}],"stop_reason":"end_turn","usage":{"input_tokens":5,"output_tokens":3}}""");
                return;
            }

            await FakeUpstream.BeginStreamAsync(context);
            await FakeUpstream.EventAsync(context, """{"type":"response.created","sequence_number":0,"response":{"id":"resp_up1","model":"up","status":"in_progress","output":[]}}""");
            await FakeUpstream.EventAsync(context, """{"type":"response.failed","sequence_number":1,"response":{"id":"resp_up1","status":"failed","error":{"code":"server_error","message":"Broke."},"output":[]}}""");
        };
        Told told = await AskAsync(gateway, $$"""{"model":"m","stream":true,"input":[{"role":"user","content":"hi"},{{Thought}},{"role":"user","content":"more"}],"tools":{{Tools}} }""");

        Assert.Equal(200, told.Status);
        Assert.Contains("from Claude", told.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("resp_up1\"", told.Body, StringComparison.Ordinal);
        Assert.Equal(["/v1/responses", "/v1/messages"], _upstream.Received.Select(request => request.Path));
        Assert.DoesNotContain("BLOB", _upstream.Received.Last().Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Server_with_a_part_of_the_api_is_told_what_it_knows_and_the_report_names_the_way()
    {
        await using GatewayServer gateway = await StartAsync(("Gateway:Providers:fake:Profile:openAiFields", "false"));
        _upstream.Answer = context => FakeUpstream.Json(context, 200, """{"id":"resp_1","object":"response","status":"completed","model":"up","output":[{"id":"rs_1","type":"reasoning","summary":[],"encrypted_content":"OWN"},{"type":"function_call","call_id":"c1","name":"srv__look","arguments":"{}"}],"usage":{"input_tokens":1,"output_tokens":1}}""");
        Told told = await AskAsync(gateway, $$"""{"model":"m","input":"hi","zzz":1,"tools":{{Tools}},"include":["reasoning.encrypted_content"],"reasoning":{"effort":"low"} }""");

        Assert.Equal("srv__look", _upstream.Received.Last().Json.GetProperty("tools")[0].GetProperty("name").GetString());
        JsonElement[] output = [.. told.Json.GetProperty("output").EnumerateArray()];
        Assert.Equal(("srv", "look"), (output[1].GetProperty("namespace").GetString(), output[1].GetProperty("name").GetString()));
        Assert.Contains("api:responses->messages->responses", told.Report, StringComparison.Ordinal);
        Assert.Contains("zzz", told.Report, StringComparison.Ordinal);

        string items = string.Join(',', output.Select(item => item.GetRawText()));
        await AskAsync(gateway, $$"""{"model":"m","input":[{"role":"user","content":"hi"},{{items}},{"type":"function_call_output","call_id":"c1","output":"1"}],"tools":{{Tools}} }""");
        Assert.Contains(_upstream.Received.Last().Json.GetProperty("input").EnumerateArray(), item => item.GetProperty("type").GetString() == "reasoning" && item.GetProperty("encrypted_content").GetString() == "OWN");
    }

    /// <summary>Nobody knows of such a server what it lacks before it says so.</summary>
    [Theory]
    [InlineData("""{"error":{"message":"Invalid value: 'namespace'. Supported values are: 'function'.","type":"invalid_request_error","param":"tools[0].type","code":"invalid_value"}}""")]
    [InlineData("""{"error":{"message":"Unsupported tool type: namespace","type":"BadRequestError","param":null,"code":400}}""")]
    [InlineData("""{"error":{"message":"Invalid value: 'ghost'. Supported values are: 'message'.","type":"invalid_request_error","param":"input[1].type","code":"invalid_value"}}""")]
    public async Task Server_that_does_not_know_a_kind_is_asked_again_in_words_that_all_know(string refusal)
    {
        await using GatewayServer gateway = await StartAsync();
        _upstream.Answer = context => _upstream.Received.Last().Body.Contains("\"namespace\"", StringComparison.Ordinal) ? FakeUpstream.Json(context, 400, refusal) : FakeUpstream.Json(context, 200, Whole);
        Told told = await AskAsync(gateway, $$"""{"model":"m","input":[{"role":"user","content":"hi"},{"type":"ghost"}],"tools":{{Tools}} }""");
        Assert.Equal(200, told.Status);
        Assert.Equal(2, _upstream.Received.Count);
        Assert.Equal("srv__look", _upstream.Received.Last().Json.GetProperty("tools")[0].GetProperty("name").GetString());
        Assert.Contains("api:responses->messages->responses", told.Report, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Report_of_a_way_over_chat_names_both_hops()
    {
        await using GatewayServer gateway = await GatewayServer.StartAsync(_upstream);
        _upstream.Answer = context => FakeUpstream.Json(context, 200, FakeUpstream.Completion("ok"));
        Told told = await AskAsync(gateway, """{"model":"m","input":"hi","zzz":1,"tools":[{"type":"from_tomorrow"}]}""");
        Assert.Equal("dropped=tools_from_tomorrow,zzz; changed=api:responses->messages->chat", told.Report);
    }

    /// <summary>Where the server has both of OpenAI's APIs, the client's own loses nothing.</summary>
    [Fact]
    public async Task Azure_is_asked_over_the_api_that_the_client_speaks()
    {
        await using GatewayServer gateway = await GatewayServer.StartAsync(
            ("Gateway:Providers:az:Kind", "azure-openai"), ("Gateway:Providers:az:BaseUrl", _upstream.Url + "/openai/v1"), ("Gateway:Providers:az:ApiKey", "k"), ("Gateway:Models:0:Id", "m"), ("Gateway:Models:0:Targets:0", "az/gpt-4.1"));
        Assert.Equal(200, (await AskAsync(gateway, """{"model":"m","input":"hi"}""")).Status);
        Assert.Equal("/openai/v1/responses", Assert.Single(_upstream.Received).Path);
    }

    [Theory]
    [InlineData("""{"error":{"code":"404","message":"Resource not found"}}""")]
    [InlineData("""{"error":{"message":"Invalid URL (POST /v1/responses)","type":"invalid_request_error","param":null,"code":null}}""")]
    public async Task Azure_without_that_api_is_asked_over_the_other_and_from_then_on_at_once(string notFound)
    {
        await using GatewayServer gateway = await GatewayServer.StartAsync(
            ("Gateway:Providers:az:Kind", "azure-openai"), ("Gateway:Providers:az:BaseUrl", _upstream.Url + "/openai/v1"), ("Gateway:Providers:az:ApiKey", "k"), ("Gateway:Models:0:Id", "m"), ("Gateway:Models:0:Targets:0", "az/gpt-4.1"));
        _upstream.Answer = context => context.Request.Path.Value!.EndsWith("/responses", StringComparison.Ordinal) ? FakeUpstream.Json(context, 404, notFound) : FakeUpstream.Json(context, 200, FakeUpstream.Completion("ok"));
        Assert.Equal(200, (await AskAsync(gateway, """{"model":"m","input":"hi"}""")).Status);
        Assert.Equal(200, (await AskAsync(gateway, """{"model":"m","input":"hi"}""")).Status);
        Assert.Equal(["/openai/v1/responses", "/openai/v1/chat/completions", "/openai/v1/chat/completions"], _upstream.Received.Select(request => request.Path));
    }

    [Fact]
    public async Task Search_that_claude_made_is_an_item_with_its_life_and_its_sources_are_annotations()
    {
        await using GatewayServer gateway = await GatewayServer.StartAsync(("Gateway:Providers:claude:Kind", "anthropic"), ("Gateway:Providers:claude:BaseUrl", _upstream.Url), ("Gateway:Providers:claude:ApiKey", "k"), ("Gateway:Models:0:Id", "m"), ("Gateway:Models:0:Targets:0", "claude/claude-sonnet-4-5"));
        _upstream.Answer = context => FakeUpstream.Json(context, 200, """{"id":"msg_1","type":"message","role":"assistant","model":"claude","content":[{"type":"server_tool_use","id":"srvtoolu_1","name":"web_search","input":{"query":"weather"}},{"type":"web_search_tool_result","tool_use_id":"srvtoolu_1","content":[{"type":"web_search_result","url":"https://a.example","title":"A","encrypted_content":"E"}]},{"type":"text","text":"Sunny.","citations":[{"type":"web_search_result_location","url":"https://a.example","title":"A","cited_text":"sun"}]}],"stop_reason":"end_turn","usage":{"input_tokens":5,"output_tokens":3}}""");
        Told told = await AskAsync(gateway, """{"model":"m","input":"hi","tools":[{"type":"web_search"}],"stream":true}""");

        string[] events = [.. told.Body.Split('\n').Where(line => line.StartsWith("event: ", StringComparison.Ordinal)).Select(line => line["event: ".Length..])];
        Assert.Equal(["response.created", "response.in_progress", "response.output_item.added", "response.web_search_call.in_progress", "response.web_search_call.searching", "response.web_search_call.completed", "response.output_item.done"], events[..7]);
        Assert.Contains("response.output_text.annotation.added", events);
        JsonElement[] output = [.. JsonElement.Parse(told.Body.TrimEnd().Split('\n')[^1]["data: ".Length..]).GetProperty("response").GetProperty("output").EnumerateArray()];
        Assert.Equal(("web_search_call", "completed", "weather"), (output[0].GetProperty("type").GetString(), output[0].GetProperty("status").GetString(), output[0].GetProperty("action").GetProperty("query").GetString()));
        Assert.StartsWith("ws_", output[0].GetProperty("id").GetString(), StringComparison.Ordinal);
        Assert.Equal("https://a.example", output[1].GetProperty("content")[0].GetProperty("annotations")[0].GetProperty("url").GetString());

        string items = string.Join(',', output.Select(item => item.GetRawText()));
        Assert.Equal(200, (await AskAsync(gateway, $$"""{"model":"m","input":[{"role":"user","content":"hi"},{{items}},{"role":"user","content":"more"}]}""")).Status);
        Assert.DoesNotContain("web_search", _upstream.Received.Last().Body, StringComparison.Ordinal);
    }
}
