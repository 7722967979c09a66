using System.Net;
using System.Text.Json;
using Gateway.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Tests.Completions;

public sealed class MessagesTests
{
    private const string Hello = """{"model":"m","max_tokens":50,"messages":[{"role":"user","content":"Hello"}]}""";
    private const string HelloStream = """{"model":"m","max_tokens":50,"stream":true,"messages":[{"role":"user","content":"Hello"}]}""";

    [Fact]
    public async Task Answer_of_a_chat_server_becomes_a_message_under_the_name_that_was_asked_for()
    {
        await using FakeUpstream upstream = await FakeUpstream.StartAsync();
        await using GatewayServer gateway = await GatewayServer.StartAsync(upstream);
        using HttpResponseMessage response = await gateway.PostAsync("/v1/messages?beta=true", Hello);

        JsonElement message = JsonElement.Parse(await response.Content.ReadAsStringAsync());
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("m", message.GetProperty("model").GetString());
        Assert.Equal("ok", message.GetProperty("content")[0].GetProperty("text").GetString());
        Assert.StartsWith("req_", Assert.Single(response.Headers.GetValues("request-id")), StringComparison.Ordinal);
        Assert.Equal("fake/up", Assert.Single(response.Headers.GetValues("x-gateway-upstream")));
        ReceivedRequest seen = Assert.Single(upstream.Received);
        Assert.Equal("/v1/chat/completions", seen.Path);
        Assert.Equal("Bearer sk-upstream-secret", seen.Headers["authorization"]);
        Assert.Equal("up", seen.Json.GetProperty("model").GetString());
    }

    [Fact]
    public async Task Event_reaches_the_client_before_the_upstream_sends_the_next_one()
    {
        await using FakeUpstream upstream = await FakeUpstream.StartAsync();
        using SemaphoreSlim next = new(0);
        upstream.Answer = async context =>
        {
            await FakeUpstream.BeginStreamAsync(context);
            await FakeUpstream.EventAsync(context, FakeUpstream.Chunk("one"));
            await next.WaitAsync();
            await FakeUpstream.EventAsync(context, FakeUpstream.LastChunk);
            await FakeUpstream.EventAsync(context, "[DONE]");
        };
        await using GatewayServer gateway = await GatewayServer.StartAsync(upstream);
        using HttpResponseMessage response = await gateway.PostAsync("/v1/messages", HelloStream);
        using EventStream events = await EventStream.OpenAsync(response);

        // The upstream is stuck until the test has seen what it sent so far.
        Assert.Equal(["message_start", "ping", "content_block_start", "content_block_delta"], [.. await ReadNames(events, 4)]);
        next.Release();
        Assert.Equal(["content_block_stop", "message_delta", "message_stop"], (await events.ReadAllAsync()).Select(e => e.Name));
    }

    [Fact]
    public async Task Silent_upstream_is_bridged_by_a_started_message_and_pings()
    {
        await using FakeUpstream upstream = await FakeUpstream.StartAsync();
        using SemaphoreSlim next = new(0);
        upstream.Answer = async context =>
        {
            await next.WaitAsync();
            await FakeUpstream.BeginStreamAsync(context);
            await FakeUpstream.EventAsync(context, FakeUpstream.LastChunk);
            await FakeUpstream.EventAsync(context, "[DONE]");
        };
        await using GatewayServer gateway = await GatewayServer.StartAsync(upstream, ("Gateway:Upstream:CommitSeconds", "0.05"), ("Gateway:Upstream:PingSeconds", "0.05"));
        using HttpResponseMessage response = await gateway.PostAsync("/v1/messages", HelloStream);
        using EventStream events = await EventStream.OpenAsync(response);

        Assert.Equal(["message_start", "ping", "ping", "ping"], [.. await ReadNames(events, 4)]);
        next.Release();
        List<(string Name, JsonElement Data)> rest = await events.ReadAllAsync();
        Assert.Equal("message_stop", rest[^1].Name);
    }

