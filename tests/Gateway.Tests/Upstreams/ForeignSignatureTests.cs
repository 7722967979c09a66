using System.Net;
using System.Text.Json;
using Gateway.Tests.Support;
using Microsoft.AspNetCore.Http;

namespace Gateway.Tests.Upstreams;

/// <summary>What one server signed does not reach another that would refuse it, and a refusal costs one more call at most.</summary>
public sealed class ForeignSignatureTests : IAsyncLifetime
{
    private const string Refused = """{"type":"error","error":{"type":"invalid_request_error","message":"messages.1.content.0: Invalid `signature` in `thinking` block"}}""";
    private FakeUpstream _first = null!;
    private FakeUpstream _second = null!;

    public async Task InitializeAsync()
    {
        (_first, _second) = (await FakeUpstream.StartAsync(), await FakeUpstream.StartAsync());
        _first.Answer = context => AnswerAsync(context, _first, "by first");
        _second.Answer = context => AnswerAsync(context, _second, "by second");
    }

    public async Task DisposeAsync()
    {
        await _first.DisposeAsync();
        await _second.DisposeAsync();
    }

    [Fact]
    public async Task Thinking_of_the_first_is_gone_after_the_move_and_that_of_the_second_stays()
    {
        await using GatewayServer gateway = await StartAsync();
        await AskAsync(gateway, "first/up", "");
        await AskAsync(gateway, "first/up", "", "by first 1");
        _first.Answer = context => FakeUpstream.Json(context, 503, "{}");
        await AskAsync(gateway, "second/up", "dropped=thinking", "by first 1", "by first 2");
        await AskAsync(gateway, "second/up", "dropped=thinking", "by first 1", "by first 2", "by second 1");
        await AskAsync(gateway, "second/up", "dropped=thinking", "by first 1", "by first 2", "by second 1", "by second 2");
        Assert.Equal(3, _second.Received.Count);
        Assert.All(_second.Received, request => Assert.DoesNotContain("by first", request.Body, StringComparison.Ordinal));
        Assert.Contains("by second 1", _second.Received.Last().Body, StringComparison.Ordinal);
        Assert.Contains("by second 2", _second.Received.Last().Body, StringComparison.Ordinal);
    }

    /// <summary>As after a start of the gateway, or a change of the model: nobody knows who signed. Then the upstream says it.</summary>
    [Fact]
    public async Task Refused_signature_is_taken_out_and_the_request_made_again_but_only_once_in_a_conversation()
    {
        await using GatewayServer gateway = await StartAsync();
        await AskAsync(gateway, "first/up", "dropped=thinking", "by somebody");
        Assert.Equal(2, _first.Received.Count);
        Assert.Contains("by somebody", _first.Received.First().Body, StringComparison.Ordinal);
        await AskAsync(gateway, "first/up", "dropped=thinking", "by somebody", "by first 2");
        Assert.Equal(3, _first.Received.Count);
        Assert.Contains("by first 2", _first.Received.Last().Body, StringComparison.Ordinal);
        Assert.Empty(_second.Received);
    }

    [Fact]
    public async Task One_target_is_told_what_was_refused_before()
    {
        await using GatewayServer gateway = await GatewayServer.StartAsync(
            ("Gateway:Providers:first:Kind", "anthropic"),
            ("Gateway:Providers:first:BaseUrl", _first.Url),
            ("Gateway:Models:0:Id", "m"),
            ("Gateway:Models:0:Targets:0", "first/up"));
        await AskAsync(gateway, "first/up", "dropped=thinking", "by somebody");
        await AskAsync(gateway, "first/up", "dropped=thinking", "by somebody", "by first 2");
        Assert.Equal(3, _first.Received.Count);
    }

