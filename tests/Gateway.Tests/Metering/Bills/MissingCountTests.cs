using Gateway.Metering.Usage;
using Gateway.Tests.Metering.Usage;
using Gateway.Tests.Storage;
using Gateway.Tests.Support;

namespace Gateway.Tests.Metering.Bills;

/// <summary>Upstreams that count a part only: what they leave at zero, and what they say after they have counted.</summary>
public sealed class MissingCountTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    public static TheoryData<bool, bool, bool> Ways
    {
        get
        {
            TheoryData<bool, bool, bool> ways = [];
            foreach (bool native in (bool[])[true, false])
            {
                foreach (bool chat in (bool[])[true, false])
                {
                    ways.Add(native, chat, true);
                    ways.Add(native, chat, false);
                }
            }

            return ways;
        }
    }

    /// <summary>"Hello there." are 12 bytes, so 3 tokens.</summary>
    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Output_at_zero_is_what_was_said(bool native, bool chat, bool stream)
    {
        await using BilledGateway gateway = await BilledGateway.StartAsync(azurite.ConnectionString, native);
        (UsageEntry entry, HttpResponseMessage answer) = await gateway.AskExactlyAsync(
            chat, stream, native ? "\"input_tokens\":1000,\"output_tokens\":0" : "\"prompt_tokens\":1000,\"completion_tokens\":0");
        answer.Dispose();
        Assert.Equal((1000L, 3L, true, 0.00253m), (entry.Usage.Input, entry.Usage.Output, entry.Usage.Estimated, entry.Cost));
    }

    /// <summary>A native stream has counted in its first event.</summary>
    [Theory]
    [InlineData(true, true, false)]
    [InlineData(true, false, false)]
    [InlineData(false, true, true)]
    [InlineData(false, true, false)]
    [InlineData(false, false, true)]
    [InlineData(false, false, false)]
    public async Task Input_at_zero_is_the_estimate(bool native, bool chat, bool stream)
    {
        await using BilledGateway gateway = await BilledGateway.StartAsync(azurite.ConnectionString, native);
        (UsageEntry entry, HttpResponseMessage answer) = await gateway.AskExactlyAsync(
            chat, stream, native ? "\"input_tokens\":0,\"output_tokens\":100" : "\"prompt_tokens\":0,\"completion_tokens\":100");
        answer.Dispose();
        Assert.Equal((100L, true), (entry.Usage.Output, entry.Usage.Estimated));
        Assert.InRange(entry.Usage.Input, 5, 40);
    }

    /// <summary>Some servers count in their first event, or in each.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_is_said_after_the_last_count_of_a_stream_that_breaks_is_counted(bool chat)
    {
        await using BilledGateway gateway = await BilledGateway.StartAsync(azurite.ConnectionString, native: false);
        gateway.Metered.Upstream.Answer = async context =>
        {
            await FakeUpstream.BeginStreamAsync(context);
            await FakeUpstream.EventAsync(context, Chunk("Well,", 7));
            await FakeUpstream.EventAsync(context, Chunk("so", 9));
            await FakeUpstream.EventAsync(context, FakeUpstream.Chunk(new string('x', 401)));
            await FakeUpstream.EventAsync(context, Chunk(new string('y', 400), 9));
            await FakeUpstream.EventAsync(context, """{"error":{"message":"boom"}}""");
        };
        using HttpResponseMessage answer = await gateway.PostAsync(chat, MeteredGateway.Body(stream: true));
        string id = MeteredGateway.IdOf(answer);
        UsageEntry entry = UsageRow.ToEntry((await gateway.Metered.RowsAsync(rows => rows.Any(row => row.RowKey == id))).Single(row => row.RowKey == id));

        // 808 bytes in all are 202 tokens, of which 7 bytes, 2 tokens, were said up to the last new count.
        Assert.Equal((1000L, 9L + 200, true), (entry.Usage.Input, entry.Usage.Output, entry.Usage.Estimated));
    }

    /// <summary>What an upstream says of a stream that has ended well is believed, wherever it stands.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Count_of_a_stream_that_ends_well_is_the_last_one(bool chat)
    {
        await using BilledGateway gateway = await BilledGateway.StartAsync(azurite.ConnectionString, native: false);
        gateway.Metered.Upstream.Answer = async context =>
        {
            await FakeUpstream.BeginStreamAsync(context);
            await FakeUpstream.EventAsync(context, Chunk("Well,", 44));
            await FakeUpstream.EventAsync(context, FakeUpstream.Chunk(new string('x', 40)));
            await FakeUpstream.EventAsync(context, """{"id":"c","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}""");
            await FakeUpstream.EventAsync(context, "[DONE]");
        };
        using HttpResponseMessage answer = await gateway.PostAsync(chat, MeteredGateway.Body(stream: true));
        UsageEntry entry = await gateway.Metered.EntryAsync(answer);
        Assert.Equal((1000L, 44L, false), (entry.Usage.Input, entry.Usage.Output, entry.Usage.Estimated));
    }

    /// <summary>The count of a whole answer is of all of it, also when it ends as an error.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Count_of_an_answer_that_ends_as_an_error_is_not_added_to_its_words(bool chat)
    {
        await using BilledGateway gateway = await BilledGateway.StartAsync(azurite.ConnectionString, native: false);
        gateway.Metered.Upstream.Answer = context => FakeUpstream.Json(
            context, 200, """{"id":"c","choices":[{"index":0,"message":{"role":"assistant","content":"Hello there."},"finish_reason":"error"}],"usage":{"prompt_tokens":1000,"completion_tokens":100}}""");
        using HttpResponseMessage answer = await gateway.PostAsync(chat, MeteredGateway.Body());
        UsageEntry entry = await gateway.Metered.EntryAsync(answer);
        Assert.Equal((1000L, 100L, false), (entry.Usage.Input, entry.Usage.Output, entry.Usage.Estimated));
    }

    private static string Chunk(string text, int counted) =>
        FakeUpstream.Chunk(text)[..^1] + $$""","usage":{"prompt_tokens":1000,"completion_tokens":{{counted}},"total_tokens":{{1000 + counted}} } }""";
}
