using Gateway.Tests.Support;
using Microsoft.AspNetCore.Http;

namespace Gateway.Tests.Security;

/// <summary>Counting tokens opens no door that a request would find closed, and waits for nobody.</summary>
public sealed class CountTokensTests
{
    private const string Body = """{"model":"m","messages":[{"role":"user","content":"a secret that only one provider may see"}]}""";

    [Fact]
    public async Task Prompt_goes_to_no_provider_that_the_key_may_not_use()
    {
        await using FakeUpstream forbidden = await FakeUpstream.StartAsync();
        await using FakeUpstream allowed = await FakeUpstream.StartAsync();
        allowed.Answer = context => FakeUpstream.Json(context, 200, """{"input_tokens":77}""");
        await using GatewayServer gateway = await StartAsync(forbidden, allowed);
        string key = await gateway.KeyAsync("t", ""","providers":["second"]""");
        string none = await gateway.KeyAsync("t", ""","providers":["third"]""");

        Assert.Equal((200, """{"input_tokens":77}"""), Short(await gateway.AskAsync(key, "/v1/messages/count_tokens", Body)));
        Told refused = await gateway.AskAsync(none, "/v1/messages/count_tokens", Body);
        Assert.Equal((403, "This key may not use the provider 'first'."), (refused.Status, refused.Error));
        Assert.Empty(forbidden.Received);
        Assert.Single(allowed.Received);
    }

