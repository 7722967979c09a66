using Gateway.Completions;
using Gateway.Metering.Usage;
using Gateway.Tests.Support;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Tests.Completions;

/// <summary>What the books say of a client whose connection fails, before anything else tells that it is gone.</summary>
public sealed class BrokenClientTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Failing_write_is_no_failure_of_the_upstream_nor_of_the_gateway(bool stream)
    {
        await using FakeUpstream upstream = await FakeUpstream.StartAsync();
        upstream.Answer = async context =>
        {
            if (!stream)
            {
                await FakeUpstream.Json(context, 200, FakeUpstream.Completion("ok"));
                return;
            }

            await FakeUpstream.BeginStreamAsync(context);
            await FakeUpstream.EventAsync(context, FakeUpstream.Chunk("ok"));
            await FakeUpstream.EventAsync(context, FakeUpstream.LastChunk);
            await FakeUpstream.EventAsync(context, "[DONE]");
        };
        await using GatewayServer gateway = await GatewayServer.StartAsync(upstream);
        DefaultHttpContext http = new();
        http.Request.Method = "POST";
        http.Request.Path = "/v1/messages";
        http.Request.Headers["x-api-key"] = GatewayServer.Key;
        http.Request.Body = new MemoryStream(System.Text.Encoding.UTF8.GetBytes($$"""{"model":"m","max_tokens":50,"stream":{{(stream ? "true" : "false")}},"messages":[{"role":"user","content":"Hello"}]}"""));
        http.Response.Body = new BrokenStream();
        await gateway.Services.GetRequiredService<CompletionHandler>().MessagesAsync(http, CancellationToken.None);

        UsageEntry? entry = null;
        IUsageStore usage = gateway.Services.GetRequiredService<IUsageStore>();
        await Patience.UntilAsync(async () => (entry = await usage.ListAsync(DateOnly.FromDateTime(DateTime.UtcNow), new UsageFilter(), default).FirstOrDefaultAsync()) is not null);
        Assert.True(entry!.ClientLeft);
        Assert.Null(entry.Error);
        Assert.Equal("client_left", Assert.Single(entry.Attempts).Error);
    }

    private sealed class BrokenStream : MemoryStream
    {
        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
            throw new IOException("The client is gone.");
    }
}
