using Gateway.Tests.Support;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Tests.Routing;

/// <summary>Which of a model's targets answers, as clients see it.</summary>
public sealed class TargetOrderTests : IAsyncLifetime
{
    private const string Hello = """{"model":"m","max_tokens":50,"messages":[{"role":"user","content":"Hello"}]}""";
    private const string HelloStream = """{"model":"m","max_tokens":50,"stream":true,"messages":[{"role":"user","content":"Hello"}]}""";

    private FakeUpstream _upstream = null!;

    public async Task InitializeAsync() => _upstream = await FakeUpstream.StartAsync();

    public async Task DisposeAsync() => await _upstream.DisposeAsync();

    /// <summary>The list mixes texts and objects; a text's other members come from the environment.</summary>
    [Fact]
    public async Task Requests_are_spread_by_weight()
    {
        await using GatewayServer gateway = await StartAsync(
            services => services.AddSingleton(new Random(15)),
            ("Gateway:Models:0:Order", "weight"),
            ("Gateway:Models:0:Targets:0:Target", "one/up"),
            ("Gateway:Models:0:Targets:0:Weight", "6"),
            ("Gateway:Models:0:Targets:1", "two/up"),
            ("Gateway:Models:0:Targets:1:Weight", "3"),
            ("Gateway:Models:0:Targets:2", "three/up"));
        Dictionary<string, int> answered = await CountAsync(gateway, 400);
        Assert.InRange(answered["one/up"], 200, 280);
        Assert.InRange(answered["two/up"], 85, 155);
        Assert.InRange(answered["three/up"], 15, 65);
    }

    [Fact]
    public async Task Weights_without_an_order_are_meant()
    {
        await using GatewayServer gateway = await StartAsync(
            services => services.AddSingleton(new Random(15)),
            ("Gateway:Models:0:Targets:0", "one/up"),
            ("Gateway:Models:0:Targets:1:Target", "two/up"),
            ("Gateway:Models:0:Targets:1:Weight", "9"));
        Assert.InRange((await CountAsync(gateway, 50))["two/up"], 30, 50);
    }

    [Fact]
    public async Task Preference_is_the_first_that_is_written()
    {
        await using GatewayServer gateway = await StartAsync(
            services => services.AddSingleton(new Random(15)),
            ("Gateway:Models:0:Targets:0", "one/up"),
            ("Gateway:Models:0:Targets:1", "two/up"));
        Assert.Equal(20, (await CountAsync(gateway, 20))["one/up"]);
    }

    /// <summary>A price of the target is one of its own, whatever the model's.</summary>
    [Fact]
    public async Task Cheapest_answers_and_is_billed_at_its_own_price()
    {
        await using GatewayServer gateway = await StartAsync(
            _ => { },
            ("Gateway:Models:0:Order", "Cheapest"),
            ("Gateway:Models:0:Price:Input", "8"),
            ("Gateway:Models:0:Price:Output", "8"),
            ("Gateway:Models:0:Targets:0", "one/up"),
            ("Gateway:Models:0:Targets:1:Target", "two/up"),
            ("Gateway:Models:0:Targets:1:Price:Input", "1000000"),
            ("Gateway:Models:0:Targets:1:Price:Output", "0"));
        using HttpResponseMessage few = await gateway.PostAsync("/v1/messages", Hello);
        Assert.Equal("one/up", Assert.Single(few.Headers.GetValues("x-gateway-upstream")));

        // 10 of input and 2 of output, at 8 USD for a million.
        Assert.Equal("0.000096", Assert.Single(few.Headers.GetValues("x-gateway-cost-usd")));
    }

    [Fact]
    public async Task Fastest_leaves_a_slow_target_and_comes_back()
    {
        FakeClock time = new();
        await using FakeUpstream one = await FakeUpstream.StartAsync();
        await using FakeUpstream two = await FakeUpstream.StartAsync();
        one.Answer = Slow(time, 3);
        two.Answer = Slow(time, 1);
        await using GatewayServer gateway = await GatewayServer.StartAsync(
            services => services.AddSingleton<TimeProvider>(time).AddSingleton(new Random(15)),
        [
            .. Provider("one", one.Url), .. Provider("two", two.Url),
            ("Gateway:Models:0:Id", "m"),
            ("Gateway:Models:0:Order", "fastest"),
            ("Gateway:Models:0:Targets:0", "one/up"),
            ("Gateway:Models:0:Targets:1", "two/up"),
        ]);
        Dictionary<string, int> first = await CountAsync(gateway, 20);
        Assert.Equal((1, 19), (first["one/up"], first["two/up"]));

        one.Answer = Slow(time, 0.1);
        Dictionary<string, int> then = await CountAsync(gateway, 400);
        Assert.InRange(then["one/up"], 100, 399);
        Assert.Equal(20, (await CountAsync(gateway, 20))["one/up"]);
    }

