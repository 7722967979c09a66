using System.Text.Json;
using Gateway.Tests.Support;
using Microsoft.AspNetCore.Http;

namespace Gateway.Tests.Upstreams;

/// <summary>Servers of OpenAI's Responses API, over HTTP: which requests go there, and what their refusals teach.</summary>
public sealed class ResponsesUpstreamTests : IAsyncLifetime
{
    private const string Messages = "\"max_tokens\":5000,\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]";
    private const string Tools = "\"tools\":[{\"name\":\"f\",\"input_schema\":{\"type\":\"object\",\"properties\":{}}}],";
    private const string Output = """[{"id":"rs_1","type":"reasoning","summary":[{"type":"summary_text","text":"One."},{"type":"summary_text","text":"Two."}],"encrypted_content":"blob=="},{"type":"function_call","call_id":"call_1","name":"f","arguments":"{}"}]""";
    private const string Text = """[{"type":"message","content":[{"type":"output_text","text":"ok"}]}]""";
    private static readonly string[] s_responses = ["/openai/v1/responses"];
    private static readonly string[] s_chat = ["/openai/v1/chat/completions"];
    private FakeUpstream _upstream = null!;

    public async Task InitializeAsync() => _upstream = await FakeUpstream.StartAsync();

    public async Task DisposeAsync() => await _upstream.DisposeAsync();

    private static string Response(string output) =>
        $$"""{"id":"resp_1","object":"response","status":"completed","model":"up","output":{{output}},"usage":{"input_tokens":100,"input_tokens_details":{"cached_tokens":40,"cache_write_tokens":10},"output_tokens":20} }""";

    [Theory]
    [InlineData("gpt-5.4", Tools, true)]
    [InlineData("gpt-5.4", "", false)]
    [InlineData("gpt-6", Tools, true)]
    [InlineData("gpt-5.2", Tools, false)]
    [InlineData("gpt-5.1-codex", "", true)]
    [InlineData("o3-pro", "", true)]
    [InlineData("o4-mini-deep-research", "", true)]
    [InlineData("computer-use-preview", "", true)]
    [InlineData("my-deployment", Tools, false)]
    public async Task Azure_is_asked_over_the_api_that_the_model_is_better_at(string model, string tools, bool responses)
    {
        await using GatewayServer gateway = await AzureAsync();
        _upstream.Answer = AnswerAsync;

        Told told = await gateway.AskAsync(GatewayServer.Key, "/v1/messages", $"{{\"model\":\"az/{model}\",{tools}{Messages}}}");

        Assert.Equal(200, told.Status);
        Assert.Equal(responses ? s_responses : s_chat, _upstream.Received.Select(request => request.Path));
    }

    [Theory]
    [InlineData("chat", "/v1/chat/completions")]
    [InlineData("responses", "/v1/responses")]
    [InlineData("", "/v1/chat/completions")]
    public async Task An_operator_has_the_last_word(string api, string path)
    {
        await using GatewayServer gateway = await GatewayServer.StartAsync(_upstream, ("Gateway:Providers:fake:Api", "auto"), ("Gateway:Models:0:Targets:0", null), ("Gateway:Models:0:Targets:0:Target", "fake/up"), ("Gateway:Models:0:Targets:0:Api", api));
        _upstream.Answer = AnswerAsync;

        Assert.Equal(200, (await gateway.AskAsync(GatewayServer.Key, "/v1/messages", $"{{\"model\":\"m\",{Messages}}}")).Status);
        Assert.Equal([path], _upstream.Received.Select(request => request.Path));
    }

    [Fact]
    public async Task A_model_that_only_responses_serves_is_asked_there_and_from_then_on_at_once()
    {
        await using GatewayServer gateway = await AzureAsync();
        _upstream.Answer = context => context.Request.Path.Value!.EndsWith("/responses", StringComparison.Ordinal)
            ? FakeUpstream.Json(context, 200, Response(Text))
            : FakeUpstream.Json(context, 404, """{"error":{"message":"This model is only supported in v1/responses and not in v1/chat/completions.","type":"invalid_request_error","param":"model","code":null}}""");

        Assert.Equal(200, (await gateway.AskAsync(GatewayServer.Key, "/v1/messages", $"{{\"model\":\"az/free\",{Messages}}}")).Status);
        Assert.Equal([.. s_chat, .. s_responses], _upstream.Received.Select(request => request.Path));
        Assert.Equal(200, (await gateway.AskAsync(GatewayServer.Key, "/v1/messages", $"{{\"model\":\"az/free\",{Messages}}}")).Status);
        Assert.Equal([.. s_chat, .. s_responses, .. s_responses], _upstream.Received.Select(request => request.Path));
    }

