using System.Text;
using Anthropic;
using Anthropic.Models.Messages;
using Gateway.Completions;
using Gateway.Metering.Usage;
using Gateway.Tests.Support;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Tests.Caching;

/// <summary>A hit as clients and books see it.</summary>
public sealed class CacheHitTests
{
    [Fact]
    public async Task Sdk_reads_a_kept_stream_like_the_first()
    {
        await using CachingGateway gateway = await CachingGateway.StartAsync(("Gateway:Models:0:Cache:TtlSeconds", "60"), ("Gateway:Models:0:Cache:Only", "all"));
        using AnthropicClient client = new() { ApiKey = GatewayServer.Key, BaseUrl = gateway.Server.Url, MaxRetries = 0 };
        MessageCreateParams ask = new() { Model = "m", MaxTokens = 50, Messages = [new UserMessageParam("What is it?")] };
        Message first = await client.Messages.CreateStreaming(ask).Aggregate();
        await Patience.UntilAsync(() => gateway.Cache.Kept == 1);
        Message second = await client.Messages.CreateStreaming(ask).Aggregate();

        Assert.Equal((1, "end_turn"), (gateway.Calls, second.StopReason?.Raw()));
        Assert.Equal(first.ToString(), second.ToString());
    }

    [Fact]
    public async Task Totals_have_the_hit_as_a_request_without_tokens()
    {
        await using CachingGateway gateway = await CachingGateway.StartAsync(("Gateway:Models:0:Price:Input", "1"), ("Gateway:Models:0:Price:Output", "2"));
        for (int i = 0; i < 4; i++)
        {
            await gateway.AskAsync(CachingGateway.Body());
        }

        RollupTotals totals = (await EntriesAsync(gateway, 4)).Select(RollupTotals.Of).Aggregate((one, other) => one.Plus(other));
        Assert.Equal((4L, 0L, 0L, 0L), (totals.Requests, totals.Refused, totals.Failed, totals.Unpriced));
        Assert.Equal((10L, 2L, 0.000014m), (totals.Tokens.Input, totals.Tokens.Output, totals.CostUsd));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Client_that_leaves_a_hit_pays_nothing_and_no_attempt_is_told(bool stream)
    {
        await using CachingGateway gateway = await CachingGateway.StartAsync(("Gateway:Models:0:Price:Input", "1"), ("Gateway:Models:0:Price:Output", "2"));
        await gateway.AskAsync(CachingGateway.Body(stream));
        DefaultHttpContext http = new();
        http.Request.Method = "POST";
        http.Request.Path = CachingGateway.Messages;
        http.Request.Headers["x-api-key"] = GatewayServer.Key;
        http.Request.Headers["x-gateway-cache"] = "ttl=60";
        http.Request.Body = new MemoryStream(Encoding.UTF8.GetBytes(CachingGateway.Body(stream)));
        http.Response.Body = new GoneStream();
        await gateway.Server.Services.GetRequiredService<CompletionHandler>().MessagesAsync(http, CancellationToken.None);

        UsageEntry hit = Assert.Single(await EntriesAsync(gateway, 2), entry => entry.Cached);
        Assert.True(hit.ClientLeft);
        Assert.Empty(hit.Attempts);
        Assert.Equal((0m, 0L), (hit.Cost, hit.Usage.Output + hit.Usage.Input));
    }

    private static async Task<List<UsageEntry>> EntriesAsync(CachingGateway gateway, int count)
    {
        IUsageStore usage = gateway.Server.Services.GetRequiredService<IUsageStore>();
        return await Patience.UntilAsync(
            async () => await usage.ListAsync(DateOnly.FromDateTime(DateTime.UtcNow), new UsageFilter(), default).ToListAsync(),
            entries => entries.Count == count);
    }

    private sealed class GoneStream : MemoryStream
    {
        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
            throw new IOException("The client is gone.");
    }
}