    /// <summary>The target's own limit, then the model's, then the gateway's.</summary>
    [Theory]
    [InlineData("Gateway:Models:0:Targets:0:NextTargetSeconds", null)]
    [InlineData("Gateway:Models:0:NextTargetSeconds", null)]
    [InlineData("Gateway:Models:0:Targets:0:NextTargetSeconds", "Gateway:Models:0:NextTargetSeconds")]
    [InlineData("Gateway:Models:0:Targets:0:FirstByteSeconds", "Gateway:Models:0:FirstByteSeconds")]
    [InlineData("Gateway:Models:0:Targets:0:WholeSeconds", "Gateway:Models:0:WholeSeconds")]
    public async Task Silent_target_loses_a_stream_after_its_own_time(string setting, string? general)
    {
        FakeClock time = new();
        using SemaphoreSlim asked = new(0);
        await using FakeUpstream one = await FakeUpstream.StartAsync();
        one.Answer = async context =>
        {
            asked.Release();
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        };
        await using FakeUpstream two = await FakeUpstream.StartAsync();
        await using GatewayServer gateway = await GatewayServer.StartAsync(
            time,
        [
            .. Provider("one", one.Url), .. Provider("two", two.Url),
            ("Gateway:Models:0:Id", "m"),
            ("Gateway:Models:0:Targets:0:Target", "one/up"),
            ("Gateway:Models:0:Targets:1", "two/up"),
            (setting, "4"), (general ?? "Gateway:Upstream:NextTargetSeconds", "17"),
        ]);
        Task<HttpResponseMessage> answer = gateway.PostAsync("/v1/messages", HelloStream);
        Assert.True(await asked.WaitAsync(Patience.Limit));
        time.AdvanceSeconds(3);
        Assert.False(answer.IsCompleted);
        time.AdvanceSeconds(1);
        using HttpResponseMessage response = await answer.PatientlyAsync();
        Assert.Equal("two/up", Assert.Single(response.Headers.GetValues("x-gateway-upstream")));
    }

    [Theory]
    [InlineData("IdleSeconds")]
    [InlineData("WholeSeconds")]
    public async Task Stream_that_has_begun_ends_after_its_targets_own_time(string setting)
    {
        FakeClock time = new();
        _upstream.Answer = async context =>
        {
            await FakeUpstream.BeginStreamAsync(context);
            await FakeUpstream.EventAsync(context, FakeUpstream.Chunk("Hel"));
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        };
        await using GatewayServer gateway = await StartAsync(
            services => services.AddSingleton<TimeProvider>(time),
            ("Gateway:Models:0:Targets:0:Target", "one/up"), ("Gateway:Models:0:Targets:0:" + setting, "4"));
        using HttpResponseMessage response = await gateway.PostAsync("/v1/messages", HelloStream).PatientlyAsync();
        using StreamReader reader = new(await response.Content.ReadAsStreamAsync());
        while (await reader.ReadLineAsync() is { } line && !line.Contains("Hel", StringComparison.Ordinal))
        {
        }

        time.AdvanceSeconds(4);
        Assert.Contains("event: error", await reader.ReadToEndAsync().PatientlyAsync(), StringComparison.Ordinal);
    }

    private static Func<HttpContext, Task> Slow(FakeClock time, double seconds) => context =>
    {
        time.AdvanceSeconds(seconds);
        return FakeUpstream.Json(context, 200, FakeUpstream.Completion("ok"));
    };

    private static async Task<Dictionary<string, int>> CountAsync(GatewayServer gateway, int requests)
    {
        Dictionary<string, int> answered = [];
        for (int i = 0; i < requests; i++)
        {
            using HttpResponseMessage response = await gateway.PostAsync("/v1/messages", Hello);
            string upstream = Assert.Single(response.Headers.GetValues("x-gateway-upstream"));
            answered[upstream] = answered.GetValueOrDefault(upstream) + 1;
        }

        return answered;
    }

    /// <summary>Three providers that only have names of their own.</summary>
    private Task<GatewayServer> StartAsync(Action<IServiceCollection> services, params (string Key, string? Value)[] settings) => GatewayServer.StartAsync(
        services, [.. Provider("one", _upstream.Url), .. Provider("two", _upstream.Url), .. Provider("three", _upstream.Url), ("Gateway:Models:0:Id", "m"), .. settings]);

    private static (string Key, string? Value)[] Provider(string name, string url) =>
        [($"Gateway:Providers:{name}:Kind", "openai"), ($"Gateway:Providers:{name}:BaseUrl", url + "/v1"), ($"Gateway:Providers:{name}:ApiKey", "sk-" + name)];
}
