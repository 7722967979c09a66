using System.Text.Json;
using Anthropic;
using Anthropic.Models.Messages;
using Gateway.Tests.Support;

namespace Gateway.Tests.Completions;

/// <summary>Streams of servers that only resemble Anthropic's, as the official SDK takes them from the gateway.</summary>
public sealed class PoorStreamTests
{
    private const string Start = """{"type":"message_start","message":{"id":"msg_up","type":"message","role":"assistant","model":"up","content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":12,"output_tokens":1}}}""";
    private const string BareStart = """{"type":"message_start","message":{"id":"msg_up","role":"assistant"}}""";
    private const string Text = """{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}""";
    private const string Hello = """{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Hello"}}""";
    private const string Close = """{"type":"content_block_stop","index":0}""";
    private const string End = """{"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":{"output_tokens":5}}""";
    private const string BareEnd = """{"type":"message_delta","delta":{"stop_reason":"end_turn"}}""";
    private const string Stop = """{"type":"message_stop"}""";

    public static TheoryData<string, bool, string[]> Poor => new()
    {
        { "as it should be", true, [Start, Text, Hello, Close, End, Stop] },
        { "no names", false, [Start, Text, Hello, Close, End, Stop] },
        { "no counts", true, [BareStart, Text, Hello, Close, BareEnd, Stop] },
        { "no beginning of the block", true, [Start, Hello, Close, End, Stop] },
        { "no end of the block", true, [Start, Text, Hello, End, Stop] },
        { "no beginning", true, [Text, Hello, Close, End, Stop] },
        { "no end", true, [Start, Text, Hello, Close, End] },
        { "nothing but the words", false, [Hello, BareEnd] },
        { "pieces that say null", true, [Start, Text, """{"type":"content_block_delta","index":0,"delta":null}""", Hello, """{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":null}}""", Close, End, Stop] },
    };

    [Theory]
    [MemberData(nameof(Poor))]
    public async Task Official_sdk_understands_it(string what, bool named, string[] events)
    {
        await using FakeUpstream upstream = await FakeUpstream.StartAsync();
        upstream.Answer = async context =>
        {
            await FakeUpstream.BeginStreamAsync(context);
            foreach (string each in events)
            {
                await FakeUpstream.EventAsync(context, each, named ? JsonElement.Parse(each).GetProperty("type").GetString() : null);
            }
        };
        await using GatewayServer gateway = await GatewayServer.StartAsync(upstream, ("Gateway:Providers:fake:MessagesUrl", upstream.Url + "/anthropic"));
        AnthropicClient client = new() { BaseUrl = gateway.Url, ApiKey = GatewayServer.Key, MaxRetries = 0 };
        Message message = await client.Messages.CreateStreaming(new() { Model = "m", MaxTokens = 50, Messages = [new UserMessageParam("Hi")] }).Aggregate();

        Assert.True(message.Content[0].TryPickText(out TextBlock? text), what);
        Assert.Equal(("Hello", "end_turn"), (text.Text, message.StopReason?.Raw()));
        Assert.True(message.Usage is { InputTokens: > 0, OutputTokens: > 0 }, what);
    }

