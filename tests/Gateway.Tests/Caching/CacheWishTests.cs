using System.Text.Json;

namespace Gateway.Tests.Caching;

/// <summary>The words of the header <c>x-gateway-cache</c>.</summary>
public sealed class CacheWishTests
{
    [Theory]
    [InlineData("ttl=0")]
    [InlineData("ttl=604801")]
    [InlineData("ttl=-1")]
    [InlineData("ttl=1.5")]
    [InlineData("ttl=")]
    [InlineData("ttl=99999999999999999999")]
    [InlineData("ttl = 5")]
    [InlineData("ttl=5,ttl=6")]
    [InlineData("ttl=5,off")]
    [InlineData("off,refresh")]
    [InlineData("off,off")]
    [InlineData("refresh,refresh")]
    [InlineData("ttl=5,")]
    [InlineData("60")]
    [InlineData("true")]
    public async Task Unclear_word_is_refused_with_the_cure(string header)
    {
        foreach (string mode in (string[])["memory", "off"])
        {
            await using CachingGateway gateway = await CachingGateway.StartAsync(("Gateway:Cache:Mode", mode));
            foreach ((string path, string type) in (IEnumerable<(string, string)>)[(CachingGateway.Messages, "error"), (CachingGateway.Chat, "")])
            {
                CacheReply reply = await gateway.AskAsync(CachingGateway.Body(), header, path);
                Assert.Equal(400, reply.Status);
                JsonElement json = JsonElement.Parse(reply.Body);
                Assert.Contains("ttl=<seconds> (1 to 604800)", json.GetProperty("error").GetProperty("message").GetString(), StringComparison.Ordinal);
                Assert.Equal(type.Length > 0, json.TryGetProperty("type", out _));
            }

            Assert.Equal(0, gateway.Calls);
        }
    }

    [Theory]
    [InlineData("ttl=1", "miss")]
    [InlineData("TTL=604800", "miss")]
    [InlineData(" ttl=60 , Refresh ", "refresh")]
    [InlineData("refresh,ttl=60", "refresh")]
    [InlineData("refresh", "off")]
    [InlineData("OFF", "off")]
    [InlineData("no-store", "off")]
    [InlineData("", null)]
    public async Task Clear_word_is_heard(string header, string? said)
    {
        await using CachingGateway gateway = await CachingGateway.StartAsync();
        CacheReply reply = await gateway.AskAsync(CachingGateway.Body(), header);
        Assert.Equal((200, said), (reply.Status, reply.Cache));
    }
}
