using System.Net;
using System.Text;
using System.Text.Json;
using Gateway.Tests.Support;

namespace Gateway.Tests.Http;

/// <summary>Everything around the main call: other paths, wrong methods, bad bodies, wrong keys.</summary>
public abstract class SurfaceTests(TestGateway gateway)
{
    private const string KeyOfGateway = "{key}";

    /// <summary>The models that these tests ask for.</summary>
    internal static readonly (string Key, string? Value)[] Settings =
    [
        ("Gateway:Models:0:Id", "echo"),
        ("Gateway:Models:0:DisplayName", "Echo (built in)"),
        ("Gateway:Models:0:Targets:0", "echo/echo"),
        ("Gateway:Models:1:Id", "vendor/echo:free"),
        ("Gateway:Models:1:Targets:0", "echo/echo"),
        ("Gateway:Models:2:Id", "claude-*haiku*"),
        ("Gateway:Models:2:Targets:0", "echo/*"),
    ];

    [Theory]
    [InlineData("GET", "/health", 200)]
    [InlineData("HEAD", "/health", 200)]
    [InlineData("GET", "/", 200)]
    [InlineData("HEAD", "/", 200)]
    public async Task Open_path_needs_no_key(string method, string path, int status)
    {
        using HttpResponseMessage response = await Send(method, path, null);
        Assert.Equal(status, (int)response.StatusCode);
        Assert.StartsWith("req_", Assert.Single(response.Headers.GetValues("request-id")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET", "/nowhere", 404, "not_found_error")]
    [InlineData("POST", "/v2/messages", 404, "not_found_error")]
    [InlineData("GET", "/v1/messages", 405, "invalid_request_error")]
    [InlineData("DELETE", "/v1/models", 405, "invalid_request_error")]
    [InlineData("POST", "/health", 405, "invalid_request_error")]
    [InlineData("POST", "/manage/teams/red", 405, "invalid_request_error")]
    [InlineData("DELETE", "/v1/models/vendor/echo:free", 405, "invalid_request_error")]
    public async Task Unknown_path_or_wrong_method_gets_an_error_of_ours(string method, string path, int status, string type)
    {
        using HttpResponseMessage response = await Send(method, path, null, ("x-api-key", KeyOfGateway));
        JsonElement body = await Body(response);
        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal("error", body.GetProperty("type").GetString());
        Assert.Equal(type, body.GetProperty("error").GetProperty("type").GetString());
        Assert.Equal(Assert.Single(response.Headers.GetValues("request-id")), body.GetProperty("request_id").GetString());
    }

    [Theory]
    [InlineData("{", "not valid JSON")]
    [InlineData("[]", "must be a JSON object")]
    [InlineData("""{"max_tokens":1,"messages":[{"role":"user","content":"a"}]}""", "model: Field required")]
    [InlineData("""{"model":"echo","messages":[{"role":"user","content":"a"}]}""", "max_tokens: Field required")]
    [InlineData("""{"model":"echo","max_tokens":1}""", "messages: Field required")]
    [InlineData("""{"model":"echo","max_tokens":1,"messages":[]}""", "messages: at least one message is required")]
    [InlineData("""{"model":"echo","max_tokens":1,"messages":[{"content":"a"}]}""", "messages.0.role: Field required")]
    [InlineData("""{"model":"echo","max_tokens":1,"messages":[{"role":"user"}]}""", "messages.0.content: Field required")]
    [InlineData("""{"model":"echo","max_tokens":1,"messages":[{"role":"user","content":[{"type":"image"}]}]}""", "messages.0.content.0.source: Field required")]
    [InlineData("""{"model":"echo","max_tokens":1,"messages":[{"role":"tool","content":"a"}]}""", "/v1/chat/completions")]
    public async Task Bad_request_names_the_field_and_the_cure(string json, string message)
    {
        using HttpResponseMessage response = await Send("POST", "/v1/messages", json, ("x-api-key", KeyOfGateway));
        JsonElement body = await Body(response);
        Assert.Equal(400, (int)response.StatusCode);
        Assert.Contains(message, body.GetProperty("error").GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Unknown_model_is_a_404_that_names_it()
    {
        using HttpResponseMessage response = await Send("POST", "/v1/messages", Request("nope"), ("x-api-key", KeyOfGateway));
        JsonElement body = await Body(response);
        Assert.Equal(404, (int)response.StatusCode);
        Assert.Equal("model: nope. This key may use echo, vendor/echo:free, claude-*haiku*.", body.GetProperty("error").GetProperty("message").GetString());
    }

    [Theory]
    [InlineData("echo[1m]", "echo/echo")]
    [InlineData("vendor/echo:free[1M]", "echo/echo")]
    [InlineData("claude-haiku-4-5[1m]", "echo/claude-haiku-4-5")]
    public async Task Mark_of_the_large_context_is_no_part_of_a_models_name(string model, string upstream)
    {
        using HttpResponseMessage response = await Send("POST", "/v1/messages", Request(model), ("x-api-key", KeyOfGateway));
        Assert.Equal(200, (int)response.StatusCode);
        Assert.Equal(model, (await Body(response)).GetProperty("model").GetString());
        Assert.Equal(upstream, Assert.Single(response.Headers.GetValues("x-gateway-upstream")));
    }

    [Fact]
    public async Task Body_over_32_MB_is_refused_as_too_large()
    {
        string large = $$"""{"model":"echo","max_tokens":1,"messages":[{"role":"user","content":"{{new string('a', 32 * 1024 * 1024)}}"}]}""";
        using HttpResponseMessage response = await Send("POST", "/v1/messages", large, ("x-api-key", KeyOfGateway));
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
        Assert.Equal("request_too_large", (await Body(response)).GetProperty("error").GetProperty("type").GetString());
    }

    [Fact]
    public async Task Request_with_a_thread_is_refused_in_the_way_that_makes_the_sdk_resend_everything()
    {
        const string json = """{"model":"echo","max_tokens":1,"thread":{"type":"create"},"messages":[{"role":"user","content":"a"}]}""";
        using HttpResponseMessage response = await Send("POST", "/v1/messages", json, ("x-api-key", KeyOfGateway));
        JsonElement details = (await Body(response)).GetProperty("error").GetProperty("details");
        Assert.Equal(400, (int)response.StatusCode);
        Assert.Equal("thread_unsupported_request", details.GetProperty("error_code").GetString());
        Assert.Equal(0, details.GetProperty("unsupported").GetArrayLength());
    }

    [Theory]
    [InlineData("x-api-key", KeyOfGateway, 200)]
    [InlineData("authorization", "Bearer " + KeyOfGateway, 200)]
    [InlineData("x-api-key", "wrong", 401)]
    [InlineData("authorization", "Bearer wrong", 401)]
    [InlineData("x-other", "nothing", 401)]
    public async Task Key_counts_in_either_header(string header, string value, int status)
    {
        using HttpResponseMessage response = await Send("POST", "/v1/messages", Request("echo"), (header, value));
        Assert.Equal(status, (int)response.StatusCode);
    }

    [Fact]
    public async Task Wrong_api_key_is_not_saved_by_a_right_bearer()
    {
        using HttpResponseMessage response = await Send("POST", "/v1/messages", Request("echo"), ("x-api-key", "wrong"), ("authorization", "Bearer " + KeyOfGateway));
        Assert.Equal(401, (int)response.StatusCode);
        Assert.Equal("false", Assert.Single(response.Headers.GetValues("x-should-retry")));
    }

    [Fact]
    public async Task Empty_api_key_counts_as_absent()
    {
        using HttpResponseMessage response = await Send("POST", "/v1/messages", Request("echo"), ("x-api-key", ""), ("authorization", "Bearer " + KeyOfGateway));
        Assert.Equal(200, (int)response.StatusCode);
    }

    [Theory]
    [InlineData("/v1/v1/messages")]
    [InlineData("/v1/messages?beta=true")]
    [InlineData("/V1/Messages/")]
    public async Task Path_of_a_sloppy_base_url_works(string path)
    {
        using HttpResponseMessage response = await Send("POST", path, Request("echo"), ("x-api-key", KeyOfGateway));
        Assert.Equal(200, (int)response.StatusCode);
    }

    [Theory]
    [InlineData("/anthropic/v1/messages")]
    [InlineData("/anthropic/messages")]
    [InlineData("/messages")]
    [InlineData("/Messages/")]
    [InlineData("/v1/v1/chat/completions")]
    [InlineData("/chat/completions")]
    [InlineData("/openai/v1/chat/completions")]
    public async Task Path_of_another_service_is_served_like_its_twin(string path)
    {
        using HttpResponseMessage response = await Send("POST", path, Request("echo"), ("x-api-key", KeyOfGateway));
        JsonElement body = await Body(response);
        Assert.Equal(200, (int)response.StatusCode);
        Assert.True(body.TryGetProperty(path.Contains("chat", StringComparison.Ordinal) ? "choices" : "content", out _), body.ToString());
    }

    [Theory]
    [InlineData("/anthropic/v1/messages/count_tokens")]
    [InlineData("/messages/count_tokens")]
    public async Task Tokens_are_counted_at_the_twin_of_a_path(string path)
    {
        using HttpResponseMessage response = await Send("POST", path, """{"model":"echo","messages":[{"role":"user","content":"Hello"}]}""", ("x-api-key", KeyOfGateway));
        Assert.InRange((await Body(response)).GetProperty("input_tokens").GetInt32(), 1, 100);
    }

    [Theory]
    [InlineData("GET", "/models", 200)]
    [InlineData("GET", "/openai/v1/models", 200)]
    [InlineData("GET", "/anthropic/v1/models/vendor/echo:free", 200)]
    [InlineData("HEAD", "/v1/models", 200)]
    [InlineData("HEAD", "/v1/models/vendor/echo:free", 200)]
    [InlineData("HEAD", "/v1/models/nope", 404)]
    [InlineData("HEAD", "/anthropic/v1/models", 200)]
    [InlineData("HEAD", "/v1/messages", 405)]
    [InlineData("DELETE", "/openai/v1/models", 405)]
    [InlineData("GET", "/anthropic/v1/messages", 405)]
    public async Task Twins_take_the_same_methods_and_head_is_wherever_get_is(string method, string path, int status)
    {
        using HttpResponseMessage response = await Send(method, path, null, ("x-api-key", KeyOfGateway));
        string body = await response.Content.ReadAsStringAsync();
        Assert.Equal((status, method == "HEAD"), ((int)response.StatusCode, body.Length == 0));
        Assert.Equal(status == 405, response.Content.Headers.Allow.Count > 0);
    }

    [Theory]
    [InlineData("/v1/completions")]
    [InlineData("/v1/embeddings")]
    [InlineData("/v1/images/generations")]
    [InlineData("/embeddings")]
    [InlineData("/openai/v1/anything")]
    [InlineData("/v1/chat/nothing")]
    [InlineData("/v1/files")]
    public async Task Path_of_openai_that_is_not_served_gets_its_404_in_that_form(string path)
    {
        using HttpResponseMessage response = await Send("POST", path, "{}", ("authorization", "Bearer " + KeyOfGateway));
        JsonElement error = (await Body(response)).GetProperty("error");
        Assert.Equal(404, (int)response.StatusCode);
        Assert.Equal("not_found", error.GetProperty("code").GetString());
        Assert.Contains("POST /v1/chat/completions", error.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/v1/files")]
    [InlineData("/v1/messages/batches")]
    [InlineData("/v1/complete")]
    public async Task Path_of_anthropic_that_is_not_served_gets_its_404_in_that_form(string path)
    {
        using HttpResponseMessage response = await Send("POST", path, "{}", ("x-api-key", KeyOfGateway));
        JsonElement body = await Body(response);
        Assert.Equal((404, "error"), ((int)response.StatusCode, body.GetProperty("type").GetString()));
    }

    [Fact]
    public async Task Echo_calls_an_offered_tool_when_asked_to()
    {
        const string json = """
            {"model":"echo","max_tokens":9,"tools":[{"name":"get_weather","input_schema":{"type":"object","properties":{"city":{"type":"string"}}}}],
             "messages":[{"role":"user","content":"/tool get_weather {\"city\":\"Rome\"}"}]}
            """;
        using HttpResponseMessage response = await Send("POST", "/v1/messages", json, ("x-api-key", KeyOfGateway));
        JsonElement message = await Body(response);
        JsonElement block = message.GetProperty("content")[0];
        Assert.Equal("tool_use", message.GetProperty("stop_reason").GetString());
        Assert.Equal("get_weather", block.GetProperty("name").GetString());
        Assert.Equal("Rome", block.GetProperty("input").GetProperty("city").GetString());
    }

    [Theory]
    [InlineData("/v1/models/vendor%2Fecho:free")]
    [InlineData("/v1/models/vendor/echo:free")]
    [InlineData("/v1/v1/models/vendor/echo%3Afree")]
    public async Task Model_id_with_slash_and_colon_is_found_raw_and_encoded(string path)
    {
        using HttpResponseMessage response = await Send("GET", path, null, ("x-api-key", KeyOfGateway));
        Assert.Equal(200, (int)response.StatusCode);
        Assert.Equal("vendor/echo:free", (await Body(response)).GetProperty("id").GetString());
    }

    [Fact]
    public async Task Models_carry_the_fields_of_both_apis_and_patterns_are_not_listed()
    {
        using HttpResponseMessage response = await Send("GET", "/v1/models", null, ("authorization", "Bearer " + KeyOfGateway));
        JsonElement list = await Body(response);
        Assert.Equal("list", list.GetProperty("object").GetString());
        Assert.False(list.GetProperty("has_more").GetBoolean());
        Assert.Equal(["echo", "vendor/echo:free"], list.GetProperty("data").EnumerateArray().Select(m => m.GetProperty("id").GetString()));
        JsonElement model = list.GetProperty("data")[0];
        Assert.Equal("model", model.GetProperty("type").GetString());
        Assert.Equal("Echo (built in)", model.GetProperty("display_name").GetString());
        Assert.Equal("model", model.GetProperty("object").GetString());
        Assert.Equal("gateway", model.GetProperty("owned_by").GetString());
    }

    [Fact]
    public async Task Models_come_in_pages_that_end()
    {
        using HttpResponseMessage first = await Send("GET", "/v1/models?limit=1", null, ("x-api-key", KeyOfGateway));
        JsonElement page = await Body(first);
        Assert.True(page.GetProperty("has_more").GetBoolean());
        using HttpResponseMessage second = await Send("GET", $"/v1/models?limit=1&after_id={page.GetProperty("last_id").GetString()}", null, ("x-api-key", KeyOfGateway));
        JsonElement last = await Body(second);
        Assert.False(last.GetProperty("has_more").GetBoolean());
        Assert.Equal("vendor/echo:free", last.GetProperty("first_id").GetString());
        using HttpResponseMessage before = await Send("GET", "/v1/models?before_id=vendor/echo:free", null, ("x-api-key", KeyOfGateway));
        Assert.Equal("echo", (await Body(before)).GetProperty("last_id").GetString());
    }

    [Fact]
    public async Task Tokens_are_counted_and_marked_as_an_estimate()
    {
        using HttpResponseMessage response = await Send("POST", "/v1/messages/count_tokens?beta=true", """{"model":"echo","messages":[{"role":"user","content":"Hello there, how are you?"}]}""", ("x-api-key", KeyOfGateway));
        Assert.Equal("estimate", Assert.Single(response.Headers.GetValues("x-gateway-token-count")));
        Assert.InRange((await Body(response)).GetProperty("input_tokens").GetInt32(), 5, 100);
    }

    private static string Request(string model) =>
        $$"""{"model":"{{model}}","max_tokens":9,"messages":[{"role":"user","content":"a"}]}""";

    private static async Task<JsonElement> Body(HttpResponseMessage response) =>
        JsonElement.Parse(Encoding.UTF8.GetString(await response.Content.ReadAsByteArrayAsync()));

    private Task<HttpResponseMessage> Send(string method, string path, string? json, params (string Name, string Value)[] headers) =>
        gateway.SendAsync(new HttpMethod(method), path, json, CancellationToken.None, [.. headers.Select(h => (h.Name, h.Value.Replace(KeyOfGateway, gateway.ApiKey, StringComparison.Ordinal)))]);
}
