using Gateway.Metering.Usage;
using Gateway.Tests.Metering.Usage;
using Gateway.Tests.Storage;
using Gateway.Tests.Support;
using Gateway.Translation.Hub;

namespace Gateway.Tests.Metering.Bills;

/// <summary>Counts in a place of a stream where few upstreams have them: whoever asked, and whether for a stream or not, pays the same.</summary>
public sealed class OddCountTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    private const string Cached = "\"cache_read_input_tokens\":500,\"cache_creation_input_tokens\":490";

    /// <summary>"Hello there." are 12 bytes, so 3 tokens. The upstream streams, whatever it was asked for.</summary>
    [Theory]
    [InlineData("\"input_tokens\":1000,\"output_tokens\":1", "", true, 1000, 0, 0, 3)]
    [InlineData("\"input_tokens\":1000,\"output_tokens\":1", "\"input_tokens\":0,\"output_tokens\":100", true, 1000, 0, 0, 100)]
    [InlineData("\"input_tokens\":1000,\"output_tokens\":1", "\"output_tokens\":100", false, 1000, 0, 0, 100)]
    [InlineData("\"input_tokens\":10," + Cached, "\"cache_read_input_tokens\":990,\"cache_creation_input_tokens\":0,\"output_tokens\":100", true, 10, 990, 490, 100)]
    public async Task Native_stream_counts_the_same_on_all_ways(string start, string end, bool stops, long input, long read, long written, long output)
    {
        await using BilledGateway gateway = await BilledGateway.StartAsync(azurite.ConnectionString, native: true);
        gateway.Metered.Upstream.Answer = async context =>
        {
            await FakeUpstream.BeginStreamAsync(context);
            await FakeUpstream.EventAsync(context, $$"""{"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","model":"up","content":[],"stop_reason":null,"usage":{ {{start}} } } }""", "message_start");
            await FakeUpstream.EventAsync(context, """{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}""", "content_block_start");
            await FakeUpstream.EventAsync(context, """{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Hello there."}}""", "content_block_delta");
            await FakeUpstream.EventAsync(context, """{"type":"content_block_stop","index":0}""", "content_block_stop");
            await FakeUpstream.EventAsync(context, $$"""{"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null}{{(end.Length > 0 ? $",\"usage\":{{{end}}}" : "")}}}""", "message_delta");
            if (stops)
            {
                await FakeUpstream.EventAsync(context, """{"type":"message_stop"}""", "message_stop");
            }
        };
        foreach ((bool chat, bool stream) in new[] { (true, true), (true, false), (false, true), (false, false) })
        {
            using HttpResponseMessage answer = await gateway.PostAsync(chat, MeteredGateway.Body(stream: stream));
            TokenUsage usage = (await gateway.Metered.EntryAsync(answer)).Usage;
            Assert.Equal((chat, stream, input, read, written, output), (chat, stream, usage.Input, usage.CacheRead, usage.CacheWrite, usage.Output));
            if (!chat && !stream && stops)
            {
                Assert.Contains($"\"input_tokens\":{input}", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
            }
        }
    }

    /// <summary>What a response says of itself when it begins is not yet what it will have been.</summary>
    [Theory]
    [InlineData("null")]
    [InlineData("{\"input_tokens\":1000,\"output_tokens\":100,\"total_tokens\":1100}")]
    public async Task Count_at_the_beginning_of_a_response_is_none(string last)
    {
        await using BilledGateway gateway = await BilledGateway.StartAsync(azurite.ConnectionString, native: false, null, ("Gateway:Providers:fake:Api", "responses"));
        gateway.Metered.Upstream.Answer = async context =>
        {
            await FakeUpstream.BeginStreamAsync(context);
            await FakeUpstream.EventAsync(context, """{"type":"response.created","response":{"id":"resp_1","object":"response","created_at":1,"model":"up","status":"in_progress","output":[],"usage":{"input_tokens":7,"output_tokens":7,"total_tokens":14}}}""", "response.created");
            await FakeUpstream.EventAsync(context, """{"type":"response.output_item.added","output_index":0,"item":{"type":"message","id":"msg_1","role":"assistant","status":"in_progress","content":[]}}""", "response.output_item.added");
            await FakeUpstream.EventAsync(context, """{"type":"response.output_text.delta","item_id":"msg_1","output_index":0,"content_index":0,"delta":"Hello there."}""", "response.output_text.delta");
            await FakeUpstream.EventAsync(context, $$"""{"type":"response.completed","response":{"id":"resp_1","object":"response","created_at":1,"model":"up","status":"completed","output":[{"type":"message","id":"msg_1","role":"assistant","status":"completed","content":[{"type":"output_text","text":"Hello there.","annotations":[]}]}],"usage":{{last}} } }""", "response.completed");
        };
        (string Path, string Body)[] clients = [("/v1/chat/completions", MeteredGateway.Body(stream: true)), ("/v1/messages", MeteredGateway.Body(stream: true)), ("/v1/responses", """{"model":"m","stream":true,"input":"the-prompt-nobody-may-keep"}"""), ("/v1/responses", """{"model":"m","input":"the-prompt-nobody-may-keep"}""")];
        foreach ((string path, string body) in clients)
        {
            TokenUsage usage = (await EntryAsync(gateway, path, body)).Usage;
            Assert.Equal((path, last == "null" ? 3 : 100, last == "null"), (path, usage.Output, usage.Estimated));
        }
    }

    /// <summary>Nobody counted: the prompt is what the request says, be the answer asked for as a stream or not.</summary>
    [Fact]
    public async Task Prompt_of_a_stream_that_breaks_is_estimated_the_same_on_all_ways()
    {
        await using BilledGateway gateway = await BilledGateway.StartAsync(azurite.ConnectionString, native: false);
        gateway.Metered.Upstream.Answer = async context =>
        {
            await FakeUpstream.BeginStreamAsync(context);
            await FakeUpstream.EventAsync(context, FakeUpstream.Chunk("Hello there."));
            await FakeUpstream.EventAsync(context, """{"error":{"message":"boom"}}""");
        };
        List<(long, long)> counts = [];
        foreach ((string path, bool stream) in new[] { ("/v1/messages", true), ("/v1/messages", false), ("/v1/chat/completions", true), ("/v1/chat/completions", false) })
        {
            TokenUsage usage = (await EntryAsync(gateway, path, MeteredGateway.Body(stream: stream))).Usage;
            counts.Add((usage.Input, usage.Output));
        }

        Assert.Equal(3, Assert.Single(counts.Distinct()).Item2);
    }

    /// <summary>1,000 tokens of input and 100 of output, of which all may have been cached, and all thought.</summary>
    [Theory]
    [InlineData(false, "\"cost\":1000", "1000")]
    [InlineData(false, "\"prompt_tokens_details\":{\"cached_tokens\":1000}", "0.00125")]
    [InlineData(false, "\"prompt_tokens_details\":{\"cached_tokens\":400,\"cache_write_tokens\":600}", "0.002975")]
    [InlineData(false, "\"completion_tokens_details\":{\"reasoning_tokens\":100}", "0.0035")]
    [InlineData(true, "\"server_tool_use\":{\"web_search_requests\":1000}", "10.0035")]
    public async Task Count_at_its_bound_is_believed(bool native, string usage, string cost)
    {
        await using BilledGateway gateway = await BilledGateway.StartAsync(azurite.ConnectionString, native, native ? "anthropic" : "upstream");
        (UsageEntry entry, _) = await gateway.AskAsync(chat: false, stream: true, usage);
        Assert.Equal((decimal.Parse(cost, System.Globalization.CultureInfo.InvariantCulture), 0), (entry.Cost, entry.Bill.Refused.Count));
    }

    private static async Task<UsageEntry> EntryAsync(BilledGateway gateway, string path, string body)
    {
        using HttpResponseMessage answer = await gateway.Metered.Server.SendAsync(HttpMethod.Post, path, body, default, ("authorization", $"Bearer {gateway.Metered.Key}"));
        return await gateway.Metered.EntryAsync(answer);
    }
}
