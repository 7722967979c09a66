using Gateway.Tests.Security;
using Gateway.Tests.Support;

namespace Gateway.Tests.Completions;

/// <summary>Counting tokens goes the way of a request: through the limits, to the targets, within a time.</summary>
public sealed class CountTokensWayTests
{
    private const string Path = "/v1/messages/count_tokens";
    private const string Count = """{"model":"m","messages":[{"role":"user","content":"Hello"}]}""";
    private const string Message = """{"model":"m","max_tokens":9,"messages":[{"role":"user","content":"Hello"}]}""";
    private const string Answer = """{"id":"msg_1","type":"message","role":"assistant","model":"up","content":[{"type":"text","text":"ok"}],"stop_reason":"end_turn","stop_sequence":null,"usage":{"input_tokens":3,"output_tokens":2}}""";

    [Fact]
    public async Task Requests_per_minute_hold_for_counts_too()
    {
        await using FakeUpstream upstream = await CountingAsync();
        await using GatewayServer gateway = await StartAsync(TimeProvider.System, upstream, upstream);
        string key = await gateway.KeyAsync("t", ""","limits":{"requests_per_minute":{"value":2}}""");
        int[] statuses = [(await gateway.AskAsync(key, Path, Count)).Status, (await gateway.AskAsync(key, "/v1/messages", Message)).Status, (await gateway.AskAsync(key, Path, Count)).Status];
        Assert.Equal([200, 200, 429], statuses);
    }

    /// <summary>They cost nothing, and whoever wants to know how large a request is sends none.</summary>
    [Theory]
    [InlineData(""","limits":{"input_tokens_per_minute":{"value":3}}""")]
    [InlineData(""","limits":{"output_tokens_per_minute":{"value":2}}""")]
    [InlineData(""","limits":{"budget_per_day":{"usd":0.000001}}""")]
    public async Task Limits_of_tokens_and_money_do_not(string limits)
    {
        await using FakeUpstream upstream = await CountingAsync();
        await using GatewayServer gateway = await StartAsync(TimeProvider.System, upstream, upstream);
        string key = await gateway.KeyAsync("t", limits);
        int status = 200;
        for (int i = 0; i < 3 && status == 200; i++)
        {
            status = (await gateway.AskAsync(key, "/v1/messages", Message)).Status;
        }

        Assert.Contains(status, new[] { 402, 429 });
        Assert.Equal(200, (await gateway.AskAsync(key, Path, Count)).Status);
    }

    /// <summary>Each model has tokens of its own.</summary>
    [Fact]
    public async Task Tokens_are_counted_where_the_conversation_would_be_answered()
    {
        await using FakeUpstream first = await CountingAsync();
        await using FakeUpstream second = await CountingAsync();
        await using GatewayServer gateway = await StartAsync(TimeProvider.System, first, second, ("Gateway:Models:0:Order", "weight"));
        for (int i = 0; i < 12; i++)
        {
            (string, string)[] headers = [("x-api-key", GatewayServer.Key), ("x-claude-code-session-id", $"s{i}")];
            using HttpResponseMessage counted = await gateway.SendAsync(HttpMethod.Post, Path, Count, default, headers);
            using HttpResponseMessage answered = await gateway.SendAsync(HttpMethod.Post, "/v1/messages", Message, default, headers);
            Assert.Equal((200, 200), ((int)counted.StatusCode, (int)answered.StatusCode));
            Assert.Equal((0, 0), (first.Received.Count % 2, second.Received.Count % 2));
        }

        Assert.NotEmpty(first.Received);
        Assert.NotEmpty(second.Received);
    }

    [Fact]
    public async Task All_targets_together_have_thirty_seconds_and_then_it_is_estimated()
    {
        FakeClock time = new();
        using SemaphoreSlim asked = new(0);
        await using FakeUpstream first = await FakeUpstream.StartAsync();
        await using FakeUpstream second = await FakeUpstream.StartAsync();
        first.Answer = second.Answer = async context =>
        {
            asked.Release();
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        };
        await using GatewayServer gateway = await StartAsync(time, first, second);
        Task<Told> counted = gateway.AskAsync(GatewayServer.Key, Path, Count);
        Assert.True(await asked.WaitAsync(Patience.Limit));
        time.AdvanceSeconds(29);
        Assert.False(counted.IsCompleted);
        time.AdvanceSeconds(1);
        Assert.Equal((200, "estimate"), ((await counted.PatientlyAsync()).Status, (await counted).Count));
        Assert.Empty(second.Received);
    }

    /// <summary>Many servers of Anthropic's form do not count, and answer all the same.</summary>
    [Theory]
    [InlineData(404)]
    [InlineData(429)]
    [InlineData(500)]
    public async Task Server_that_does_not_count_is_not_taken_for_one_that_does_not_answer(int status)
    {
        await using FakeUpstream first = await FakeUpstream.StartAsync();
        first.Answer = context => FakeUpstream.Json(context, context.Request.Path.Value!.EndsWith("count_tokens", StringComparison.Ordinal) ? status : 200, Answer);
        await using FakeUpstream second = await CountingAsync();
        await using GatewayServer gateway = await StartAsync(new FakeClock(), first, second);
        for (int i = 0; i < 5; i++)
        {
            Assert.Equal(200, (await gateway.AskAsync(GatewayServer.Key, Path, Count)).Status);
        }

        using HttpResponseMessage response = await gateway.PostAsync("/v1/messages", Message);
        Assert.Equal("first/up", Assert.Single(response.Headers.GetValues("x-gateway-upstream")));
    }

    private static async Task<FakeUpstream> CountingAsync()
    {
        FakeUpstream upstream = await FakeUpstream.StartAsync();
        upstream.Answer = context => FakeUpstream.Json(context, 200, context.Request.Path.Value!.EndsWith("count_tokens", StringComparison.Ordinal) ? """{"input_tokens":77}""" : Answer);
        return upstream;
    }

    private static Task<GatewayServer> StartAsync(TimeProvider time, FakeUpstream first, FakeUpstream second, params (string Key, string? Value)[] settings) => GatewayServer.StartAsync(
        time,
        [("Gateway:Providers:first:Kind", "anthropic"), ("Gateway:Providers:first:BaseUrl", first.Url),
        ("Gateway:Providers:second:Kind", "anthropic"), ("Gateway:Providers:second:BaseUrl", second.Url),
        ("Gateway:Models:0:Id", "m"), ("Gateway:Models:0:Targets:0", "first/up"), ("Gateway:Models:0:Targets:1", "second/up"),
        ("Gateway:Models:0:Price:Input", "10"), ("Gateway:Models:0:Price:Output", "10"), .. settings]);
}
