using System.Net;
using System.Text.Json;
using Gateway.Metering.Usage;
using Gateway.Tests.Clients;
using Gateway.Tests.Support;
using Gateway.Tests.Worker;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Tests.Http;

/// <summary>A process that is told to stop: what runs goes on for a while, and what is cut never looks whole.</summary>
public sealed class StopTests
{
    private const string Whole = """{"model":"m","max_tokens":50,"messages":[{"role":"user","content":"Hello"}]}""";
    private const string Streamed = """{"model":"m","max_tokens":50,"stream":true,"messages":[{"role":"user","content":"Hello"}]}""";

    [Fact]
    public async Task Stream_that_runs_goes_on_to_its_end_while_new_requests_are_sent_elsewhere()
    {
        await using FakeUpstream server = await FakeUpstream.StartAsync();
        StuckUpstream upstream = new(server, StuckUpstream.OneChunkAsync);
        await using GatewayServer gateway = await StartAsync(server, "60");
        using HttpResponseMessage response = await gateway.PostAsync("/v1/messages", Streamed);
        using EventStream events = await EventStream.OpenAsync(response);
        Assert.NotNull(await events.ReadAsync());
        Assert.Equal(200, await StatusAsync(gateway, "/health/ready"));
        Task stopped = gateway.StopAsync();

        Assert.Equal(503, await StatusAsync(gateway, "/health/ready"));
        Assert.Equal(200, await StatusAsync(gateway, "/health/live"));
        foreach ((string path, string type) in new[] { ("/v1/messages", "api_error"), ("/v1/chat/completions", "server_error") })
        {
            using HttpResponseMessage refused = await gateway.PostAsync(path, Whole);
            Assert.Equal(503, (int)refused.StatusCode);
            Assert.Equal("1", Assert.Single(refused.Headers.GetValues("retry-after")));
            Assert.True(refused.Headers.ConnectionClose);
            Assert.Equal(type, JsonElement.Parse(await refused.Content.ReadAsStringAsync()).GetProperty("error").GetProperty("type").GetString());
        }

        Assert.False(stopped.IsCompleted);
        upstream.GoOn();
        Assert.Equal("message_stop", (await events.ReadAllAsync())[^1].Name);
        await stopped.PatientlyAsync();
    }

    [Fact]
    public async Task Stream_whose_time_is_up_ends_in_an_error_and_a_cut()
    {
        await using FakeUpstream server = await FakeUpstream.StartAsync();
        StuckUpstream upstream = new(server, StuckUpstream.OneChunkAsync);
        await using GatewayServer gateway = await StartAsync(server, "0.1");
        using HttpResponseMessage response = await gateway.PostAsync("/v1/messages", Streamed);
        using EventStream events = await EventStream.OpenAsync(response);
        Assert.NotNull(await events.ReadAsync());
        Task stopped = gateway.StopAsync();

        List<(string Name, JsonElement Data)> read = [];
        await Assert.ThrowsAnyAsync<IOException>(async () =>
        {
            while (await events.ReadAsync() is { } next)
            {
                read.Add(next);
            }
        });
        Assert.Equal("error", read[^1].Name);
        Assert.Equal("api_error", read[^1].Data.GetProperty("error").GetProperty("type").GetString());
        await upstream.CallerLeftAsync();
        await stopped.PatientlyAsync();
        Assert.Equal("stopped", (await UsageAsync(gateway)).Error);
    }

    [Fact]
    public async Task Chat_stream_whose_time_is_up_has_no_done()
    {
        await using FakeUpstream server = await FakeUpstream.StartAsync();
        _ = new StuckUpstream(server, StuckUpstream.OneChunkAsync);
        await using GatewayServer gateway = await StartAsync(server, "0.1");
        using HttpResponseMessage response = await gateway.PostAsync("/v1/chat/completions", Streamed);
        using Stream body = await response.Content.ReadAsStreamAsync();
        MemoryStream read = new();
        byte[] buffer = new byte[4096];
        read.Write(buffer, 0, await body.ReadAsync(buffer));
        Task stopped = gateway.StopAsync();
        await Assert.ThrowsAnyAsync<IOException>(async () =>
        {
            int length;
            while ((length = await body.ReadAsync(buffer)) > 0)
            {
                read.Write(buffer, 0, length);
            }
        });
        string text = System.Text.Encoding.UTF8.GetString(read.ToArray());
        Assert.Contains("\"error\":{", text, StringComparison.Ordinal);
        Assert.DoesNotContain("[DONE]", text, StringComparison.Ordinal);
        await stopped.PatientlyAsync();
    }

