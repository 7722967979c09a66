using Gateway.Metering.Usage;
using Gateway.Tests.Storage;

namespace Gateway.Tests.Metering.Bills;

/// <summary>Counts that no upstream can have reached, and such as are only surprising. The client allows 50 tokens; the text is 12 bytes: 3 tokens.</summary>
public sealed class ImpossibleCountTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    [Theory]
    [InlineData(false, "\"prompt_tokens\":1000,\"completion_tokens\":-5", "completion_tokens")]
    [InlineData(false, "\"prompt_tokens\":1000,\"completion_tokens\":\"lots\"", "completion_tokens")]
    [InlineData(false, "\"prompt_tokens\":1000,\"completion_tokens\":1e12", "completion_tokens")]
    [InlineData(false, "\"prompt_tokens\":1000,\"completion_tokens\":2000000", "output_tokens")]
    [InlineData(false, "\"prompt_tokens\":1000,\"completion_tokens\":5,\"total_tokens\":900000000", "output_tokens")]
    [InlineData(true, "\"input_tokens\":1000,\"output_tokens\":-5", "output_tokens")]
    [InlineData(true, "\"input_tokens\":1000,\"output_tokens\":2.5", "output_tokens")]
    [InlineData(true, "\"input_tokens\":1000,\"output_tokens\":999999999", "output_tokens")]
    public async Task Output_that_cannot_be_is_refused(bool native, string usage, string refused)
    {
        await using BilledGateway gateway = await BilledGateway.StartAsync(azurite.ConnectionString, native);
        foreach ((bool chat, bool stream) in new[] { (true, true), (true, false), (false, true), (false, false) })
        {
            (UsageEntry entry, _) = await gateway.AskExactlyAsync(chat, stream, usage);
            Assert.True(entry.Usage.Estimated);
            Assert.Contains(refused, entry.Bill.Refused);
            Assert.InRange(entry.Usage.Output, 1, 5);
        }
    }

    [Theory]
    [InlineData(false, "\"prompt_tokens\":-1000,\"completion_tokens\":3", "prompt_tokens")]
    [InlineData(false, "\"prompt_tokens\":500000000,\"completion_tokens\":3", "input_tokens")]
    [InlineData(true, "\"input_tokens\":500000000,\"output_tokens\":3", "input_tokens")]
    [InlineData(true, "\"input_tokens\":10,\"cache_read_input_tokens\":500000000,\"output_tokens\":3", "input_tokens")]
    public async Task Input_that_cannot_be_is_refused(bool native, string usage, string refused)
    {
        await using BilledGateway gateway = await BilledGateway.StartAsync(azurite.ConnectionString, native);
        (UsageEntry entry, _) = await gateway.AskExactlyAsync(chat: false, stream: false, usage);
        Assert.Contains(refused, entry.Bill.Refused);
        Assert.InRange(entry.Usage.TotalInput, 1, 100);
    }

    [Theory]
    [InlineData("\"prompt_tokens\":1000,\"completion_tokens\":90000", 1000, 0, 90_000)]
    [InlineData("\"prompt_tokens\":900000,\"completion_tokens\":3", 900_000, 0, 3)]
    [InlineData("\"prompt_tokens\":100,\"completion_tokens\":3,\"total_tokens\":5103,\"prompt_tokens_details\":{\"cached_tokens\":5000}", 100, 5000, 3)]
    [InlineData("\"prompt_tokens\":100,\"completion_tokens\":3,\"prompt_tokens_details\":{\"cached_tokens\":40}", 60, 40, 3)]
    public async Task Counts_that_are_only_surprising_are_believed(string usage, long input, long read, long output)
    {
        await using BilledGateway gateway = await BilledGateway.StartAsync(azurite.ConnectionString, native: false);
        (UsageEntry entry, _) = await gateway.AskExactlyAsync(chat: true, stream: true, usage);
        Assert.Equal((input, read, output, false, 0), (entry.Usage.Input, entry.Usage.CacheRead, entry.Usage.Output, entry.Usage.Estimated, entry.Bill.Refused.Count));
    }

    [Theory]
    [InlineData("\"prompt_tokens\":100,\"completion_tokens\":3,\"prompt_tokens_details\":{\"cached_tokens\":5000}", "cached_tokens")]
    [InlineData("\"prompt_tokens\":100,\"completion_tokens\":3,\"total_tokens\":103,\"prompt_tokens_details\":{\"cached_tokens\":-7}", "cached_tokens")]
    [InlineData("\"prompt_tokens\":100,\"completion_tokens\":3,\"completion_tokens_details\":{\"reasoning_tokens\":50}", "reasoning_tokens")]
    public async Task Part_that_is_more_than_its_whole_is_refused(string usage, string refused)
    {
        await using BilledGateway gateway = await BilledGateway.StartAsync(azurite.ConnectionString, native: false);
        (UsageEntry entry, _) = await gateway.AskExactlyAsync(chat: true, stream: false, usage);
        Assert.Equal((100L, 0L, 3L, 0L, refused), (entry.Usage.Input, entry.Usage.CacheRead, entry.Usage.Output, entry.Usage.Reasoning, entry.Bill.Refused.Single()));
    }
}
