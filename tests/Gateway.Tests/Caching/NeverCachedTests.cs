using Gateway.Tests.Support;

namespace Gateway.Tests.Caching;

/// <summary>What is not kept, whoever asks for it.</summary>
public sealed class NeverCachedTests
{
    public static TheoryData<string, string> DependsOnMore => new()
    {
        { CachingGateway.Messages, CachingGateway.Body(rest: ",\"tools\":[{\"type\":\"web_search_20250305\",\"name\":\"web_search\"}]") },
        { CachingGateway.Messages, CachingGateway.Body(rest: ",\"tools\":[{\"name\":\"f\",\"input_schema\":{\"type\":\"object\"}},{\"name\":\"c\",\"type\":\"code_execution_20250522\"}]") },
        { CachingGateway.Messages, CachingGateway.Body(rest: ",\"mcp_servers\":[{\"type\":\"url\",\"url\":\"https://mcp.example\",\"name\":\"a\"}]") },
        { CachingGateway.Messages, CachingGateway.Body(rest: ",\"container\":\"c1\"") },
        { CachingGateway.Messages, CachingGateway.Body().Replace("50", "0", StringComparison.Ordinal) },
        { CachingGateway.Messages, Image("""{"type":"image","source":{"type":"url","url":"https://pictures.example/cat.png"}}""") },
        { CachingGateway.Messages, Image("""{"type":"tool_result","tool_use_id":"t","content":[{"type":"image","source":{"url":"https://pictures.example/cat.png","type":"url"}}]}""") },
        { CachingGateway.Chat, Image("""{"type":"image_url","image_url":{"url":"https://pictures.example/cat.png"}}""") },
        { CachingGateway.Chat, Image("""{"type":"image_url","image_url":{"detail":"low","\u0075rl":"https://pictures.example/cat.png"}}""") },
        { CachingGateway.Chat, CachingGateway.Body(rest: ",\"web_search_options\":{}") },
        { CachingGateway.Chat, CachingGateway.Body(rest: ",\"store\":true") },
    };

    public static TheoryData<string, string> Alone => new()
    {
        { CachingGateway.Chat, Image("""{"type":"image_url","image_url":{"url":"data:image/png;base64,iVBORw0KGgo="}}""") },
        { CachingGateway.Chat, CachingGateway.Body(rest: ",\"store\":false,\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\",\"parameters\":{\"type\":\"object\",\"properties\":{\"url\":{\"type\":\"string\"}}}}}]") },
        { CachingGateway.Messages, CachingGateway.Body(rest: ",\"tools\":[{\"type\":\"custom\",\"name\":\"f\",\"input_schema\":{\"type\":\"object\"}}]") },
    };

    [Theory]
    [MemberData(nameof(DependsOnMore))]
    public async Task Request_whose_answer_depends_on_more_than_itself_passes_by(string path, string body)
    {
        await using CachingGateway gateway = await CachingGateway.StartAsync();
        Assert.Equal("bypass", (await gateway.AskAsync(body, path: path)).Cache);
        Assert.Equal("bypass", (await gateway.AskAsync(body, path: path)).Cache);
        Assert.Equal(0, gateway.Cache.Kept + gateway.Cache.Left);
    }

    [Theory]
    [MemberData(nameof(Alone))]
    public async Task Request_that_holds_all_it_needs_does_not(string path, string body)
    {
        await using CachingGateway gateway = await CachingGateway.StartAsync();
        Assert.Equal("miss", (await gateway.AskAsync(body, path: path)).Cache);
        Assert.Equal("hit", (await gateway.AskAsync(body, path: path)).Cache);
    }

    [Theory]
    [InlineData("content_filter", false)]
    [InlineData("content_filter", true)]
    public async Task Refusal_of_a_model_is_not_kept(string reason, bool stream)
    {
        await using CachingGateway gateway = await CachingGateway.StartAsync();
        gateway.Upstream.Answer = async context =>
        {
            if (!stream)
            {
                await FakeUpstream.Json(context, 200, FakeUpstream.Completion("no").Replace("\"stop\"", $"\"{reason}\"", StringComparison.Ordinal));
                return;
            }

            await FakeUpstream.BeginStreamAsync(context);
            await FakeUpstream.EventAsync(context, FakeUpstream.Chunk("no"));
            await FakeUpstream.EventAsync(context, FakeUpstream.LastChunk.Replace("\"stop\"", $"\"{reason}\"", StringComparison.Ordinal));
            await FakeUpstream.EventAsync(context, "[DONE]");
        };
        await NothingIsKeptAsync(gateway, CachingGateway.Body(stream));
    }

