using System.Text.Json;
using Gateway.Tests.Security;
using Gateway.Tests.Support;

namespace Gateway.Tests.Manage;

/// <summary><c>GET /manage/targets</c>: how the places stand, and that a look at them is no call.</summary>
public sealed class TargetsTests
{
    [Fact]
    public async Task Each_target_once_with_what_requests_found_of_it()
    {
        await using FakeUpstream upstream = await FakeUpstream.StartAsync();
        await using GatewayServer gateway = await GatewayServer.StartAsync(
            upstream,
            new FakeClock(),
            ("Gateway:Models:0:Price:Input", "2"),
            ("Gateway:Models:0:Price:Output", "3"),
            ("Gateway:Models:0:ContextWindow", "9000"),
            ("Gateway:Models:1:Id", "claude-*sonnet*"),
            ("Gateway:Models:1:Targets:0", "fake/up"),
            ("Gateway:Models:1:Targets:1", "fake/*"),
            ("Gateway:Models:2:Id", "down"),
            ("Gateway:Models:2:Targets:0", "gone/never"),
            ("Gateway:Models:2:Targets:1", "fake/spare"),
            ("Gateway:Providers:gone:Kind", "openai"),
            ("Gateway:Providers:gone:BaseUrl", "http://127.0.0.1:1/v1"),
            ("Gateway:Providers:gone:ApiKey", "sk-upstream-secret"));
        JsonElement[] before = await ListAsync(gateway);
        Assert.Equal(["fake/up", "fake/claude-*sonnet*", "gone/never", "fake/spare"], before.Select(target => Text(target, "target")));
        Assert.All(before, target => Assert.Equal("unknown", Text(target, "standing")));
        JsonElement up = before[0];
        Assert.Equal(["m", "claude-*sonnet*"], up.GetProperty("models").EnumerateArray().Select(model => model.GetString()));
        Assert.Equal((2m, 3m, 9000), (up.GetProperty("price").GetProperty("input").GetDecimal(), up.GetProperty("price").GetProperty("output").GetDecimal(), up.GetProperty("context_window").GetInt32()));
        Assert.False(up.TryGetProperty("answer_ms", out _) || up.TryGetProperty("paused_seconds", out _) || up.TryGetProperty("price_by_name", out _));
        Assert.True(before[1].GetProperty("price_by_name").GetBoolean());
        Assert.Empty(up.GetProperty("learned").EnumerateArray());

        upstream.Answer = context => upstream.Received.Last().Body.Contains("temperature", StringComparison.Ordinal)
            ? FakeUpstream.Json(context, 400, """{"error":{"message":"Unsupported parameter: 'temperature' is not supported with this model.","type":"invalid_request_error","param":"temperature","code":"unsupported_parameter"}}""")
            : FakeUpstream.Json(context, 200, FakeUpstream.Completion("ok"));
        Assert.Equal(200, await CallAsync(gateway, "m", ""","temperature":1"""));
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal(200, await CallAsync(gateway, "down", ""));
        }

        int calls = upstream.Received.Count;
        JsonElement[] after = await ListAsync(gateway);
        Assert.Equal(["good", "unknown", "dead", "good"], after.Select(target => Text(target, "standing")));
        Assert.Equal(["temperature"], after[0].GetProperty("learned").EnumerateArray().Select(learned => learned.GetString()));
        Assert.True(after[0].TryGetProperty("answer_ms", out _));
        Assert.False(after[0].TryGetProperty("first_token_ms", out _));
        Assert.InRange(after[2].GetProperty("paused_seconds").GetInt32(), 1, 5);
        Assert.Equal(JsonElement.Parse(JsonSerializer.Serialize(after)).GetRawText(), JsonSerializer.Serialize(await ListAsync(gateway)));
        Assert.Equal(calls, upstream.Received.Count);

        string reader = await gateway.KeyAsync("search", ""","scopes":["usage"]""");
        Assert.Equal(403, (await gateway.AskAsync(reader, "/manage/targets", null, "GET")).Status);
        Assert.DoesNotContain("sk-upstream-secret", (await gateway.AskAsync(GatewayServer.Key, "/manage/targets", null, "GET")).Body, StringComparison.Ordinal);
    }

    private static async Task<JsonElement[]> ListAsync(GatewayServer gateway)
    {
        Told told = await gateway.AskAsync(GatewayServer.Key, "/manage/targets", null, "GET");
        Assert.True(told.Status == 200, told.Body);
        return [.. told.Json.GetProperty("data").EnumerateArray()];
    }

    private static async Task<int> CallAsync(GatewayServer gateway, string model, string more) =>
        (await gateway.AskAsync(GatewayServer.Key, "/v1/messages", $$"""{"model":"{{model}}","max_tokens":9{{more}},"messages":[{"role":"user","content":"hello"}]}""")).Status;

    private static string? Text(JsonElement json, string name) => json.GetProperty(name).GetString();
}
