using Gateway.Tests.Support;

namespace Gateway.Tests.Security;

/// <summary>A caller reaches the models and providers of its key, by no other name and through no other field.</summary>
public sealed class ModelDoorTests
{
    private const string Selectors = "\"MODEL\":\"secretup\",\"mod\\u0065ls\":[\"secretup\"],\"route\":\"fallback\",\"provider\":{\"order\":[\"secretup\"]},\"extra_body\":{\"model\":\"secretup\"},\"fallbacks\":[{\"model\":\"secretup\"}],\"api_base\":\"http://secretup\",";
    private const string Request = "{\"model\":\"secretup\"," + Selectors + "\"model\":\"m\",\"max_tokens\":9,\"future\":1,\"messages\":[{\"role\":\"user\",\"content\":\"a\"}]}";
    private const string Answer = """{"id":"msg_up","type":"message","role":"assistant","model":"up","content":[{"type":"text","text":"ok"}],"stop_reason":"end_turn","stop_sequence":null,"usage":{"input_tokens":3,"output_tokens":2}}""";

    [Theory]
    [InlineData("openai", "/v1/chat/completions", true)]
    [InlineData("openai", "/v1/messages", false)]
    [InlineData("anthropic", "/v1/chat/completions", false)]
    [InlineData("anthropic", "/v1/messages", true)]
    public async Task Nothing_beside_model_chooses_a_model(string kind, string path, bool sameForm)
    {
        await using FakeUpstream upstream = await FakeUpstream.StartAsync();
        upstream.Answer = context => FakeUpstream.Json(context, 200, kind == "openai" ? FakeUpstream.Completion("ok") : Answer);
        await using GatewayServer gateway = await GatewayServer.StartAsync(upstream, ("Gateway:Providers:fake:Kind", kind));
        using HttpResponseMessage response = await gateway.SendAsync(
            HttpMethod.Post, path + "?model=secretup&beta=true&api-key=secretup", Request, default,
            ("x-api-key", GatewayServer.Key), ("anthropic-workspace-id", "secretup"), ("anthropic-beta", "b"));

        ReceivedRequest seen = Assert.Single(upstream.Received);
        Assert.Equal(200, (int)response.StatusCode);
        Assert.Equal("up", seen.Json.GetProperty("model").GetString());
        Assert.DoesNotContain("secretup", seen.Body + seen.Query + string.Concat(seen.Headers.Select(h => h.Key + h.Value)), StringComparison.Ordinal);
        if (sameForm)
        {
            Assert.Equal("dropped=api_base,fallbacks,extra_body,provider,route,models,model", Assert.Single(response.Headers.GetValues("x-gateway-translation")));
            Assert.Equal(1, seen.Json.GetProperty("future").GetInt32());
        }
    }

    [Fact]
    public async Task Models_of_forbidden_providers_are_neither_listed_nor_shown()
    {
        await using GatewayServer gateway = await GatewayServer.StartAsync(
            ("Gateway:Providers:first:Kind", "echo"),
            ("Gateway:Providers:second:Kind", "echo"),
            ("Gateway:Models:0:Id", "hidden"),
            ("Gateway:Models:0:Targets:0", "first/a"),
            ("Gateway:Models:1:Id", "both"),
            ("Gateway:Models:1:Targets:0", "first/a"),
            ("Gateway:Models:1:Targets:1", "second/a"),
            ("Gateway:Models:2:Id", "open"),
            ("Gateway:Models:2:Targets:0", "second/a"));
        string key = await gateway.KeyAsync("t", ""","providers":["SECOND"]""");

        Assert.Equal(["both", "open"], await ListAsync(gateway, key, ""));
        Assert.Equal(["both"], await ListAsync(gateway, key, "?limit=1"));
        Assert.Equal(["open"], await ListAsync(gateway, key, "?after_id=both"));
        Assert.Equal(["hidden", "both", "open"], await ListAsync(gateway, GatewayServer.Key, ""));
        Assert.Equal([404, 200, 404, 200], await StatusesAsync(gateway, key, "hidden", "both", "first/x", "second/x"));
    }

    private static async Task<string[]> ListAsync(GatewayServer gateway, string key, string query) =>
        [.. (await gateway.AskAsync(key, "/v1/models" + query, null, "GET")).Json.GetProperty("data").EnumerateArray().Select(model => model.GetProperty("id").GetString()!)];

    private static async Task<List<int>> StatusesAsync(GatewayServer gateway, string key, params string[] ids)
    {
        List<int> statuses = [];
        foreach (string id in ids)
        {
            statuses.Add((await gateway.AskAsync(key, "/v1/models/" + id, null, "GET")).Status);
        }

        return statuses;
    }
}
