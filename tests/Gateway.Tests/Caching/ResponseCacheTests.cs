using System.Text.Json;
using Gateway.Tests.Security;
using Gateway.Tests.Support;

namespace Gateway.Tests.Caching;

/// <summary>What the same request gets the second time.</summary>
public sealed class ResponseCacheTests
{
    [Theory]
    [InlineData(CachingGateway.Messages, false)]
    [InlineData(CachingGateway.Messages, true)]
    [InlineData(CachingGateway.Chat, false)]
    [InlineData(CachingGateway.Chat, true)]
    public async Task Hit_is_the_first_answer_byte_for_byte_and_costs_nothing(string path, bool stream)
    {
        await using CachingGateway gateway = await CachingGateway.StartAsync(("Gateway:Models:0:Price:Input", "1"), ("Gateway:Models:0:Price:Output", "2"));
        CacheReply first = await gateway.AskAsync(CachingGateway.Body(stream), path: path);
        CacheReply second = await gateway.AskAsync(CachingGateway.Body(stream), path: path);

        Assert.Equal(("miss", "hit"), (first.Cache, second.Cache));
        Assert.Contains("answer 1", first.Body, StringComparison.Ordinal);
        Assert.Equal(first.Body, second.Body);
        Assert.Equal((first.Status, first.Type, first.Upstream, first.Translation), (second.Status, second.Type, second.Upstream, second.Translation));
        Assert.Equal((null, "0"), (first.Age, second.Age));
        Assert.NotEqual(first.Id, second.Id);
        Assert.Equal(stream ? null : "0", second.Cost);
        Assert.Equal(1, gateway.Calls);

        JsonElement receipt = await ReceiptAsync(gateway, second.Id);
        Assert.True(receipt.GetProperty("cached").GetBoolean());
        Assert.Equal(0m, receipt.GetProperty("cost_usd").GetDecimal());
        Assert.Equal(0, receipt.GetProperty("tokens").GetProperty("input").GetInt64() + receipt.GetProperty("tokens").GetProperty("output").GetInt64());
        Assert.Empty(receipt.GetProperty("attempts").EnumerateArray());
        Assert.Equal("up", receipt.GetProperty("model").GetProperty("used").GetString());
        Assert.False((await ReceiptAsync(gateway, first.Id)).GetProperty("cached").GetBoolean());
    }

