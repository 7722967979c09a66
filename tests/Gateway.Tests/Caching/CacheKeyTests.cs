namespace Gateway.Tests.Caching;

/// <summary>What makes two requests the same, and what does not.</summary>
public sealed class CacheKeyTests
{
    private const string Asked = """{"model":"m","max_tokens":50,"temperature":0,"messages":[{"role":"user","content":"What is it?"}]}""";

    public static TheoryData<string, string> Others => new()
    {
        { "another model", Asked.Replace("\"m\"", "\"fake/up\"", StringComparison.Ordinal) },
        { "other text", Asked.Replace("it?", "it!", StringComparison.Ordinal) },
        { "space in the text", Asked.Replace("is it", "is  it", StringComparison.Ordinal) },
        { "a limit", Asked.Replace("50", "51", StringComparison.Ordinal) },
        { "a stream", Asked.Replace("\"temperature\"", "\"stream\":true,\"temperature\"", StringComparison.Ordinal) },
        { "a member more", Asked.Replace("\"temperature\"", "\"top_p\":0.5,\"temperature\"", StringComparison.Ordinal) },
        { "a number in other words", Asked.Replace(":0,", ":0.0,", StringComparison.Ordinal) },
        { "a system text", Asked.Replace("\"temperature\"", "\"system\":\"Be brief.\",\"temperature\"", StringComparison.Ordinal) },
        { "another turn", Asked.Replace("}]}", "},{\"role\":\"assistant\",\"content\":\"It\"}]}", StringComparison.Ordinal) },
        { "a tool", Asked.Replace("\"temperature\"", "\"tools\":[{\"name\":\"f\",\"input_schema\":{\"type\":\"object\"}}],\"temperature\"", StringComparison.Ordinal) },
        { "user deeper down", Asked.Replace("\"temperature\"", "\"tools\":[{\"name\":\"f\",\"input_schema\":{\"type\":\"object\",\"user\":\"a\"}}],\"temperature\"", StringComparison.Ordinal) },
    };

    public static TheoryData<string> Same => new()
    {
        Asked,
        Asked.Replace(":", " :\n\t", StringComparison.Ordinal),
        Asked.Replace("\"temperature\"", "\"metadata\":{\"user_id\":\"user_1_session_2\"},\"temperature\"", StringComparison.Ordinal),
    };

    public static TheoryData<string, string> OtherHeaders => new()
    {
        { "anthropic-version", "2023-06-01" },
        { "anthropic-beta", "context-1m-2025-08-07" },
        { "Anthropic-Something", "new" },
    };

    public static TheoryData<string, string> OtherSettings => new()
    {
        { "Gateway:Models:0:Targets:0", "fake/other" },
        { "Gateway:Models:0:Targets:1", "fake/other" },
        { "Gateway:Models:0:Profile:tokenField", "max_tokens" },
        { "Gateway:Providers:fake:Profile:tokenField", "max_tokens" },
        { "Gateway:Models:0:MaxOutputTokens", "40" },
        { "Gateway:Models:0:ContextWindow", "4000" },
        { "Gateway:Providers:fake:BaseUrl", "http://127.0.0.1:1/v1" },
    };

    [Theory]
    [MemberData(nameof(Others))]
    public async Task One_difference_is_another_request(string what, string other)
    {
        await using CachingGateway gateway = await CachingGateway.StartAsync();
        Assert.Equal("miss", (await gateway.AskAsync(Asked)).Cache);
        Assert.True((await gateway.AskAsync(other)).Cache == "miss", what);
        Assert.True((await gateway.AskAsync(other)).Cache == "hit", what);
        Assert.Equal("hit", (await gateway.AskAsync(Asked)).Cache);
    }

    [Theory]
    [MemberData(nameof(Same))]
    public async Task What_changes_no_answer_changes_no_key(string same)
    {
        await using CachingGateway gateway = await CachingGateway.StartAsync();
        await gateway.AskAsync(Asked);
        Assert.Equal("hit", (await gateway.AskAsync(same, headers: ("x-claude-code-session-id", "s2"))).Cache);
    }

    [Fact]
    public async Task Who_asks_is_no_part_of_a_chat_key()
    {
        await using CachingGateway gateway = await CachingGateway.StartAsync();
        await gateway.AskAsync(CachingGateway.Body(rest: ",\"user\":\"ada\",\"prompt_cache_key\":\"a\""), path: CachingGateway.Chat);
        Assert.Equal("hit", (await gateway.AskAsync(CachingGateway.Body(rest: ",\"user\":\"bob\",\"safety_identifier\":\"b\""), path: CachingGateway.Chat)).Cache);
    }

    [Theory]
    [MemberData(nameof(OtherHeaders))]
    public async Task Headers_that_upstreams_see_are_part_of_the_key(string name, string value)
    {
        await using CachingGateway gateway = await CachingGateway.StartAsync();
        await gateway.AskAsync(Asked);
        Assert.Equal("miss", (await gateway.AskAsync(Asked, headers: (name, value))).Cache);
        Assert.Equal("hit", (await gateway.AskAsync(Asked, headers: (name, value))).Cache);
        Assert.Equal("hit", (await gateway.AskAsync(Asked)).Cache);
    }

    [Fact]
    public async Task Forms_and_queries_are_part_of_the_key()
    {
        await using CachingGateway gateway = await CachingGateway.StartAsync();
        await gateway.AskAsync(Asked);
        Assert.Equal("miss", (await gateway.AskAsync(Asked, path: CachingGateway.Messages + "?beta=true")).Cache);
        Assert.Equal("miss", (await gateway.AskAsync(Asked, path: CachingGateway.Chat)).Cache);
        Assert.Equal("hit", (await gateway.AskAsync(Asked, path: CachingGateway.Messages + "?beta=true")).Cache);
    }

    /// <summary>Both gateways have the one cache: the second's answers would be the first's, were the settings no part of the key.</summary>
    [Theory]
    [MemberData(nameof(OtherSettings))]
    public void Settings_of_the_model_are_part_of_the_key(string setting, string value)
    {
        Assert.Equal(CacheKeys.Of(Asked), CacheKeys.Of(Asked));
        Assert.NotEqual(CacheKeys.Of(Asked), CacheKeys.Of(Asked, (setting, value)));
    }
}