    [Fact]
    public async Task Upstream_that_only_shows_it_is_alive_does_not_keep_pings_from_the_client()
    {
        await using FakeUpstream upstream = await FakeUpstream.StartAsync();
        using CancellationTokenSource seen = new();
        upstream.Answer = async context =>
        {
            await FakeUpstream.BeginStreamAsync(context);
            while (!seen.IsCancellationRequested)
            {
                await FakeUpstream.EventAsync(context, """{"id":"chatcmpl-1","choices":[{"index":0,"delta":{"reasoning_content":"not asked for"}}]}""");
                await Task.Delay(5);
            }

            await FakeUpstream.EventAsync(context, FakeUpstream.LastChunk);
        };
        await using GatewayServer gateway = await GatewayServer.StartAsync(upstream, ("Gateway:Upstream:PingSeconds", "0.05"));
        using HttpResponseMessage response = await gateway.PostAsync("/v1/messages", HelloStream);
        using EventStream events = await EventStream.OpenAsync(response);

        Assert.Equal(["message_start", "ping", "ping", "ping"], [.. await ReadNames(events, 4)]);
        await seen.CancelAsync();
        Assert.Equal("message_stop", (await events.ReadAllAsync())[^1].Name);
    }

    [Fact]
    public async Task Client_that_leaves_cancels_the_upstream_call()
    {
        await using FakeUpstream upstream = await FakeUpstream.StartAsync();
        TaskCompletionSource cancelled = new(TaskCreationOptions.RunContinuationsAsynchronously);
        upstream.Answer = async context =>
        {
            context.RequestAborted.Register(() => cancelled.SetResult());
            await FakeUpstream.BeginStreamAsync(context);
            await FakeUpstream.EventAsync(context, FakeUpstream.Chunk("one"));
            await cancelled.Task;
        };
        await using GatewayServer gateway = await GatewayServer.StartAsync(upstream);
        using (HttpResponseMessage response = await gateway.PostAsync("/v1/messages", HelloStream))
        using (EventStream events = await EventStream.OpenAsync(response))
        {
            await ReadNames(events, 4);
        }

        await cancelled.Task.PatientlyAsync();
    }

    [Fact]
    public async Task Client_that_leaves_before_the_answer_cancels_the_upstream_call()
    {
        await using FakeUpstream upstream = await FakeUpstream.StartAsync();
        TaskCompletionSource arrived = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource cancelled = new(TaskCreationOptions.RunContinuationsAsynchronously);
        upstream.Answer = async context =>
        {
            context.RequestAborted.Register(() => cancelled.SetResult());
            arrived.SetResult();
            await cancelled.Task;
        };
        await using GatewayServer gateway = await GatewayServer.StartAsync(upstream);
        using CancellationTokenSource leave = new();
        Task<HttpResponseMessage> waiting = gateway.PostAsync("/v1/messages", Hello, leave.Token);
        await arrived.Task;
        await leave.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        await cancelled.Task.PatientlyAsync();
    }

    [Theory]
    [InlineData("")]
    [InlineData("\"stream\":true,")]
    public async Task Cache_warm_up_is_answered_without_a_call(string stream)
    {
        await using FakeUpstream upstream = await FakeUpstream.StartAsync();
        await using GatewayServer gateway = await GatewayServer.StartAsync(upstream);
        using HttpResponseMessage response = await gateway.PostAsync("/v1/messages", $$"""{"model":"m",{{stream}}"max_tokens":0,"messages":[{"role":"user","content":"Hello"}]}""");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Contains("\"stop_reason\":\"max_tokens\"", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Empty(upstream.Received);
    }

    private static async Task<List<string>> ReadNames(EventStream events, int count)
    {
        List<string> names = [];
        for (int i = 0; i < count; i++)
        {
            names.Add((await events.ReadAsync())!.Value.Name);
        }

        return names;
    }
}
