using System.Net;
using System.Text.Json.Nodes;
using Gateway.Tests.Support;

namespace Gateway.Tests.Completions;

/// <summary>Agents that speak Chat do not know Anthropic's marks: without them each of their turns is paid in full.</summary>
public sealed class PromptCacheTests
{
    private const int Turns = 12;
    private const string Anthropic = """{"id":"msg_up","type":"message","role":"assistant","model":"c","stop_reason":"end_turn","stop_sequence":null,""";
    private const string Refusal = """{"type":"error","error":{"type":"invalid_request_error","message":"cache_control: Extra inputs are not permitted"}}""";
    private static readonly string s_system = string.Concat(Enumerable.Repeat("You are a careful agent. ", 80));

    [Theory]
    [InlineData("claude-sonnet-4-5")]
    [InlineData("us.anthropic.claude-sonnet-4-5-20250929-v1:0")]
    public async Task Each_turn_of_an_agent_is_cached_and_begins_as_the_turn_before(string model)
    {
        await using FakeUpstream upstream = await FakeUpstream.StartAsync();
        upstream.Answer = context => FakeUpstream.Json(context, 200, Anthropic.Replace("end_turn", "tool_use", StringComparison.Ordinal)
            + $$$"""
            "content":[{"type":"tool_use","id":"toolu_{{{upstream.Received.Count}}}","name":"look","input":{}}],"usage":{"input_tokens":9,"cache_read_input_tokens":500,"cache_creation_input_tokens":40,"output_tokens":5}}
            """);
        await using GatewayServer gateway = await StartAsync(upstream, model);
        JsonArray messages = [Said("system", s_system), Said("user", "Find it.")];
        for (int turn = 0; turn < Turns; turn++)
        {
            using HttpResponseMessage response = await gateway.PostAsync("/v1/chat/completions", Agent(messages));
            JsonNode answer = JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
            Assert.Equal("changed=cache_control", Assert.Single(response.Headers.GetValues("x-gateway-translation")));
            Assert.Equal(500, answer["usage"]!["prompt_tokens_details"]!["cached_tokens"]!.GetValue<int>());
            JsonNode said = answer["choices"]![0]!["message"]!;
            messages.Add(said.DeepClone());
            messages.Add(new JsonObject { ["role"] = "tool", ["tool_call_id"] = said["tool_calls"]![0]!["id"]!.GetValue<string>(), ["content"] = $"nothing at {turn}" });
        }

        ReceivedRequest[] seen = [.. upstream.Received];
        Assert.Equal(Turns, seen.Length);
        Assert.All(seen, request => Assert.Equal(model.StartsWith("claude", StringComparison.Ordinal) ? ["$"] : ["$.system.0", LastBlock(request)], Marks(request)));
        for (int turn = 1; turn < Turns; turn++)
        {
            Assert.StartsWith(Unmarked(seen[turn - 1])[..^1], Unmarked(seen[turn]), StringComparison.Ordinal);
            Assert.Equal(Head(seen[0]), Head(seen[turn]));
        }
    }

    [Fact]
    public async Task Server_that_refuses_the_mark_is_asked_again_and_never_with_it()
    {
        await using FakeUpstream upstream = await FakeUpstream.StartAsync();
        upstream.Answer = context => upstream.Received.Last().Json.TryGetProperty("cache_control", out _)
            ? FakeUpstream.Json(context, 400, Refusal)
            : FakeUpstream.Json(context, 200, Anthropic + """ "content":[{"type":"text","text":"ok"}],"usage":{"input_tokens":9,"output_tokens":5}}""");
        await using GatewayServer gateway = await StartAsync(upstream, "claude-sonnet-4-5");
        for (int i = 0; i < 3; i++)
        {
            using HttpResponseMessage response = await gateway.PostAsync("/v1/chat/completions", Agent([Said("system", s_system), Said("user", "Find it.")]));
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            Assert.Equal("dropped=cache_control", Assert.Single(response.Headers.GetValues("x-gateway-translation")));
        }

        Assert.Equal([1, 0, 0, 0], upstream.Received.Select(request => Marks(request).Count));
    }

