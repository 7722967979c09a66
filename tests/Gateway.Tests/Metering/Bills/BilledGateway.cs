using System.Text.Json;
using Gateway.Metering.Usage;
using Gateway.Tests.Metering.Usage;
using Gateway.Tests.Support;

namespace Gateway.Tests.Metering.Bills;

/// <summary>
/// The four ways through the gateway, with an upstream of either form. The model "m" is "fake/up" and costs 2.5 USD per
/// million tokens of input and 10 of output; "dear" is "fake/claude-dear-1" at ten times that.
/// </summary>
internal sealed class BilledGateway(MeteredGateway gateway, bool native) : IAsyncDisposable
{
    public MeteredGateway Metered => gateway;

    /// <param name="connection">Of the tables.</param>
    /// <param name="native">The upstream speaks Messages.</param>
    /// <param name="billing">By whose rules it bills; null as the host says.</param>
    /// <param name="settings">More settings.</param>
    public static async Task<BilledGateway> StartAsync(string connection, bool native, string? billing = null, params (string Key, string? Value)[] settings) => new(
        await MeteredGateway.StartAsync(
            connection,
            [
                ("Gateway:Providers:fake:Kind", native ? "anthropic" : "openai"),
                ("Gateway:Providers:fake:Billing", billing),
                ("Gateway:Models:1:Id", "dear"),
                ("Gateway:Models:1:Targets:0", "fake/claude-dear-1"),
                ("Gateway:Models:1:Price:Input", "25"),
                ("Gateway:Models:1:Price:Output", "100"),
                .. settings,
            ]),
        native);

    /// <param name="chat">The client speaks Chat.</param>
    /// <param name="stream">It wants a stream.</param>
    /// <param name="usage">The members of the upstream's usage object, beside its counts: 1,000 of input and 100 of output.</param>
    /// <param name="head">Members that the answer has beside it.</param>
    public Task<(UsageEntry Entry, HttpResponseMessage Answer)> AskAsync(bool chat, bool stream, string usage, string head = "\"model\":\"up\"")
    {
        string counts = native ? "\"input_tokens\":1000,\"output_tokens\":100" : "\"prompt_tokens\":1000,\"completion_tokens\":100";
        return AskExactlyAsync(chat, stream, usage.Length > 0 ? $"{counts},{usage}" : counts, head);
    }

    /// <param name="chat">The client speaks Chat.</param>
    /// <param name="stream">It wants a stream.</param>
    /// <param name="usage">All members of the upstream's usage object.</param>
    /// <param name="head">Members that the answer has beside it.</param>
    public async Task<(UsageEntry Entry, HttpResponseMessage Answer)> AskExactlyAsync(bool chat, bool stream, string usage, string head = "\"model\":\"up\"")
    {
        gateway.Upstream.Answer = context => native
            ? stream ? NativeStreamAsync(context, usage, head) : FakeUpstream.Json(context, 200, $$"""{"id":"msg_1","type":"message","role":"assistant",{{head}},"content":[{"type":"text","text":"Hello there."}],"stop_reason":"end_turn","stop_sequence":null,"usage":{ {{usage}} } }""")
            : stream ? ChatStreamAsync(context, usage, head) : FakeUpstream.Json(context, 200, $$"""{"id":"chatcmpl-1","object":"chat.completion",{{head}},"choices":[{"index":0,"message":{"role":"assistant","content":"Hello there."},"finish_reason":"stop"}],"usage":{ {{usage}} } }""");
        HttpResponseMessage answer = await PostAsync(chat, MeteredGateway.Body(stream: stream));
        return (await gateway.EntryAsync(answer), answer);
    }

    public Task<HttpResponseMessage> PostAsync(bool chat, string body) =>
        gateway.Server.SendAsync(HttpMethod.Post, chat ? "/v1/chat/completions" : "/v1/messages", body, default, ("authorization", $"Bearer {gateway.Key}"));

    public async Task<JsonElement> ReceiptAsync(HttpResponseMessage answer)
    {
        using HttpResponseMessage receipt = await gateway.ReceiptAsync(MeteredGateway.IdOf(answer));
        return JsonDocument.Parse(await receipt.Content.ReadAsStringAsync()).RootElement;
    }

    public ValueTask DisposeAsync() => gateway.DisposeAsync();

    private static async Task NativeStreamAsync(Microsoft.AspNetCore.Http.HttpContext context, string usage, string head)
    {
        await FakeUpstream.BeginStreamAsync(context);
        await FakeUpstream.EventAsync(context, $$"""{"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant",{{head}},"content":[],"stop_reason":null,"usage":{"input_tokens":1000,"output_tokens":1} } }""", "message_start");
        await FakeUpstream.EventAsync(context, """{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}""", "content_block_start");
        await FakeUpstream.EventAsync(context, """{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Hello there."}}""", "content_block_delta");
        await FakeUpstream.EventAsync(context, """{"type":"content_block_stop","index":0}""", "content_block_stop");
        await FakeUpstream.EventAsync(context, $$"""{"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":{ {{usage}} } }""", "message_delta");
        await FakeUpstream.EventAsync(context, """{"type":"message_stop"}""", "message_stop");
    }

    private static async Task ChatStreamAsync(Microsoft.AspNetCore.Http.HttpContext context, string usage, string head)
    {
        await FakeUpstream.BeginStreamAsync(context);
        await FakeUpstream.EventAsync(context, $$"""{"id":"chatcmpl-1","object":"chat.completion.chunk",{{head}},"choices":[{"index":0,"delta":{"role":"assistant","content":"Hello there."},"finish_reason":null}]}""");
        await FakeUpstream.EventAsync(context, $$"""{"id":"chatcmpl-1","object":"chat.completion.chunk",{{head}},"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}""");
        await FakeUpstream.EventAsync(context, $$"""{"id":"chatcmpl-1","object":"chat.completion.chunk",{{head}},"choices":[],"usage":{ {{usage}} } }""");
        await FakeUpstream.EventAsync(context, "[DONE]");
    }
}
