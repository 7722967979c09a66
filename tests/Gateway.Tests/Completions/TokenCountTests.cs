using System.Text.Json;
using Gateway.Tests.Support;

namespace Gateway.Tests.Completions;

/// <summary>Token counts for servers that do not count, and what stands in for usage that an upstream did not report.</summary>
public sealed class TokenCountTests
{
    private const string Text = "The harbour master keeps a list of all boats and of the hours at which they leave.";

    private const string Tool = $$"""[{"name":"find_boat","description":"{{Text}}","input_schema":{"type":"object","properties":{"name":{"type":"string"} } } }]""";

    [Fact]
    public async Task Tools_count_and_base64_does_not()
    {
        await using FakeUpstream upstream = await FakeUpstream.StartAsync();
        await using GatewayServer gateway = await GatewayServer.StartAsync(upstream);
        byte[] png = [0x89, .. "PNG\r\n"u8, 0x1A, 0x0A, 0, 0, 0, 13, .. "IHDR"u8, 0, 0, 4, 0, 0, 0, 4, 0, .. new byte[300_000]];
        string image = $$$"""{"type":"image","source":{"type":"base64","media_type":"image/png","data":"{{{Convert.ToBase64String(png)}}}"}}""";

        long text = await CountAsync(gateway, $$"""[{"type":"text","text":"{{Text}}"}]""");
        long withTool = await CountAsync(gateway, $$"""[{"type":"text","text":"{{Text}}"}]""", Tool);
        long withImage = await CountAsync(gateway, $$"""[{"type":"text","text":"{{Text}}"},{{image}}]""");

        // The text has 18 tokens, and 7 stand around it; 1024 x 1024 pixels are 765.
        Assert.InRange(text, 25, 28);
        Assert.InRange(withTool - text, 30, 70);
        Assert.Equal(765, withImage - text);
        Assert.Empty(upstream.Received);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Answer_without_usage_reports_what_count_tokens_says(bool stream)
    {
        await using FakeUpstream upstream = await FakeUpstream.StartAsync();
        upstream.Answer = context => AnswerAsync(context, stream, usage: "");
        await using GatewayServer gateway = await GatewayServer.StartAsync(upstream);
        string content = $$"""[{"type":"text","text":"{{Text}}"}]""";

        Assert.Equal(await CountAsync(gateway, content), await InputTokensAsync(gateway, content, stream));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Built_in_echo_uses_what_count_tokens_says(bool stream)
    {
        await using GatewayServer gateway = await GatewayServer.StartAsync(("Gateway:Models:0:Id", "m"), ("Gateway:Models:0:Targets:0", "echo/echo"));
        string content = $$"""[{"type":"text","text":"{{Text}}"}]""";

        Assert.Equal(await CountAsync(gateway, content), await InputTokensAsync(gateway, content, stream));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Usage_of_the_upstream_is_believed(bool stream)
    {
        await using FakeUpstream upstream = await FakeUpstream.StartAsync();
        upstream.Answer = context => AnswerAsync(context, stream, usage: ""","usage":{"prompt_tokens":3,"completion_tokens":1}""");
        await using GatewayServer gateway = await GatewayServer.StartAsync(upstream);

        Assert.Equal(3, await InputTokensAsync(gateway, $$"""[{"type":"text","text":"{{Text}}"}]""", stream));
    }

    private static async Task AnswerAsync(Microsoft.AspNetCore.Http.HttpContext context, bool stream, string usage)
    {
        if (!stream)
        {
            await FakeUpstream.Json(context, 200, $$"""{"choices":[{"index":0,"message":{"role":"assistant","content":"Yes."},"finish_reason":"stop"}]{{usage}}}""");
            return;
        }

        await FakeUpstream.BeginStreamAsync(context);
        await FakeUpstream.EventAsync(context, FakeUpstream.Chunk("Yes."));
        await FakeUpstream.EventAsync(context, $$"""{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]{{usage}}}""");
        await FakeUpstream.EventAsync(context, "[DONE]");
    }

    private static async Task<long> CountAsync(GatewayServer gateway, string content, string tools = "[]")
    {
        using HttpResponseMessage response = await gateway.PostAsync("/v1/messages/count_tokens", $$"""{"model":"m","tools":{{tools}},"messages":[{"role":"user","content":{{content}}}]}""");
        Assert.Equal("estimate", Assert.Single(response.Headers.GetValues("x-gateway-token-count")));
        return JsonElement.Parse(await response.Content.ReadAsStringAsync()).GetProperty("input_tokens").GetInt64();
    }

    /// <summary>The last number that the client is told.</summary>
    private static async Task<long> InputTokensAsync(GatewayServer gateway, string content, bool stream)
    {
        using HttpResponseMessage response = await gateway.PostAsync("/v1/messages", $$"""{"model":"m","max_tokens":9,"stream":{{(stream ? "true" : "false")}},"messages":[{"role":"user","content":{{content}}}]}""");
        if (!stream)
        {
            return JsonElement.Parse(await response.Content.ReadAsStringAsync()).GetProperty("usage").GetProperty("input_tokens").GetInt64();
        }

        using EventStream events = await EventStream.OpenAsync(response);
        return (await events.ReadAllAsync()).Single(e => e.Name == "message_delta").Data.GetProperty("usage").GetProperty("input_tokens").GetInt64();
    }
}