    [Theory]
    [MemberData(nameof(Poor))]
    public async Task Chat_client_understands_it_too(string what, bool named, string[] events)
    {
        await using FakeUpstream upstream = await FakeUpstream.StartAsync();
        upstream.Answer = async context =>
        {
            await FakeUpstream.BeginStreamAsync(context);
            foreach (string each in events)
            {
                await FakeUpstream.EventAsync(context, each, named ? JsonElement.Parse(each).GetProperty("type").GetString() : null);
            }
        };
        await using GatewayServer gateway = await GatewayServer.StartAsync(
            upstream, ("Gateway:Providers:fake:MessagesUrl", upstream.Url + "/anthropic"), ("Gateway:Providers:fake:Api", "messages"));
        using HttpResponseMessage response = await gateway.PostAsync("/v1/chat/completions", """{"model":"m","stream":true,"messages":[{"role":"user","content":"Hi"}]}""");
        string body = await response.Content.ReadAsStringAsync();

        Assert.True(body.Contains("Hello", StringComparison.Ordinal) && body.Contains("\"finish_reason\":\"stop\"", StringComparison.Ordinal) && body.TrimEnd().EndsWith("[DONE]", StringComparison.Ordinal), $"{what}: {body}");
        Assert.DoesNotContain("\"error\"", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Call_without_an_id_gets_one_for_its_result()
    {
        await using FakeUpstream upstream = await FakeUpstream.StartAsync();
        upstream.Answer = async context =>
        {
            await FakeUpstream.BeginStreamAsync(context);
            await FakeUpstream.EventAsync(context, Start);
            await FakeUpstream.EventAsync(context, """{"type":"content_block_start","index":3,"content_block":{"type":"tool_use","name":"look","input":{"a":1}}}""");
            await FakeUpstream.EventAsync(context, """{"type":"message_delta","delta":{"stop_reason":"tool_use"}}""");
        };
        await using GatewayServer gateway = await GatewayServer.StartAsync(upstream, ("Gateway:Providers:fake:MessagesUrl", upstream.Url + "/anthropic"));
        AnthropicClient client = new() { BaseUrl = gateway.Url, ApiKey = GatewayServer.Key, MaxRetries = 0 };
        Message message = await client.Messages.CreateStreaming(new() { Model = "m", MaxTokens = 50, Messages = [new UserMessageParam("Hi")] }).Aggregate();

        Assert.True(message.Content[0].TryPickToolUse(out ToolUseBlock? call));
        Assert.StartsWith("toolu_", call.ID, StringComparison.Ordinal);
        Assert.Equal(1, call.Input["a"].GetInt32());
    }

    [Theory]
    [InlineData("/v1/chat/completions", """{"model":"m","messages":[{"role":"user","content":"Hi"}]}""", "\"id\":\"toolu_")]
    [InlineData("/v1/responses", """{"model":"m","input":"Hi"}""", "\"call_id\":\"toolu_")]
    public async Task Call_without_an_id_gets_one_for_other_clients_too(string path, string request, string id)
    {
        await using FakeUpstream upstream = await FakeUpstream.StartAsync();
        upstream.Answer = context => FakeUpstream.Json(context, 200, """{"content":[{"type":"tool_use","name":"look","input":{"a":1}}],"stop_reason":"tool_use"}""");
        await using GatewayServer gateway = await GatewayServer.StartAsync(
            upstream, ("Gateway:Providers:fake:MessagesUrl", upstream.Url + "/anthropic"), ("Gateway:Providers:fake:Api", "messages"));
        using HttpResponseMessage response = await gateway.PostAsync(path, request);

        Assert.Contains(id, await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stream_that_breaks_inside_a_call_stays_broken()
    {
        await using FakeUpstream upstream = await FakeUpstream.StartAsync();
        upstream.Answer = async context =>
        {
            await FakeUpstream.BeginStreamAsync(context);
            await FakeUpstream.EventAsync(context, Start, "message_start");
            await FakeUpstream.EventAsync(context, """{"type":"content_block_start","index":0,"content_block":{"type":"tool_use","id":"toolu_1","name":"look","input":{}}}""", "content_block_start");
            await FakeUpstream.EventAsync(context, """{"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":"{\"a\":"}}""", "content_block_delta");
        };
        await using GatewayServer gateway = await GatewayServer.StartAsync(upstream, ("Gateway:Providers:fake:MessagesUrl", upstream.Url + "/anthropic"));
        using HttpResponseMessage response = await gateway.PostAsync("/v1/messages", """{"model":"m","max_tokens":50,"stream":true,"messages":[{"role":"user","content":"Hi"}]}""");

        string body = await response.Content.ReadAsStringAsync();
        Assert.Contains("event: error", body, StringComparison.Ordinal);
        Assert.DoesNotContain("message_stop", body, StringComparison.Ordinal);
    }
}
