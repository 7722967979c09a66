using System.Text.Json;
using Gateway.Tests.Support;

namespace Gateway.Tests.Http;

/// <summary>The Responses API from outside: an answer whole and in pieces, and what its clients try besides.</summary>
public abstract class ResponsesSurfaceTests(TestGateway gateway)
{
    [Fact]
    public async Task Whole_answer_is_a_completed_response()
    {
        using HttpResponseMessage answer = await PostAsync("/v1/responses", """{"model":"echo","input":"Hello there"}""");
        JsonElement response = await BodyAsync(answer);
        Assert.Equal((200, "response", "completed", false), ((int)answer.StatusCode, Text(response, "object"), Text(response, "status"), response.GetProperty("store").GetBoolean()));
        Assert.Equal("Hello there", Text(response.GetProperty("output")[0].GetProperty("content")[0], "text"));
        Assert.True(response.GetProperty("usage").GetProperty("total_tokens").GetInt32() > 0);
        Assert.Equal(Assert.Single(answer.Headers.GetValues("request-id")), Assert.Single(answer.Headers.GetValues("x-request-id")));
    }

    [Fact]
    public async Task Stream_runs_through_its_whole_lifecycle()
    {
        using HttpResponseMessage answer = await PostAsync("/v1/responses", """{"model":"echo","stream":true,"input":[{"type":"message","role":"user","content":[{"type":"input_text","text":"Hello streaming world"}]}]}""");
        using EventStream stream = await EventStream.OpenAsync(answer);
        List<(string Name, JsonElement Data)> events = await stream.ReadAllAsync();

        Assert.Equal(Enumerable.Range(0, events.Count), events.Select(each => each.Data.GetProperty("sequence_number").GetInt32()));
        Assert.All(events, each => Assert.Equal(each.Name, Text(each.Data, "type")));
        string[] names = [.. events.Select(each => each.Name).Distinct()];
        Assert.Equal(
            ["response.created", "response.in_progress", "response.output_item.added", "response.content_part.added", "response.output_text.delta", "response.output_text.done", "response.content_part.done", "response.output_item.done", "response.completed"],
            names);
        Assert.Equal("Hello streaming world", string.Concat(events.Where(each => each.Name == "response.output_text.delta").Select(each => Text(each.Data, "delta"))));
        Assert.Equal("Hello streaming world", Text(events[^1].Data.GetProperty("response").GetProperty("output")[0].GetProperty("content")[0], "text"));
    }

    [Fact]
    public async Task Tool_of_a_namespace_is_called_by_both_of_its_names()
    {
        const string Request = """
            {"model":"echo","input":"/tool mcp__sky__get_weather {\"city\":\"Rome\"}",
             "tools":[{"type":"namespace","name":"mcp__sky","description":"The sky","tools":[{"type":"function","name":"get_weather","parameters":{"type":"object","properties":{"city":{"type":"string"}}}}]}]}
            """;
        using HttpResponseMessage answer = await PostAsync("/v1/responses", Request);
        JsonElement call = Assert.Single((await BodyAsync(answer)).GetProperty("output").EnumerateArray(), item => Text(item, "type") == "function_call");
        Assert.Equal(("mcp__sky", "get_weather", """{"city":"Rome"}"""), (Text(call, "namespace"), Text(call, "name"), Text(call, "arguments")));
    }

    [Theory]
    [InlineData("/responses")]
    [InlineData("/openai/v1/responses")]
    [InlineData("/v1/v1/responses")]
    [InlineData("/V1/Responses/")]
    public async Task Other_paths_of_it_are_served_alike(string path)
    {
        using HttpResponseMessage answer = await PostAsync(path, """{"model":"echo","input":"Hello"}""");
        Assert.Equal("response", Text(await BodyAsync(answer), "object"));
    }

    [Theory]
    [InlineData("GET", "/v1/responses", true, 426)]
    [InlineData("GET", "/openai/v1/responses", true, 426)]
    [InlineData("GET", "/v1/responses", false, 405)]
    [InlineData("HEAD", "/v1/responses", false, 405)]
    [InlineData("GET", "/v1/responses/resp_1", false, 404)]
    [InlineData("HEAD", "/v1/responses/resp_1", false, 404)]
    [InlineData("GET", "/v1/responses/resp_1/input_items", false, 404)]
    [InlineData("DELETE", "/v1/responses/resp_1", false, 404)]
    [InlineData("POST", "/v1/responses/resp_1/cancel", false, 404)]
    [InlineData("POST", "/v1/responses/compact", false, 404)]
    [InlineData("POST", "/v1/conversations", false, 404)]
    public async Task What_is_not_served_is_said_in_the_form_of_openai(string method, string path, bool upgrade, int status)
    {
        (string, string)[] headers = upgrade ? [("upgrade", "websocket"), ("connection", "Upgrade"), ("sec-websocket-version", "13")] : [];
        using HttpResponseMessage answer = await gateway.SendAsync(new HttpMethod(method), path, null, default, [("authorization", "Bearer " + gateway.ApiKey), .. headers]);
        Assert.Equal((status, "application/json"), ((int)answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
        Assert.Equal(status == 405 ? ["POST"] : [], answer.Content.Headers.Allow);
        string body = await answer.Content.ReadAsStringAsync();
        if (method == "HEAD")
        {
            Assert.Empty(body);
            return;
        }

        JsonElement error = JsonElement.Parse(body).GetProperty("error");
        Assert.Equal(["message", "type", "param", "code"], error.EnumerateObject().Select(member => member.Name));
        Assert.Contains(status == 404 ? "not stored" : "POST", Text(error, "message"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"model":"echo","input":"x","previous_response_id":"resp_1"}""", 400, "previous_response_not_found")]
    [InlineData("""{"model":"nope","input":"x"}""", 404, "model_not_found")]
    [InlineData("""{"model":"echo"}""", 400, null)]
    public async Task Refusal_has_the_form_of_openai(string request, int status, string? code)
    {
        using HttpResponseMessage answer = await PostAsync("/v1/responses", request);
        JsonElement error = (await BodyAsync(answer)).GetProperty("error");
        Assert.Equal((status, "invalid_request_error", code), ((int)answer.StatusCode, Text(error, "type"), Text(error, "code")));
    }

    [Fact]
    public async Task Wrong_key_is_a_401_in_the_form_of_openai()
    {
        using HttpResponseMessage answer = await gateway.SendAsync(HttpMethod.Post, "/v1/responses", """{"model":"echo","input":"x"}""", default, ("authorization", "Bearer wrong"));
        Assert.Equal((401, "invalid_api_key"), ((int)answer.StatusCode, Text((await BodyAsync(answer)).GetProperty("error"), "code")));
    }

    private static string? Text(JsonElement json, string name) => json.GetProperty(name).GetString();

    private static async Task<JsonElement> BodyAsync(HttpResponseMessage answer) => JsonElement.Parse(await answer.Content.ReadAsStringAsync());

    private Task<HttpResponseMessage> PostAsync(string path, string json) =>
        gateway.SendAsync(HttpMethod.Post, path, json, default, ("authorization", "Bearer " + gateway.ApiKey));
}