    [Theory]
    [InlineData(200, "text/html", "<html>login</html>")]
    [InlineData(200, "application/json", "{\"input_tokens\":\"many\"}")]
    [InlineData(200, "application/json", "{\"input_tokens\":-1}")]
    [InlineData(200, "application/json", "[1]")]
    [InlineData(200, "application/json", "{\"\\ud800\":1}")]
    [InlineData(200, "application/json", "")]
    [InlineData(302, "text/html", "elsewhere")]
    [InlineData(401, "application/json", "{\"type\":\"error\",\"error\":{\"type\":\"authentication_error\",\"message\":\"sk-ant-secret\"}}")]
    [InlineData(404, "application/json", "{\"detail\":\"Not Found\"}")]
    [InlineData(429, "application/json", "{}")]
    [InlineData(500, "text/plain", "no")]
    public async Task Whoever_cannot_count_is_passed_over_and_then_it_is_estimated(int status, string type, string answer)
    {
        await using FakeUpstream bad = await FakeUpstream.StartAsync();
        await using FakeUpstream good = await FakeUpstream.StartAsync();
        bad.Answer = context => AnswerAsync(context, status, type, answer);
        good.Answer = context => FakeUpstream.Json(context, 200, """{"input_tokens":77}""");
        await using GatewayServer two = await StartAsync(bad, good);
        await using GatewayServer one = await StartAsync(bad, bad);

        Assert.Equal((200, """{"input_tokens":77}"""), Short(await two.AskAsync(GatewayServer.Key, "/v1/messages/count_tokens", Body)));
        await AssertEstimateAsync(one);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Silence_and_answers_without_end_are_given_up(bool begins)
    {
        await using FakeUpstream silent = await FakeUpstream.StartAsync();
        silent.Answer = async context =>
        {
            if (begins)
            {
                context.Response.ContentType = "application/json";
                await context.Response.WriteAsync("{\"input_tokens\":1");
                await context.Response.Body.FlushAsync();
            }

            await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        };
        await using GatewayServer gateway = await StartAsync(silent, silent, ("Gateway:Upstream:FirstByteSeconds", "0.2"));
        await AssertEstimateAsync(gateway);
    }

    /// <summary>Within the time that any other answer may pause; not only when nobody waits for a number any more.</summary>
    [Fact]
    public async Task Silence_in_the_middle_of_a_count_is_given_up_after_the_idle_time()
    {
        await using FakeUpstream silent = await FakeUpstream.StartAsync();
        await using FakeUpstream good = await FakeUpstream.StartAsync();
        silent.Answer = async context =>
        {
            context.Response.ContentType = "application/json";
            await context.Response.WriteAsync("{\"input_tokens\":1");
            await context.Response.Body.FlushAsync();
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        };
        good.Answer = context => FakeUpstream.Json(context, 200, """{"input_tokens":77}""");
        FakeClock time = new();
        await using GatewayServer gateway = await StartAsync(time, silent, good, ("Gateway:Upstream:IdleSeconds", "0.1"));
        Task<Told> asked = gateway.AskAsync(GatewayServer.Key, "/v1/messages/count_tokens", Body);

        // Nobody tells when the gateway has read the beginning; in sum this stays below the time for a whole count.
        for (int i = 0; i < 100 && !asked.IsCompleted; i++)
        {
            time.AdvanceSeconds(0.2);
            await Task.WhenAny(asked, Task.Delay(100));
        }

        Assert.True(asked.IsCompleted);
        Assert.Equal((200, """{"input_tokens":77}"""), Short(await asked));
    }

    [Fact]
    public async Task Count_that_breaks_off_is_no_mistake_of_the_gateway()
    {
        await using RawUpstream broken = RawUpstream.Start("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 20\r\n\r\n{\"input_tokens\":1");
        await using FakeUpstream good = await FakeUpstream.StartAsync();
        good.Answer = context => FakeUpstream.Json(context, 200, """{"input_tokens":77}""");
        await using GatewayServer gateway = await StartAsync(TimeProvider.System, broken.Url, good.Url);

        Assert.Equal((200, """{"input_tokens":77}"""), Short(await gateway.AskAsync(GatewayServer.Key, "/v1/messages/count_tokens", Body)));
        Assert.Equal(1, broken.Requests);
    }

    [Fact]
    public async Task Answer_that_is_too_large_to_be_a_count_is_not_read_to_its_end()
    {
        TaskCompletionSource left = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using FakeUpstream endless = await FakeUpstream.StartAsync();
        endless.Answer = async context =>
        {
            context.RequestAborted.Register(left.SetResult);
            byte[] blanks = new byte[16 * 1024];
            blanks.AsSpan().Fill((byte)' ');
            while (!context.RequestAborted.IsCancellationRequested)
            {
                await context.Response.Body.WriteAsync(blanks);
            }
        };
        await using GatewayServer gateway = await StartAsync(endless, endless);
        await AssertEstimateAsync(gateway);
        await left.Task.PatientlyAsync();
    }

    [Fact]
    public async Task Server_that_cannot_be_reached_is_no_mistake_of_the_gateway()
    {
        await using GatewayServer gateway = await GatewayServer.StartAsync(
            ("Gateway:Providers:first:Kind", "anthropic"),
            ("Gateway:Providers:first:BaseUrl", "http://127.0.0.1:1"),
            ("Gateway:Models:0:Id", "m"),
            ("Gateway:Models:0:Targets:0", "first/up"));
        await AssertEstimateAsync(gateway);
    }

    [Fact]
    public async Task Request_that_is_wrong_is_told_so()
    {
        const string error = """{"type":"error","error":{"type":"invalid_request_error","message":"messages.0: no"},"request_id":"req_up"}""";
        await using FakeUpstream strict = await FakeUpstream.StartAsync();
        strict.Answer = context => FakeUpstream.Json(context, 400, error);
        await using GatewayServer gateway = await StartAsync(strict, strict);
        Told told = await gateway.AskAsync(GatewayServer.Key, "/v1/messages/count_tokens", Body);
        Assert.Equal((400, "messages.0: no"), (told.Status, told.Error));
        Assert.Single(strict.Received);
    }

    [Fact]
    public async Task What_chooses_another_model_is_taken_out_here_too()
    {
        await using FakeUpstream upstream = await FakeUpstream.StartAsync();
        upstream.Answer = context => FakeUpstream.Json(context, 200, """{"input_tokens":77}""");
        await using GatewayServer gateway = await StartAsync(upstream, upstream);
        Told told = await gateway.AskAsync(GatewayServer.Key, "/v1/messages/count_tokens?model=secretup", Body.Replace("\"model\"", "\"MODEL\":\"secretup\",\"model\"", StringComparison.Ordinal));
        Assert.Equal("dropped=model", told.Report);
        Assert.DoesNotContain("secretup", Assert.Single(upstream.Received).Body + upstream.Received.Single().Query, StringComparison.Ordinal);
    }

    private static (int, string) Short(Told told)
    {
        Assert.Null(told.Count);
        return (told.Status, told.Body);
    }

    private static async Task AssertEstimateAsync(GatewayServer gateway)
    {
        Told told = await gateway.AskAsync(GatewayServer.Key, "/v1/messages/count_tokens", Body);
        Assert.Equal((200, "estimate"), (told.Status, told.Count));
        Assert.InRange(told.Json.GetProperty("input_tokens").GetInt32(), 8, 30);
    }

    private static async Task AnswerAsync(HttpContext context, int status, string type, string answer)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = type;
        await context.Response.WriteAsync(answer);
    }

    private static Task<GatewayServer> StartAsync(FakeUpstream first, FakeUpstream second, params (string, string?)[] settings) =>
        StartAsync(TimeProvider.System, first, second, settings);

    private static Task<GatewayServer> StartAsync(TimeProvider time, FakeUpstream first, FakeUpstream second, params (string, string?)[] settings) =>
        StartAsync(time, first.Url, second.Url, settings);

    private static Task<GatewayServer> StartAsync(TimeProvider time, string first, string second, params (string, string?)[] settings) => GatewayServer.StartAsync(
        time,
    [
        ("Gateway:Providers:first:Kind", "anthropic"),
        ("Gateway:Providers:first:BaseUrl", first),
        ("Gateway:Providers:first:ApiKey", "sk-ant-secret"),
        ("Gateway:Providers:second:Kind", "anthropic"),
        ("Gateway:Providers:second:BaseUrl", second),
        ("Gateway:Models:0:Id", "m"),
        ("Gateway:Models:0:Targets:0", "first/up"),
        ("Gateway:Models:0:Targets:1", "second/up"),
        .. settings,
    ]);
}