    [Fact]
    public async Task Marks_of_the_client_are_the_only_ones_and_a_small_prompt_has_none()
    {
        await using FakeUpstream upstream = await FakeUpstream.StartAsync();
        upstream.Answer = context => FakeUpstream.Json(context, 200, Anthropic + """ "content":[{"type":"text","text":"ok"}],"usage":{"input_tokens":9,"output_tokens":5}}""");
        await using GatewayServer gateway = await StartAsync(upstream, "claude-sonnet-4-5");
        JsonObject marked = Said("system", s_system);
        marked["cache_control"] = new JsonObject { ["type"] = "ephemeral" };
        using HttpResponseMessage own = await gateway.PostAsync("/v1/chat/completions", Agent([marked, Said("user", "Find it.")]));
        using HttpResponseMessage small = await gateway.PostAsync("/v1/chat/completions", Agent([Said("user", "Find it.")]));

        Assert.Equal(["$.system.0"], Marks(upstream.Received.First()));
        Assert.Empty(Marks(upstream.Received.Last()));
        Assert.Equal("none", Assert.Single(own.Headers.GetValues("x-gateway-translation")));
        Assert.Equal("none", Assert.Single(small.Headers.GetValues("x-gateway-translation")));
    }

    private static JsonObject Said(string role, string text) => new JsonObject { ["role"] = role, ["content"] = text };

    private static string Agent(JsonArray messages) =>
        """{"model":"m","max_tokens":200,"messages":""" + messages.ToJsonString() + ""","tools":[{"type":"function","function":{"name":"look","parameters":{"type":"object","properties":{"at":{"type":"integer"}}}}}]}""";

    /// <summary>The paths of what carries a mark.</summary>
    private static List<string> Marks(ReceivedRequest request)
    {
        List<string> found = [];
        Find(JsonNode.Parse(request.Body)!);
        return found;

        void Find(JsonNode node)
        {
            if (node is JsonObject members)
            {
                if (members.ContainsKey("cache_control"))
                {
                    found.Add(Path(members));
                }

                members.Where(member => member.Value is not null).ToList().ForEach(member => Find(member.Value!));
            }
            else if (node is JsonArray items)
            {
                items.ToList().ForEach(item => Find(item!));
            }
        }
    }

    private static string Path(JsonNode node) => node.GetPath().Replace("[", ".", StringComparison.Ordinal).Replace("]", "", StringComparison.Ordinal);

    private static string LastBlock(ReceivedRequest request)
    {
        JsonArray messages = JsonNode.Parse(request.Body)!["messages"]!.AsArray();
        return Path(messages[^1]!["content"]!.AsArray()[^1]!);
    }

    /// <summary>The messages as bytes, without marks: to Anthropic's cache a mark is no part of the prompt, nor is a list around one text.</summary>
    private static string Unmarked(ReceivedRequest request) => request.Json.GetProperty("messages").GetRawText()
        .Replace(""","cache_control":{"type":"ephemeral"}""", "", StringComparison.Ordinal)
        .Replace("""[{"type":"text","text":"Find it."}]""", "\"Find it.\"", StringComparison.Ordinal);

    private static (string System, string Tools) Head(ReceivedRequest request) =>
        (request.Json.GetProperty("system").GetRawText(), request.Json.GetProperty("tools").GetRawText());

    private static Task<GatewayServer> StartAsync(FakeUpstream upstream, string model) => GatewayServer.StartAsync(
        ("Gateway:Providers:claude:Kind", "anthropic"),
        ("Gateway:Providers:claude:BaseUrl", upstream.Url),
        ("Gateway:Providers:claude:ApiKey", "sk-ant-secret"),
        ("Gateway:Models:0:Id", "m"),
        ("Gateway:Models:0:Targets:0", $"claude/{model}"));
}