    [Theory]
    [InlineData(Whole)]
    [InlineData(Streamed)]
    public async Task Request_without_a_byte_of_its_answer_is_refused_when_its_time_is_up(string request)
    {
        await using FakeUpstream server = await FakeUpstream.StartAsync();
        StuckUpstream upstream = new(server);
        await using GatewayServer gateway = await StartAsync(server, "0.1");
        Task<HttpResponseMessage> waiting = gateway.PostAsync("/v1/messages", request);
        await upstream.CalledAsync();
        Task stopped = gateway.StopAsync();

        using HttpResponseMessage response = await waiting.PatientlyAsync();
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal("1", Assert.Single(response.Headers.GetValues("retry-after")));
        await upstream.CallerLeftAsync();
        await stopped.PatientlyAsync();
        UsageEntry usage = await UsageAsync(gateway);
        Assert.Equal(("stopped", false), (usage.Error, usage.ClientLeft));
    }

    [Fact]
    public async Task Signal_ends_a_process_whose_streams_have_been_told()
    {
        await using FakeUpstream server = await FakeUpstream.StartAsync();
        StuckUpstream upstream = new(server, StuckUpstream.OneChunkAsync);
        await using GatewayProcess gateway = await GatewayProcess.StartAsync(
        [
            ("Gateway:DevKey", GatewayServer.Key), ("Gateway:DrainSeconds", "0.5"), ("Gateway:Models:0:Id", "m"), ("Gateway:Models:0:Targets:0", "fake/up"),
            ("Gateway:Providers:fake:Kind", "openai"), ("Gateway:Providers:fake:BaseUrl", server.Url + "/v1"),
        ], GatewayServer.Key);
        using HttpResponseMessage response = await gateway.PostAsync("/v1/messages", Streamed);
        using EventStream events = await EventStream.OpenAsync(response);
        Assert.NotNull(await events.ReadAsync());
        Task<int> ended = gateway.TerminateAsync();

        string last = "";
        await Assert.ThrowsAnyAsync<IOException>(async () =>
        {
            while (await events.ReadAsync() is { } next)
            {
                last = next.Name;
            }
        });
        Assert.Equal("error", last);
        await upstream.CallerLeftAsync();
        Assert.Equal(0, await ended);
    }

    /// <summary>What counts is what the clients' own code makes of it.</summary>
    [Fact]
    public async Task Sdks_throw_on_streams_that_are_cut_and_have_whole_answers_from_the_next_instance()
    {
        await using StoppedSdk judges = await StoppedSdk.StartAsync();
        await using GatewayProcess gateway = await GatewayProcess.StartAsync(
        [
            ("Gateway:DevKey", GatewayServer.Key), ("Gateway:DrainSeconds", "0.5"), ("Gateway:Models:0:Id", "m"), ("Gateway:Models:0:Targets:0", "fake/up"),
            ("Gateway:Providers:fake:Kind", "openai"), ("Gateway:Providers:fake:BaseUrl", judges.Upstream.Url + "/v1"),
        ], GatewayServer.Key);
        await judges.JudgeAsync(gateway, gateway.TerminateAsync);
    }

    private static Task<GatewayServer> StartAsync(FakeUpstream upstream, string seconds) =>
        GatewayServer.StartAsync(upstream, ("Gateway:DrainSeconds", seconds));

    private static async Task<int> StatusAsync(GatewayServer gateway, string path)
    {
        using HttpResponseMessage response = await gateway.Client.GetAsync(new Uri(path, UriKind.Relative));
        return (int)response.StatusCode;
    }

    private static async Task<UsageEntry> UsageAsync(GatewayServer gateway)
    {
        List<UsageEntry> entries = [];
        await foreach (UsageEntry entry in gateway.Services.GetRequiredService<IUsageStore>().ListAsync(DateOnly.FromDateTime(DateTime.UtcNow), new UsageFilter(), default))
        {
            entries.Add(entry);
        }

        return Assert.Single(entries);
    }
}
