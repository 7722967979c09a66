using System.Text;
using Gateway.Telemetry;
using Gateway.Tests.Support;

namespace Gateway.Tests.Security;

/// <summary>Requests for models and answers of upstreams whose strings are no text: users' data may hold halves of characters, so most are served.</summary>
public sealed class NoTextBodyTests
{
    private static readonly string[] s_messages =
    [
        """{"model":"@","max_tokens":9,"messages":[{"role":"user","content":"hi"}]}""",
        """{"model":"m","max_tokens":9,"messages":[{"role":"@","content":"hi"}]}""",
        """{"model":"m","max_tokens":9,"messages":[{"role":"user","content":"@"}]}""",
        """{"model":"m","max_tokens":9,"messages":[{"role":"user","content":[{"type":"@","text":"hi"}]}]}""",
        """{"model":"m","max_tokens":9,"messages":[{"role":"user","content":[{"type":"text","text":"@"}]}]}""",
        """{"model":"m","max_tokens":9,"messages":[{"role":"user","content":[{"type":"tool_result","tool_use_id":"@","content":"hi"}]}]}""",
        """{"model":"m","max_tokens":9,"messages":[{"role":"user","content":[{"type":"image","source":{"type":"url","url":"@"}}]}]}""",
        """{"model":"m","max_tokens":9,"system":"@","messages":[{"role":"user","content":"hi"}]}""",
        """{"model":"m","max_tokens":9,"stop_sequences":["@"],"messages":[{"role":"user","content":"hi"}]}""",
        """{"model":"m","max_tokens":9,"metadata":{"user_id":"@"},"messages":[{"role":"user","content":"hi"}]}""",
        """{"model":"m","max_tokens":9,"tools":[{"name":"@","input_schema":{"type":"object"}}],"messages":[{"role":"user","content":"hi"}]}""",
        """{"model":"m","max_tokens":9,"tools":[{"name":"a","input_schema":{"type":"object","properties":{"@":{}}}}],"messages":[{"role":"user","content":"hi"}]}""",
        """{"model":"m","max_tokens":9,"tool_choice":{"type":"@"},"messages":[{"role":"user","content":"hi"}]}""",
        """{"model":"m","max_tokens":9,"thinking":{"type":"@"},"messages":[{"role":"user","content":"hi"}]}""",
        """{"model":"m","max_tokens":9,"@":1,"messages":[{"role":"user","content":"hi"}]}""",
        """{"model":"m","max_tokens":9,"messages":[{"role":"user","content":"hi","@":1}]}""",
    ];

    private static readonly string[] s_answers =
    [
        """{"id":"@","model":"up","choices":[{"index":0,"message":{"role":"assistant","content":"hi"},"finish_reason":"stop"}]}""",
        """{"model":"@","choices":[{"index":0,"message":{"role":"assistant","content":"hi"},"finish_reason":"stop"}]}""",
        """{"model":"up","choices":[{"index":0,"message":{"role":"assistant","content":"@"},"finish_reason":"stop"}]}""",
        """{"model":"up","choices":[{"index":0,"message":{"role":"@","content":"hi"},"finish_reason":"stop"}]}""",
        """{"model":"up","choices":[{"index":0,"message":{"role":"assistant","content":"hi"},"finish_reason":"@"}]}""",
        """{"model":"up","choices":[{"index":0,"message":{"role":"assistant","content":"hi","@":1},"finish_reason":"stop"}]}""",
        """{"model":"up","@":1,"choices":[{"index":0,"message":{"role":"assistant","content":"hi"},"finish_reason":"stop"}]}""",
        """{"model":"up","choices":[{"index":0,"message":{"role":"assistant","tool_calls":[{"id":"@","type":"function","function":{"name":"a","arguments":"{}"}}]},"finish_reason":"tool_calls"}]}""",
        """{"model":"up","choices":[{"index":0,"message":{"role":"assistant","tool_calls":[{"id":"c","type":"function","function":{"name":"@","arguments":"{}"}}]},"finish_reason":"tool_calls"}]}""",
        """{"model":"up","choices":[{"index":0,"message":{"role":"assistant","tool_calls":[{"id":"c","type":"function","function":{"name":"a","arguments":"@"}}]},"finish_reason":"tool_calls"}]}""",
        """{"error":{"message":"@","type":"x"}}""", """{"error":{"message":"x","type":"@"}}""", """{"error":{"message":"x","code":"@"}}""", """{"error":{"@":1}}""", """{"@":1}""",
    ];

    [Fact]
    public async Task A_request_whose_strings_are_no_text_is_served_or_a_400_but_never_a_mistake()
    {
        await using GatewayServer gateway = await GatewayServer.StartAsync(("Gateway:Models:0:Id", "m"), ("Gateway:Models:0:Targets:0", "echo/echo"));
        foreach (string path in new[] { "/v1/messages", "/v1/messages/count_tokens", "/v1/chat/completions" })
        {
            foreach ((string name, byte[] json) in NoText.In(s_messages))
            {
                RawAnswer answer = await RawHttp.SendAsync(gateway.Url, $"POST {path} HTTP/1.1\r\nx-api-key: {GatewayServer.Key}", json);
                Assert.True(answer.Status is 200 or 400 or 404, $"{path} {name}: {answer}");
                Assert.True(answer.Status == 200 || answer.OpenAi() is { Length: > 0 }, $"{path} {name}: {answer}");
            }
        }
    }

    [Theory]
    [InlineData(200, "application/json")]
    [InlineData(200, "text/event-stream")]
    [InlineData(400, "application/json")]
    public async Task An_answer_whose_strings_are_no_text_is_passed_on_or_the_upstreams_error_but_never_a_mistake(int status, string type)
    {
        await using FakeUpstream upstream = await FakeUpstream.StartAsync();
        await using GatewayServer gateway = await GatewayServer.StartAsync(upstream);
        foreach ((string name, byte[] json) in NoText.In(s_answers))
        {
            upstream.Answer = async http =>
            {
                (http.Response.StatusCode, http.Response.ContentType) = (status, type);
                await http.Response.Body.WriteAsync(type == "application/json" ? json : [.. "data: "u8, .. json, .. "\n\ndata: [DONE]\n\n"u8]);
            };
            string stream = type == "application/json" ? "" : ",\"stream\":true";
            foreach (string path in new[] { "/v1/messages", "/v1/chat/completions" })
            {
                byte[] request = Encoding.ASCII.GetBytes($$"""{"model":"m","max_tokens":9,"messages":[{"role":"user","content":"hi"}]{{stream}}}""");
                RawAnswer answer = await RawHttp.SendAsync(gateway.Url, $"POST {path} HTTP/1.1\r\nx-api-key: {GatewayServer.Key}", request);
                Assert.False(answer.Body.Contains("made a mistake", StringComparison.Ordinal), $"{path} {name}: {answer}");
            }
        }
    }

    [Fact]
    public void The_model_in_an_answer_that_is_no_text_is_not_traced_and_does_not_break_the_answer()
    {
        foreach ((string name, byte[] json) in NoText.In(s_answers))
        {
            string? found = ResponseModel.Find(json);
            Assert.True(found is null or "up", $"{name}: {found}");
            found = ResponseModel.Find([.. Encoding.ASCII.GetBytes("data: "), .. json, .. Encoding.ASCII.GetBytes("\n\n")]);
            Assert.True(found is null or "up", $"{name}: {found}");
        }
    }
}