    [Fact]
    public async Task Stream_that_breaks_off_is_not_kept()
    {
        await using CachingGateway gateway = await CachingGateway.StartAsync();
        gateway.Upstream.Answer = async context =>
        {
            await FakeUpstream.BeginStreamAsync(context);
            await FakeUpstream.EventAsync(context, FakeUpstream.Chunk("half an ans"));
            context.Abort();
        };

        // Whether its head got out before the cut or not: it is not even looked at, so there is nothing to wait for.
        for (int i = 0; i < 2; i++)
        {
            CacheReply reply = await gateway.SendAsync(CachingGateway.Body(stream: true), "ttl=60", CachingGateway.Messages);
            Assert.NotEqual("hit", reply.Cache);
        }

        Assert.Equal((0, 0), (gateway.Cache.Kept, gateway.Cache.Left));
    }

    [Theory]
    [InlineData(400)]
    [InlineData(529)]
    public async Task Error_is_not_kept(int status)
    {
        await using CachingGateway gateway = await CachingGateway.StartAsync();
        gateway.Upstream.Answer = context => FakeUpstream.Json(context, status, """{"error":{"message":"no"}}""");
        await NothingIsKeptAsync(gateway, CachingGateway.Body());
        Assert.Equal(0, gateway.Cache.Left);
    }

    [Fact]
    public async Task Answer_without_a_count_of_its_tokens_is_not_kept()
    {
        await using CachingGateway gateway = await CachingGateway.StartAsync();
        gateway.Upstream.Answer = context => FakeUpstream.Json(context, 200, """{"id":"c","object":"chat.completion","choices":[{"index":0,"message":{"role":"assistant","content":"x"},"finish_reason":"stop"}]}""");
        CacheReply reply = await gateway.SendAsync(CachingGateway.Body(), "ttl=60", CachingGateway.Messages);
        Assert.Equal(200, reply.Status);
        Assert.Equal("miss", (await gateway.SendAsync(CachingGateway.Body(), "ttl=60", CachingGateway.Messages)).Cache);
        Assert.Equal(0, gateway.Cache.Kept + gateway.Cache.Left);
    }

    [Fact]
    public async Task Answer_of_the_clients_own_account_is_not_kept()
    {
        await using CachingGateway gateway = await CachingGateway.StartAsync(("Gateway:Providers:fake:Profile:credential", "client"));
        Assert.Equal("bypass", (await gateway.AskAsync(CachingGateway.Body())).Cache);
    }

    /// <summary>What the parser takes, the cache must not stumble over.</summary>
    [Theory]
    [InlineData("\uFEFF")]
    [InlineData(" \r\n\t")]
    public async Task Odd_beginning_of_a_body_is_no_fault_of_the_gateway(string odd)
    {
        await using CachingGateway gateway = await CachingGateway.StartAsync();
        CacheReply with = await gateway.AskAsync(odd + CachingGateway.Body());
        CacheReply without = await gateway.SendAsync(odd + CachingGateway.Body(), null, CachingGateway.Messages);
        Assert.Equal(without.Status, with.Status);
        Assert.NotEqual(500, with.Status);
    }

    [Fact]
    public async Task Names_and_texts_that_are_no_unicode_and_deep_values_are_no_fault_of_the_gateway()
    {
        await using CachingGateway gateway = await CachingGateway.StartAsync();
        foreach (string rest in (string[])[",\"\\ud800\":1", ",\"x\":" + new string('[', 100) + new string(']', 100), ",\"tools\":[{\"type\":\"\\ud800\",\"name\":\"f\",\"input_schema\":{\"type\":\"object\"}}]"])
        {
            CacheReply with = await gateway.AskAsync(CachingGateway.Body(rest: rest));
            CacheReply without = await gateway.SendAsync(CachingGateway.Body(rest: rest), null, CachingGateway.Messages);
            Assert.Equal(without.Status, with.Status);
            Assert.NotEqual(500, with.Status);
        }
    }

    private static async Task NothingIsKeptAsync(CachingGateway gateway, string body)
    {
        await gateway.AskAsync(body);
        CacheReply second = await gateway.AskAsync(body);
        Assert.NotEqual("hit", second.Cache);
        Assert.Equal(0, gateway.Cache.Kept);
    }

    private static string Image(string part) => $$"""{"model":"m","max_tokens":50,"messages":[{"role":"user","content":[{"type":"text","text":"What is it?"},{{part}}]}]}""";
}