    [Fact]
    public async Task A_thought_comes_back_byte_for_byte_and_a_refused_one_is_left_out_once()
    {
        await using GatewayServer gateway = await ResponsesAsync();
        _upstream.Answer = context => FakeUpstream.Json(context, 200, Response(Output));
        Told first = await gateway.AskAsync(GatewayServer.Key, "/v1/messages", $"{{\"model\":\"m\",\"thinking\":{{\"type\":\"adaptive\"}},{Tools}{Messages}}}");
        Assert.Equal((50, 40, 10), (Count(first, "input_tokens"), Count(first, "cache_read_input_tokens"), Count(first, "cache_creation_input_tokens")));
        string content = first.Json.GetProperty("content").GetRawText();
        string again = $$$"""{"model":"m","max_tokens":5000,"thinking":{"type":"adaptive"},{{{Tools}}}"messages":[{"role":"user","content":"Hello"},{"role":"assistant","content":{{{content}}}},{"role":"user","content":[{"type":"tool_result","tool_use_id":"call_1","content":"r"}]}]}""";

        _upstream.Received.Clear();
        _upstream.Answer = context => Latest.GetRawText().Contains("encrypted_content\":", StringComparison.Ordinal)
            ? FakeUpstream.Json(context, 400, """{"error":{"message":"The encrypted content for item rs_1 could not be verified.","type":"invalid_request_error","param":null,"code":"invalid_encrypted_content"}}""")
            : FakeUpstream.Json(context, 200, Response(Text));
        Told answered = await gateway.AskAsync(GatewayServer.Key, "/v1/messages", again);

        Assert.Equal(200, answered.Status);
        JsonElement[] sent = [.. _upstream.Received.Select(request => request.Json)];
        Assert.Equal(2, sent.Length);
        JsonElement item = sent[0].GetProperty("input").EnumerateArray().Single(each => each.GetProperty("type").GetString() == "reasoning");
        Assert.True(JsonElement.DeepEquals(JsonElement.Parse(Output)[0], item), item.GetRawText());
        Assert.Equal(["message", "function_call", "function_call_output"], sent[1].GetProperty("input").EnumerateArray().Select(each => each.GetProperty("type").GetString()));
    }

    [Fact]
    public async Task Include_that_a_model_refuses_is_left_out_and_remembered()
    {
        await using GatewayServer gateway = await ResponsesAsync();
        _upstream.Answer = context => Latest.TryGetProperty("include", out _)
            ? FakeUpstream.Json(context, 400, """{"error":{"message":"Encrypted content is not supported with this model.","type":"invalid_request_error","param":"include","code":null}}""")
            : FakeUpstream.Json(context, 200, Response(Text));
        string asking = $"{{\"model\":\"m\",\"thinking\":{{\"type\":\"adaptive\"}},{Messages}}}";

        Assert.Equal(200, (await gateway.AskAsync(GatewayServer.Key, "/v1/messages", asking)).Status);
        Assert.Equal(2, _upstream.Received.Count);
        Assert.Equal(200, (await gateway.AskAsync(GatewayServer.Key, "/v1/messages", asking)).Status);
        Assert.Equal(3, _upstream.Received.Count);
    }

    [Fact]
    public async Task A_client_of_chat_is_answered_by_way_of_the_hub()
    {
        await using GatewayServer gateway = await ResponsesAsync();
        _upstream.Answer = context => FakeUpstream.Json(context, 200, Response(Output));

        Told told = await gateway.AskAsync(GatewayServer.Key, "/v1/chat/completions", """{"model":"m","seed":1,"messages":[{"role":"user","content":"Hello"}]}""");

        Assert.Equal((200, "dropped=seed; changed=api:chat->messages->responses"), (told.Status, told.Report));
        Assert.Equal("f", told.Json.GetProperty("choices")[0].GetProperty("message").GetProperty("tool_calls")[0].GetProperty("function").GetProperty("name").GetString());
        Assert.Equal(100, told.Json.GetProperty("usage").GetProperty("prompt_tokens").GetInt32());
    }

    [Fact]
    public async Task What_goes_to_responses_is_counted_without_a_call()
    {
        await using GatewayServer gateway = await ResponsesAsync();

        Told told = await gateway.AskAsync(GatewayServer.Key, "/v1/messages/count_tokens", $"{{\"model\":\"m\",\"system\":\"Be brief, please.\",{Tools}{Messages}}}");

        Assert.Equal(200, told.Status);
        Assert.InRange(told.Json.GetProperty("input_tokens").GetInt32(), 10, 100);
        Assert.Empty(_upstream.Received);
    }

    private JsonElement Latest => _upstream.Received.Last().Json;

    private static int Count(Told told, string name) => told.Json.GetProperty("usage").GetProperty(name).GetInt32();

    private static Task AnswerAsync(HttpContext context) =>
        FakeUpstream.Json(context, 200, context.Request.Path.Value!.EndsWith("/responses", StringComparison.Ordinal) ? Response(Text) : FakeUpstream.Completion("ok"));

    private Task<GatewayServer> ResponsesAsync() => GatewayServer.StartAsync(_upstream, ("Gateway:Providers:fake:Api", "responses"));

    private Task<GatewayServer> AzureAsync() => GatewayServer.StartAsync(_upstream, ("Gateway:Providers:az:Kind", "azure-openai"), ("Gateway:Providers:az:BaseUrl", _upstream.Url), ("Gateway:Providers:az:ApiKey", "k"));
}
