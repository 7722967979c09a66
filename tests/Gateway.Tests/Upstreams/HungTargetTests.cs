using Gateway.Tests.Support;
using Microsoft.AspNetCore.Http;

namespace Gateway.Tests.Upstreams;

/// <summary>A model with two targets, of which the first takes requests and says nothing. Time is the test's.</summary>
public sealed class HungTargetTests : IAsyncLifetime
{
    private const string HelloStream = """{"model":"m","max_tokens":50,"stream":true,"messages":[{"role":"user","content":"Hello"}]}""";

    private readonly FakeClock _time = new();
    private readonly SemaphoreSlim _asked = new(0);
    private FakeUpstream _first = null!;
    private FakeUpstream _second = null!;
    private GatewayServer _gateway = null!;

    async Task IAsyncLifetime.InitializeAsync()
    {
        _first = await FakeUpstream.StartAsync();
        _first.Answer = HangAsync;
        _second = await FakeUpstream.StartAsync();
        _gateway = await GatewayServer.StartAsync(_time, TwoTargets.Of(_first.Url, _second.Url));
    }

    /// <summary>The first pays the whole patience, the next two three seconds each, and then none for a while.</summary>
    [Fact]
    public async Task Hung_target_costs_seconds()
    {
        foreach (double seconds in new[] { 20, 3, 3 })
        {
            Task<HttpResponseMessage> answer = _gateway.PostAsync("/v1/messages", HelloStream);
            Assert.True(await _asked.WaitAsync(Patience.Limit));
            _time.AdvanceSeconds(seconds - 0.1);
            Assert.False(answer.IsCompleted);
            _time.AdvanceSeconds(0.1);
            await AnsweredByAsync("second/up", answer);
        }

        await AnsweredByAsync("second/up", _gateway.PostAsync("/v1/messages", HelloStream));
        Assert.Equal(3, _first.Received.Count);
    }

    /// <summary>After its pause one request looks how it is; the others do not wait for what comes of that.</summary>
    [Fact]
    public async Task One_of_fifty_requests_probes_it()
    {
        await Hung_target_costs_seconds();
        _time.AdvanceSeconds(5);
        Task<HttpResponseMessage> probe = _gateway.PostAsync("/v1/messages", HelloStream);
        Assert.True(await _asked.WaitAsync(Patience.Limit));
        await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => AnsweredByAsync("second/up", _gateway.PostAsync("/v1/messages", HelloStream))));
        Assert.False(probe.IsCompleted);
        Assert.Equal(4, _first.Received.Count);
        _time.AdvanceSeconds(3);
        await AnsweredByAsync("second/up", probe);
    }

    [Fact]
    public async Task Target_that_begins_again_has_all_the_time_again()
    {
        await Hung_target_costs_seconds();
        _first.Answer = context => FakeUpstream.Json(context, 200, FakeUpstream.Completion("back"));
        _time.AdvanceSeconds(5);
        await AnsweredByAsync("first/up", _gateway.PostAsync("/v1/messages", HelloStream));
        _first.Answer = HangAsync;
        Task<HttpResponseMessage> answer = _gateway.PostAsync("/v1/messages", HelloStream);
        Assert.True(await _asked.WaitAsync(Patience.Limit));
        _time.AdvanceSeconds(19.9);
        Assert.False(answer.IsCompleted);
        _time.AdvanceSeconds(0.1);
        await AnsweredByAsync("second/up", answer);
    }

    async Task IAsyncLifetime.DisposeAsync()
    {
        await _gateway.DisposeAsync();
        await _first.DisposeAsync();
        await _second.DisposeAsync();
        _asked.Dispose();
    }

    private static async Task AnsweredByAsync(string target, Task<HttpResponseMessage> answer)
    {
        using HttpResponseMessage response = await answer.PatientlyAsync();
        Assert.Equal(target, Assert.Single(response.Headers.GetValues("x-gateway-upstream")));
        Assert.Contains("message_stop", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    private async Task HangAsync(HttpContext context)
    {
        _asked.Release();
        await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
    }
}