    /// <summary>What is refused although nothing can be taken out is the client's business, and no loop.</summary>
    [Fact]
    public async Task Refusal_that_stays_is_told_after_one_more_call()
    {
        await using GatewayServer gateway = await StartAsync();
        _first.Answer = context => FakeUpstream.Json(context, 400, Refused);
        using HttpResponseMessage response = await gateway.PostAsync("/v1/messages", Conversation("by somebody"));
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains("Invalid `signature`", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(2, _first.Received.Count);
    }

    /// <summary>The turn whose results go back must begin with thinking of the server's own, where a budget is set.</summary>
    [Fact]
    public async Task Tool_turn_that_loses_its_thinking_is_answered_without()
    {
        await using GatewayServer gateway = await StartAsync();
        const string Body = """{"model":"m","max_tokens":4000,"thinking":{"type":"enabled","budget_tokens":2000},"tools":[{"name":"t","input_schema":{"type":"object"}}],"messages":[{"role":"user","content":"q"},{"role":"assistant","content":[{"type":"thinking","thinking":"x","signature":"by somebody"},{"type":"tool_use","id":"toolu_1","name":"t","input":{}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"toolu_1","content":"r"}]}]}""";
        using HttpResponseMessage response = await gateway.PostAsync("/v1/messages", Body);
        Assert.Equal("dropped=thinking; changed=thinking:enabled->disabled", Assert.Single(response.Headers.GetValues("x-gateway-translation")));
        Assert.Equal("disabled", _first.Received.Last().Json.GetProperty("thinking").GetProperty("type").GetString());
    }

    [Fact]
    public async Task Chat_clients_thinking_blocks_are_left_behind_too()
    {
        await using GatewayServer gateway = await StartAsync();
        const string Body = """{"model":"m","messages":[{"role":"user","content":"q"},{"role":"assistant","content":"a","thinking_blocks":[{"type":"thinking","thinking":"x","signature":"by somebody"}]},{"role":"user","content":"r"}]}""";
        using HttpResponseMessage response = await gateway.PostAsync("/v1/chat/completions", Body);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Contains("thinking", Assert.Single(response.Headers.GetValues("x-gateway-translation")), StringComparison.Ordinal);
        Assert.Equal(2, _first.Received.Count);
        Assert.DoesNotContain("by somebody", _first.Received.Last().Body, StringComparison.Ordinal);
    }

    /// <summary>Gemini signs calls, and takes a word for it that nobody signed them.</summary>
    [Theory]
    [InlineData("Corrupted thought signature.")]
    [InlineData("Unable to submit request because Thought signature is not valid.. Learn more")]
    public async Task Relayed_thought_signature_that_is_refused_becomes_the_documented_dummy(string refusal)
    {
        await using FakeUpstream gemini = await FakeUpstream.StartAsync();
        gemini.Answer = context => gemini.Received.Last().Body.Contains("sIg", StringComparison.Ordinal)
            ? FakeUpstream.Json(context, 400, $$$"""[{"error":{"code":400,"message":"{{{refusal}}}","status":"INVALID_ARGUMENT"}}]""")
            : FakeUpstream.Json(context, 200, FakeUpstream.Completion("ok"));
        await using GatewayServer gateway = await GatewayServer.StartAsync(gemini, ("Gateway:Models:0:Profile:schemaDialect", "gemini"));
        string body = """{"model":"m","messages":[{"role":"user","content":"q"},{"role":"assistant","content":null,"tool_calls":[{"id":"c","type":"function","function":{"name":"t","arguments":"{}"},"extra_content":{"google":{"thought_signature":"sIg"}}}]},{"role":"tool","tool_call_id":"c","content":"r"}]}""";
        for (int calls = 2; calls <= 3; calls++)
        {
            // From the second request on it is known.
            using HttpResponseMessage response = await gateway.PostAsync("/v1/chat/completions", body);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            Assert.Contains("skip_thought_signature_validator", gemini.Received.Last().Body, StringComparison.Ordinal);
            Assert.Equal("dropped=thought_signature", Assert.Single(response.Headers.GetValues("x-gateway-translation")));
            Assert.Equal(calls, gemini.Received.Count);
        }
    }

    /// <summary>Refuses what others signed, as Anthropic's servers do.</summary>
    private static Task AnswerAsync(HttpContext context, FakeUpstream upstream, string own)
    {
        string body = upstream.Received.Last().Body;
        bool foreign = new[] { "by first", "by second", "by somebody" }.Any(who => who != own && body.Contains(who, StringComparison.Ordinal));
        return foreign
            ? FakeUpstream.Json(context, 400, Refused)
            : FakeUpstream.Json(context, 200, """{"id":"msg_1","type":"message","role":"assistant","model":"up","content":[{"type":"text","text":"ok"}],"stop_reason":"end_turn","stop_sequence":null,"usage":{"input_tokens":1,"output_tokens":1}}""");
    }

    private static async Task AskAsync(GatewayServer gateway, string target, string report, params string[] signatures)
    {
        using HttpResponseMessage response = await gateway.PostAsync("/v1/messages", Conversation(signatures));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(target, Assert.Single(response.Headers.GetValues("x-gateway-upstream")));
        Assert.Equal(report, response.Headers.TryGetValues("x-gateway-translation", out IEnumerable<string>? told) ? Assert.Single(told) : "");
    }

    private static string Conversation(params string[] signatures)
    {
        string turns = string.Concat(signatures.Select((signature, turn) =>
            $$""",{"role":"assistant","content":[{"type":"thinking","thinking":"hm","signature":{{JsonSerializer.Serialize(signature)}}},{"type":"text","text":"answer {{turn}}"}]},{"role":"user","content":"more {{turn}}"}"""));
        return $$"""{"model":"m","max_tokens":50,"messages":[{"role":"user","content":"question"}{{turns}}]}""";
    }

    private Task<GatewayServer> StartAsync(params (string Key, string? Value)[] settings) =>
        GatewayServer.StartAsync(
        [
            ("Gateway:Providers:first:Kind", "anthropic"),
            ("Gateway:Providers:first:BaseUrl", _first.Url),
            ("Gateway:Providers:second:Kind", "anthropic"),
            ("Gateway:Providers:second:BaseUrl", _second.Url),
            ("Gateway:Models:0:Id", "m"),
            ("Gateway:Models:0:Targets:0", "first/up"),
            ("Gateway:Models:0:Targets:1", "second/up"),
            .. settings,
        ]);
}
