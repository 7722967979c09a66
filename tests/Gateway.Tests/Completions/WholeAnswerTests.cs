using System.Text.Json;
using Gateway.Metering.Usage;
using Gateway.Settings;
using Gateway.Tests.Support;
using Gateway.Tests.Worker;
using Gateway.Upstreams;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Tests.Completions;

/// <summary>An answer that is not streamed has to be there before a front end cuts the silent connection.</summary>
public sealed class WholeAnswerTests
{
    private static readonly (string, string?)[] s_limit = [("Gateway:Upstream:WholeSeconds", "220"), ("Gateway:Models:0:Price:Input", "1"), ("Gateway:Models:0:Price:Output", "2")];

    [Theory]
    [InlineData("/v1/messages", "timeout_error")]
    [InlineData("/v1/chat/completions", "server_error")]
    public async Task Answer_that_is_not_there_in_time_is_a_504_that_advises_a_stream(string path, string type)
    {
        FakeClock time = new();
        await using FakeUpstream server = await FakeUpstream.StartAsync();
        StuckUpstream upstream = new(server);
        await using GatewayServer gateway = await GatewayServer.StartAsync(server, time, s_limit);
        Task<HttpResponseMessage> asked = gateway.PostAsync(path, Body(stream: false));
        await upstream.CalledAsync();
        time.AdvanceSeconds(219);
        Assert.False(asked.IsCompleted);
        time.AdvanceSeconds(1);

        using HttpResponseMessage response = await asked.PatientlyAsync();
        JsonElement error = JsonElement.Parse(await response.Content.ReadAsStringAsync()).GetProperty("error");
        Assert.Equal((504, type), ((int)response.StatusCode, error.GetProperty("type").GetString()));
        Assert.Contains("after 220 seconds", error.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Contains("\"stream\": true", error.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Equal("false", Assert.Single(response.Headers.GetValues("x-should-retry")));
        await upstream.CallerLeftAsync();

        UsageEntry usage = await UsageAsync(gateway, time);
        Assert.Equal((504, "timeout_error", false), (usage.Status, usage.Error, usage.ClientLeft));
        Assert.True(usage.Usage is { Estimated: true, Input: > 0, Output: 50 }, usage.Usage.ToString());
        Assert.Equal(usage.Usage.Input * 0.000001m + (50 * 0.000002m), usage.Cost);
    }

    /// <summary>What clients and front ends wait for is the answer, not the attempt.</summary>
    [Fact]
    public async Task Time_runs_from_the_request_over_all_attempts_and_leaves_none_for_another_target()
    {
        FakeClock time = new();
        using SemaphoreSlim asked = new(0);
        using SemaphoreSlim refuse = new(0);
        await using FakeUpstream first = await FakeUpstream.StartAsync();
        first.Answer = async context =>
        {
            asked.Release();
            await refuse.WaitAsync();
            await FakeUpstream.Json(context, 503, "{}");
        };
        await using FakeUpstream second = await FakeUpstream.StartAsync();
        StuckUpstream stuck = new(second);
        await using GatewayServer gateway = await GatewayServer.StartAsync(first, time,
        [
            .. s_limit,
            ("Gateway:Providers:second:Kind", "openai"), ("Gateway:Providers:second:BaseUrl", second.Url + "/v1"),
            ("Gateway:Models:0:Targets:1", "second/up"), ("Gateway:Models:0:Targets:2", "fake/other"),
        ]);
        Task<HttpResponseMessage> answer = gateway.PostAsync("/v1/messages", Body(stream: false));
        Assert.True(await asked.WaitAsync(Patience.Limit));
        time.AdvanceSeconds(150);
        refuse.Release();
        await stuck.CalledAsync();
        time.AdvanceSeconds(69);
        Assert.False(answer.IsCompleted);
        time.AdvanceSeconds(1);

        using HttpResponseMessage response = await answer.PatientlyAsync();
        Assert.Equal(504, (int)response.StatusCode);
        Assert.Equal((1, 1), (first.Received.Count, second.Received.Count));
    }

    /// <summary>Thrice in a row it let others wait in vain, but nobody said that its account is empty.</summary>
    [Fact]
    public async Task Target_that_is_too_late_once_is_asked_again()
    {
        FakeClock time = new();
        await using FakeUpstream server = await FakeUpstream.StartAsync();
        StuckUpstream upstream = new(server);
        await using FakeUpstream second = await FakeUpstream.StartAsync();
        await using GatewayServer gateway = await GatewayServer.StartAsync(server, time,
        [
            .. s_limit,
            ("Gateway:Providers:second:Kind", "openai"), ("Gateway:Providers:second:BaseUrl", second.Url + "/v1"), ("Gateway:Models:0:Targets:1", "second/up"),
        ]);
        Task<HttpResponseMessage> asked = gateway.PostAsync("/v1/messages", Body(stream: false));
        await upstream.CalledAsync();
        time.AdvanceSeconds(220);
        using HttpResponseMessage late = await asked.PatientlyAsync();
        server.Answer = context => FakeUpstream.Json(context, 200, FakeUpstream.Completion("hi"));
        using HttpResponseMessage response = await gateway.PostAsync("/v1/messages", Body(stream: false)).PatientlyAsync();
        Assert.Equal("fake/up", Assert.Single(response.Headers.GetValues("x-gateway-upstream")));
        Assert.Empty(second.Received);
    }

    [Fact]
    public async Task Stream_may_take_longer()
    {
        FakeClock time = new();
        await using FakeUpstream server = await FakeUpstream.StartAsync();
        StuckUpstream upstream = new(server, StuckUpstream.OneChunkAsync);
        await using GatewayServer gateway = await GatewayServer.StartAsync(server, time, s_limit);
        using HttpResponseMessage response = await gateway.PostAsync("/v1/messages", Body(stream: true));
        using EventStream events = await EventStream.OpenAsync(response);
        Assert.NotNull(await events.ReadAsync());
        time.AdvanceSeconds(230);
        upstream.GoOn();
        Assert.Equal("message_stop", (await events.ReadAllAsync().PatientlyAsync())[^1].Name);
    }

    [Fact]
    public void Limit_is_220_seconds_in_the_functions_app_and_nowhere_else()
    {
        Assert.Equal(TimeSpan.MaxValue, UpstreamTimeouts.Read(new ConfigurationManager()).Whole);
        using ConfigurationManager functions = new();
        functions.AddFunctionsDefaults();
        Assert.Equal(TimeSpan.FromSeconds(220), UpstreamTimeouts.Read(functions).Whole);
        functions["Gateway:Upstream:WholeSeconds"] = "100";
        Assert.Equal(TimeSpan.FromSeconds(100), UpstreamTimeouts.Read(functions).Whole);
        Assert.Contains("AddFunctionsDefaults()", File.ReadAllText(Path.Combine(TestClients.Folder, "../../src/Gateway.Functions/Program.cs")), StringComparison.Ordinal);
    }

    private static string Body(bool stream) =>
        $$"""{"model":"m","max_tokens":50,"stream":{{(stream ? "true" : "false")}},"messages":[{"role":"user","content":"Hello"}]}""";

    private static async Task<UsageEntry> UsageAsync(GatewayServer gateway, FakeClock time)
    {
        IUsageStore store = gateway.Services.GetRequiredService<IUsageStore>();
        return (await Patience.UntilAsync(
            async () =>
            {
                // Rows are written when more may come no more.
                time.AdvanceSeconds(10);
                return await store.ListAsync(new DateOnly(2026, 11, 21), new UsageFilter(), default).ToListAsync();
            },
            entries => entries.Count > 0)).Single();
    }
}
