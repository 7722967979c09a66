using Gateway.Tests.Support;

namespace Gateway.Tests.Metering;

/// <summary>Whose time a slow answer took is on the answer: nobody has to guess whether the gateway is the slow one.</summary>
public sealed class ServerTimingTests
{
    [Theory]
    [InlineData("/v1/messages", false)]
    [InlineData("/v1/messages", true)]
    [InlineData("/v1/chat/completions", false)]
    public async Task Upstreams_time_is_not_the_gateways(string path, bool stream)
    {
        FakeClock time = new();
        await using FakeUpstream upstream = await FakeUpstream.StartAsync();
        upstream.Answer = context =>
        {
            time.AdvanceSeconds(5);
            return FakeUpstream.Json(context, 200, FakeUpstream.Completion("ok"));
        };
        await using GatewayServer gateway = await GatewayServer.StartAsync(upstream, time);
        using HttpResponseMessage response = await gateway.PostAsync(path, $$"""{"model":"m","max_tokens":50,"stream":{{(stream ? "true" : "false")}},"messages":[{"role":"user","content":"Hello"}]}""");
        Assert.Equal("gateway;dur=0, upstream;dur=5000", Assert.Single(response.Headers.GetValues("server-timing")));
    }
}
