using System.Net;
using System.Text.Json;
using Gateway.Tests.Support;
using Microsoft.AspNetCore.Http;

namespace Gateway.Tests.Upstreams;

/// <summary>A model with two targets, of which the first is not what it should be.</summary>
public sealed class TwoTargetsTests
{
    private const string Hello = """{"model":"m","max_tokens":50,"messages":[{"role":"user","content":"Hello"}]}""";
    private const string HelloStream = """{"model":"m","max_tokens":50,"stream":true,"messages":[{"role":"user","content":"Hello"}]}""";

    /// <summary>A port on which nobody listens.</summary>
    private const string Nobody = "http://127.0.0.1:1/v1";

    public static TheoryData<int, string> Refusals => new()
    {
        { 401, """{"error":{"message":"Incorrect API key provided","code":"invalid_api_key"}}""" },
        { 402, """{"error":{"message":"empty"}}""" },
        { 403, """{"error":{"message":"no access"}}""" },
        { 404, """{"error":{"message":"no such model","code":"model_not_found"}}""" },
        { 408, "{}" },
        { 409, "{}" },
        { 429, """{"error":{"message":"slow down"}}""" },
        { 500, "{}" },
        { 503, "<html></html>" },
        { 529, "{}" },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task Next_target_answers_what_the_first_refuses(int status, string body)
    {
        await using FakeUpstream first = await FakeUpstream.StartAsync();
        first.Answer = context => FakeUpstream.Json(context, status, body);
        await using FakeUpstream second = await FakeUpstream.StartAsync();
        await using GatewayServer gateway = await StartAsync(first.Url + "/v1", second);
        foreach (string request in new[] { Hello, HelloStream })
        {
            using HttpResponseMessage response = await gateway.PostAsync("/v1/messages", request);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            Assert.Equal("second/up", Assert.Single(response.Headers.GetValues("x-gateway-upstream")));
        }
    }

    /// <summary>The request is wrong, whoever is asked.</summary>
    [Fact]
    public async Task Bad_request_goes_nowhere_else()
    {
        await using FakeUpstream first = await FakeUpstream.StartAsync();
        first.Answer = context => FakeUpstream.Json(context, 400, """{"error":{"message":"messages: too odd"}}""");
        await using FakeUpstream second = await FakeUpstream.StartAsync();
        await using GatewayServer gateway = await StartAsync(first.Url + "/v1", second);
        using HttpResponseMessage response = await gateway.PostAsync("/v1/messages", Hello);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Empty(second.Received);
    }

    [Fact]
    public async Task Dead_target_is_paid_for_by_a_few_requests_and_not_by_each()
    {
        await using FakeUpstream first = await FakeUpstream.StartAsync();
        first.Answer = context => FakeUpstream.Json(context, 503, "{}");
        await using FakeUpstream second = await FakeUpstream.StartAsync();
        FakeClock time = new();
        await using GatewayServer gateway = await StartAsync(first.Url + "/v1", second, time);
        for (int i = 0; i < 10; i++)
        {
            using HttpResponseMessage response = await gateway.PostAsync("/v1/messages", Hello);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }

        Assert.Equal(3, first.Received.Count);
        first.Answer = context => FakeUpstream.Json(context, 200, FakeUpstream.Completion("back"));
        time.AdvanceSeconds(5);
        using HttpResponseMessage back = await gateway.PostAsync("/v1/messages", Hello);
        Assert.Equal("first/up", Assert.Single(back.Headers.GetValues("x-gateway-upstream")));
    }

    [Fact]
    public async Task Target_that_asks_for_a_rest_is_spared_while_the_other_answers()
    {
        await using FakeUpstream first = await FakeUpstream.StartAsync();
        first.Answer = context => Busy(context, "30");
        await using FakeUpstream second = await FakeUpstream.StartAsync();
        FakeClock time = new();
        await using GatewayServer gateway = await StartAsync(first.Url + "/v1", second, time);
        for (int i = 0; i < 3; i++)
        {
            using HttpResponseMessage response = await gateway.PostAsync("/v1/messages", Hello);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }

        Assert.Single(first.Received);
    }

    /// <summary>A limit may hold for large requests only: who is the last hope is asked.</summary>
    [Fact]
    public async Task Shortest_wait_is_told_when_all_refuse_and_all_are_asked_again()
    {
        await using FakeUpstream first = await FakeUpstream.StartAsync();
        first.Answer = context => Busy(context, "7");
        await using FakeUpstream second = await FakeUpstream.StartAsync();
        second.Answer = context => Busy(context, "30");
        await using GatewayServer gateway = await StartAsync(first.Url + "/v1", second, new FakeClock());
        for (int i = 1; i <= 2; i++)
        {
            using HttpResponseMessage response = await gateway.PostAsync("/v1/messages", Hello);
            Assert.Equal(429, (int)response.StatusCode);
            Assert.Equal("7", Assert.Single(response.Headers.GetValues("retry-after")));
            Assert.Equal((i, i), (first.Received.Count, second.Received.Count));
        }
    }

    [Theory]
    [InlineData("/v1/messages", Hello, 529, "overloaded_error")]
    [InlineData("/v1/messages", HelloStream, 529, "overloaded_error")]
    [InlineData("/v1/chat/completions", Hello, 503, "server_error")]
    [InlineData("/v1/chat/completions", HelloStream, 503, "server_error")]
    public async Task Nobody_to_be_reached_is_an_overload_that_says_when_to_come_back(string path, string request, int status, string type)
    {
        FakeClock time = new();
        await using FakeUpstream second = await FakeUpstream.StartAsync();
        await using GatewayServer gateway = await StartAsync(Nobody, second, time, ("Gateway:Providers:second:BaseUrl", Nobody));
        for (int i = 0; i < 3; i++)
        {
            using HttpResponseMessage refused = await gateway.PostAsync(path, request);
            Assert.Equal(status, (int)refused.StatusCode);
            Assert.False(refused.Headers.Contains("retry-after"));
        }

        using HttpResponseMessage response = await gateway.PostAsync(path, request);
        JsonElement error = JsonElement.Parse(await response.Content.ReadAsStringAsync()).GetProperty("error");
        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal(type, error.GetProperty("type").GetString());
        Assert.Equal("5", Assert.Single(response.Headers.GetValues("retry-after")));
    }

    /// <summary>The first takes the request and never says a word: the stream must not begin with it.</summary>
    [Fact]
    public async Task Stream_goes_to_the_next_target_when_the_first_hangs()
    {
        FakeClock time = new();
        using SemaphoreSlim asked = new(0);
        await using FakeUpstream first = await FakeUpstream.StartAsync();
        first.Answer = context => HangAsync(context, asked);
        await using FakeUpstream second = await FakeUpstream.StartAsync();
        await using GatewayServer gateway = await StartAsync(first.Url + "/v1", second, time);
        Task<HttpResponseMessage> answer = gateway.PostAsync("/v1/messages", HelloStream);
        Assert.True(await asked.WaitAsync(Patience.Limit));
        time.AdvanceSeconds(19);
        Assert.False(answer.IsCompleted);
        time.AdvanceSeconds(1);
        using HttpResponseMessage response = await answer.PatientlyAsync();
        Assert.Equal("second/up", Assert.Single(response.Headers.GetValues("x-gateway-upstream")));
        Assert.Contains("message_stop", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    /// <summary>A head and signs of life are no answer.</summary>
    [Theory]
    [InlineData("openai", ": keep-alive\n\n")]
    [InlineData("openai", "data: {\"choices\":[],\"prompt_filter_results\":[]}\n\n")]
    [InlineData("anthropic", "event: ping\ndata: {\"type\":\"ping\"}\n\n")]
    [InlineData("anthropic", "event: heartbeat\ndata: {\"type\":\"heartbeat\"}\n\n")]
    public async Task Stream_goes_to_the_next_target_when_the_first_only_lives(string kind, string sign)
    {
        await using FakeUpstream first = await FakeUpstream.StartAsync();
        first.Answer = async context =>
        {
            await FakeUpstream.BeginStreamAsync(context);
            while (!context.RequestAborted.IsCancellationRequested)
            {
                await context.Response.WriteAsync(sign);
                await context.Response.Body.FlushAsync();
                await Task.Delay(20);
            }
        };
        await using FakeUpstream second = await FakeUpstream.StartAsync();
        await using GatewayServer gateway = await StartAsync(first.Url, second, null,
            ("Gateway:Providers:first:Kind", kind), ("Gateway:Upstream:NextTargetSeconds", "0.5"), ("Gateway:Upstream:CommitSeconds", "0.1"), ("Gateway:Upstream:PingSeconds", "0.1"));
        foreach ((string path, string end) in new[] { ("/v1/messages", "message_stop"), ("/v1/chat/completions", "[DONE]") })
        {
            using HttpResponseMessage response = await gateway.PostAsync(path, HelloStream).PatientlyAsync();
            Assert.Equal("second/up", Assert.Single(response.Headers.GetValues("x-gateway-upstream")));
            Assert.Contains(end, await response.Content.ReadAsStringAsync().PatientlyAsync(), StringComparison.Ordinal);
        }

        Assert.Equal(2, first.Received.Count);
    }

    /// <summary>Not a byte of it has reached the client.</summary>
    [Fact]
    public async Task Stream_that_breaks_in_its_first_bytes_is_had_from_the_next_target()
    {
        await using FakeUpstream first = await FakeUpstream.StartAsync();
        first.Answer = async context =>
        {
            context.Response.ContentType = "text/event-stream";
            await context.Response.WriteAsync($"data: {FakeUpstream.Chunk("half")}\n\ndata: {{\"error\":{{\"message\":\"overloaded\",\"code\":503}}}}\n\n");
        };
        await using FakeUpstream second = await FakeUpstream.StartAsync();
        await using GatewayServer gateway = await StartAsync(first.Url + "/v1", second);
        using HttpResponseMessage response = await gateway.PostAsync("/v1/messages", HelloStream).PatientlyAsync();
        Assert.Equal("second/up", Assert.Single(response.Headers.GetValues("x-gateway-upstream")));
        Assert.DoesNotContain("half", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    /// <summary>It has begun to answer: from here on pings keep the client company.</summary>
    [Fact]
    public async Task Stream_begins_when_its_target_has_sent_its_first_event()
    {
        using SemaphoreSlim asked = new(0);
        await using FakeUpstream first = await FakeUpstream.StartAsync();
        first.Answer = async context =>
        {
            await FakeUpstream.BeginStreamAsync(context);
            await FakeUpstream.EventAsync(context, """{"id":"c","choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}]}""");
            await HangAsync(context, asked);
        };
        await using FakeUpstream second = await FakeUpstream.StartAsync();
        await using GatewayServer gateway = await StartAsync(first.Url + "/v1", second, null, ("Gateway:Upstream:CommitSeconds", "0.05"), ("Gateway:Upstream:NextTargetSeconds", "3600"));
        using HttpResponseMessage response = await gateway.PostAsync("/v1/messages", HelloStream).PatientlyAsync();
        Assert.Equal("first/up", Assert.Single(response.Headers.GetValues("x-gateway-upstream")));
        Assert.Empty(second.Received);
    }

    private static async Task HangAsync(HttpContext context, SemaphoreSlim asked)
    {
        asked.Release();
        await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
    }

    private static Task Busy(HttpContext context, string seconds)
    {
        context.Response.Headers.RetryAfter = seconds;
        return FakeUpstream.Json(context, 429, """{"error":{"message":"slow down"}}""");
    }

    private static Task<GatewayServer> StartAsync(string first, FakeUpstream second, TimeProvider? time = null, params (string Key, string? Value)[] settings) =>
        GatewayServer.StartAsync(
            time ?? TimeProvider.System,
        [
            ("Gateway:Providers:first:Kind", "openai"),
            ("Gateway:Providers:first:BaseUrl", first),
            ("Gateway:Providers:first:ApiKey", "sk-one"),
            ("Gateway:Providers:second:Kind", "openai"),
            ("Gateway:Providers:second:BaseUrl", second.Url + "/v1"),
            ("Gateway:Models:0:Id", "m"),
            ("Gateway:Models:0:Targets:0", "first/up"),
            ("Gateway:Models:0:Targets:1", "second/up"),
            .. settings,
        ]);
}