    [Fact]
    public async Task Answers_of_one_team_are_not_another_teams()
    {
        await using CachingGateway gateway = await CachingGateway.StartAsync();
        string red = await gateway.Server.KeyAsync("red");
        string alsoRed = await gateway.Server.KeyAsync("red");
        string blue = await gateway.Server.KeyAsync("blue");

        Assert.Equal("miss", (await gateway.AskAsync(CachingGateway.Body(), headers: ("x-api-key", red))).Cache);
        Assert.Equal("hit", (await gateway.AskAsync(CachingGateway.Body(), headers: ("x-api-key", alsoRed))).Cache);
        CacheReply other = await gateway.AskAsync(CachingGateway.Body(), headers: ("x-api-key", blue));
        Assert.Equal("miss", other.Cache);
        Assert.Contains("answer 2", other.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_may_not_use_the_model_gets_no_kept_answer()
    {
        await using CachingGateway gateway = await CachingGateway.StartAsync();
        string red = await gateway.Server.KeyAsync("red");
        string shut = await gateway.Server.KeyAsync("red", ",\"models\":[\"other\"]");
        string elsewhere = await gateway.Server.KeyAsync("red", ",\"providers\":[\"other\"]");
        await gateway.AskAsync(CachingGateway.Body(), headers: ("x-api-key", red));

        Assert.Equal(403, (await gateway.AskAsync(CachingGateway.Body(), headers: ("x-api-key", shut))).Status);
        Assert.Equal(403, (await gateway.AskAsync(CachingGateway.Body(), headers: ("x-api-key", elsewhere))).Status);
        Assert.Equal(401, (await gateway.AskAsync(CachingGateway.Body(), headers: ("x-api-key", "mgw_wrong"))).Status);
    }

    [Fact]
    public async Task Hit_counts_as_a_request_and_its_tokens_do_not()
    {
        await using CachingGateway gateway = await CachingGateway.StartAsync();
        string key = await gateway.Server.KeyAsync("red", ",\"limits\":{\"requests_per_minute\":{\"value\":3},\"output_tokens_per_minute\":{\"value\":3}}");
        await gateway.AskAsync(CachingGateway.Body(), headers: ("x-api-key", key));
        Assert.Equal("hit", (await gateway.AskAsync(CachingGateway.Body(), headers: ("x-api-key", key))).Cache);
        Assert.Equal("hit", (await gateway.AskAsync(CachingGateway.Body(), headers: ("x-api-key", key))).Cache);
        CacheReply fourth = await gateway.AskAsync(CachingGateway.Body(), headers: ("x-api-key", key));
        Assert.Equal(429, fourth.Status);
        Assert.Contains("requests", fourth.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Answer_is_kept_for_its_time_and_no_older_than_the_next_one_wants()
    {
        FakeClock time = new();
        await using CachingGateway gateway = await CachingGateway.StartAsync(time);
        await gateway.AskAsync(CachingGateway.Body(), "ttl=600");
        time.AdvanceSeconds(59);
        CacheReply young = await gateway.AskAsync(CachingGateway.Body(), "ttl=60");
        Assert.Equal(("hit", "59"), (young.Cache, young.Age));
        time.AdvanceSeconds(1);
        Assert.Equal("miss", (await gateway.AskAsync(CachingGateway.Body(), "ttl=60")).Cache);
        time.AdvanceSeconds(60);
        Assert.Equal("miss", (await gateway.AskAsync(CachingGateway.Body(), "ttl=600")).Cache);
    }

    [Fact]
    public async Task Refresh_puts_a_new_answer_in_the_place_of_the_old()
    {
        await using CachingGateway gateway = await CachingGateway.StartAsync();
        await gateway.AskAsync(CachingGateway.Body());
        CacheReply renewed = await gateway.AskAsync(CachingGateway.Body(), "ttl=60, refresh");
        CacheReply next = await gateway.AskAsync(CachingGateway.Body());
        Assert.Equal(("refresh", "hit"), (renewed.Cache, next.Cache));
        Assert.Contains("answer 2", next.Body, StringComparison.Ordinal);
        Assert.Equal(renewed.Body, next.Body);
    }

    [Fact]
    public async Task Off_neither_reads_nor_keeps()
    {
        await using CachingGateway gateway = await CachingGateway.StartAsync(("Gateway:Models:0:Cache:TtlSeconds", "60"), ("Gateway:Models:0:Cache:Only", "all"));
        foreach (string off in (string[])["off", "no-store"])
        {
            Assert.Equal("off", (await gateway.AskAsync(CachingGateway.Body(), off)).Cache);
        }

        Assert.Equal(("miss", 3), ((await gateway.AskAsync(CachingGateway.Body(), null)).Cache, gateway.Calls));
        Assert.Equal("off", (await gateway.AskAsync(CachingGateway.Body(), "off")).Cache);
        Assert.Equal(("hit", 4), ((await gateway.AskAsync(CachingGateway.Body(), null)).Cache, gateway.Calls));
    }

    [Fact]
    public async Task Nothing_is_kept_where_the_operator_has_not_said_so()
    {
        await using CachingGateway gateway = await CachingGateway.StartAsync(("Gateway:Cache:Mode", null));
        Assert.Equal("off", (await gateway.AskAsync(CachingGateway.Body())).Cache);
        Assert.Equal("off", (await gateway.AskAsync(CachingGateway.Body())).Cache);
        Assert.Null((await gateway.AskAsync(CachingGateway.Body(), null)).Cache);
        Assert.Equal((3, 0), (gateway.Calls, gateway.Cache.Kept));
    }

    [Fact]
    public async Task Rule_of_a_model_keeps_what_is_deterministic()
    {
        await using CachingGateway gateway = await CachingGateway.StartAsync(("Gateway:Models:0:Cache:TtlSeconds", "60"));
        Assert.Equal("bypass", (await gateway.AskAsync(CachingGateway.Body(), null)).Cache);
        foreach (string sure in (string[])[",\"temperature\":0", ",\"temperature\":0.0,\"n\":1", ",\"seed\":7"])
        {
            Assert.Equal("miss", (await gateway.AskAsync(CachingGateway.Body(rest: sure), null, CachingGateway.Chat)).Cache);
            Assert.Equal("hit", (await gateway.AskAsync(CachingGateway.Body(rest: sure), null, CachingGateway.Chat)).Cache);
        }

        foreach (string unsure in (string[])[",\"temperature\":0.1", ",\"temperature\":0,\"n\":2", ",\"seed\":null"])
        {
            Assert.Equal("bypass", (await gateway.AskAsync(CachingGateway.Body(rest: unsure), null, CachingGateway.Chat)).Cache);
        }

        // Who asks for it by name gets it.
        Assert.Equal("miss", (await gateway.AskAsync(CachingGateway.Body(), "ttl=5")).Cache);
        Assert.Equal("bypass", (await gateway.AskAsync(CachingGateway.Body(), "refresh")).Cache);
    }

    private static async Task<JsonElement> ReceiptAsync(CachingGateway gateway, string id)
    {
        string json = await Patience.UntilAsync(
            async () =>
            {
                using HttpResponseMessage response = await gateway.Server.SendAsync(HttpMethod.Get, $"/manage/requests/{id}", null, default, ("x-api-key", GatewayServer.Key));
                return response.IsSuccessStatusCode ? await response.Content.ReadAsStringAsync() : "";
            },
            receipt => receipt.Length > 0);
        return JsonElement.Parse(json);
    }
}
