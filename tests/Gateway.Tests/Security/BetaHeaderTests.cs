using Gateway.Tests.Support;

namespace Gateway.Tests.Security;

/// <summary>Betas are Anthropic's: its servers need them, and others refuse what they do not know.</summary>
public sealed class BetaHeaderTests
{
    private const string Betas = "context-1m-2025-08-07,interleaved-thinking-2025-05-14";

    [Theory]
    [InlineData("/v1/messages", "anthropic", Betas)]
    [InlineData("/v1/messages", "openai", null)]
    [InlineData("/v1/messages", "azure-openai", null)]
    [InlineData("/v1/chat/completions", "openai", null)]
    public async Task Betas_reach_servers_of_anthropic_whole_and_no_others(string path, string kind, string? expected)
    {
        await using FakeUpstream upstream = await FakeUpstream.StartAsync();
        await using GatewayServer gateway = await Upstreams.StartAsync(kind, upstream.Url);
        using HttpResponseMessage response = await gateway.SendAsync(
            HttpMethod.Post, path, Upstreams.Body(stream: false), default,
            ("x-api-key", GatewayServer.Key), ("anthropic-beta", Betas), ("anthropic-version", "2023-06-01"));
        ReceivedRequest seen = Assert.Single(upstream.Received);
        Assert.Equal(expected, seen.Headers.GetValueOrDefault("anthropic-beta"));
        Assert.Equal(expected is null, !seen.Headers.Keys.Any(name => name.StartsWith("anthropic-", StringComparison.OrdinalIgnoreCase)));
    }
}
