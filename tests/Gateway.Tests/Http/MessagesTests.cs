using System.Net;
using System.Text.Json;
using Gateway.Tests.Support;

namespace Gateway.Tests.Http;

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

        await cancelled.Task.WaitAsync(TimeSpan.FromSeconds(30));
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
        await cancelled.Task.WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Theory]
    [InlineData(429, 429, "rate_limit_error")]
    [InlineData(503, 529, "overloaded_error")]
    [InlineData(401, 500, "api_error")]
    [InlineData(400, 400, "invalid_request_error")]
    public async Task Stream_that_never_began_has_a_real_status(int upstreamStatus, int status, string type)
    {
        await using FakeUpstream upstream = await FakeUpstream.StartAsync();
        upstream.Answer = context => FakeUpstream.Json(context, upstreamStatus, """{"error":{"message":"no"}}""");
        await using GatewayServer gateway = await GatewayServer.StartAsync(upstream);
        using HttpResponseMessage response = await gateway.PostAsync("/v1/messages", HelloStream);

        JsonElement error = JsonElement.Parse(await response.Content.ReadAsStringAsync());
        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal(type, error.GetProperty("error").GetProperty("type").GetString());
        Assert.Equal(Assert.Single(response.Headers.GetValues("request-id")), error.GetProperty("request_id").GetString());
    }

    [Fact]
    public async Task Error_in_the_first_chunk_has_a_real_status_too()
    {
        await using FakeUpstream upstream = await FakeUpstream.StartAsync();
        upstream.Answer = async context =>
        {
            await FakeUpstream.BeginStreamAsync(context);
            await FakeUpstream.EventAsync(context, """{"error":{"message":"busy","code":503}}""");
        };
        await using GatewayServer gateway = await GatewayServer.StartAsync(upstream);
        using HttpResponseMessage response = await gateway.PostAsync("/v1/messages", HelloStream);

        Assert.Equal(529, (int)response.StatusCode);
    }

    [Fact]
    public async Task Stream_that_breaks_ends_in_one_error_event()
    {
        await using FakeUpstream upstream = await FakeUpstream.StartAsync();
        upstream.Answer = async context =>
        {
            await FakeUpstream.BeginStreamAsync(context);
            await FakeUpstream.EventAsync(context, FakeUpstream.Chunk("one"));
            await Task.Delay(50);
            context.Abort();
        };
        await using GatewayServer gateway = await GatewayServer.StartAsync(upstream);
        using HttpResponseMessage response = await gateway.PostAsync("/v1/messages", HelloStream);
        using EventStream events = await EventStream.OpenAsync(response);

        List<(string Name, JsonElement Data)> all = await events.ReadAllAsync();
        Assert.Equal(["message_start", "ping", "content_block_start", "content_block_delta", "error"], all.Select(e => e.Name));
        Assert.Equal("api_error", all[^1].Data.GetProperty("error").GetProperty("type").GetString());
    }

    [Fact]
    public async Task Upstream_that_goes_silent_for_too_long_is_given_up()
    {
        await using FakeUpstream upstream = await FakeUpstream.StartAsync();
        upstream.Answer = async context =>
        {
            await FakeUpstream.BeginStreamAsync(context);
            await FakeUpstream.EventAsync(context, FakeUpstream.Chunk("one"));
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        };
        await using GatewayServer gateway = await GatewayServer.StartAsync(upstream, ("Gateway:Upstream:IdleSeconds", "0.3"), ("Gateway:Upstream:PingSeconds", "0.05"));
        using HttpResponseMessage response = await gateway.PostAsync("/v1/messages", HelloStream);
        using EventStream events = await EventStream.OpenAsync(response);

        List<(string Name, JsonElement Data)> all = await events.ReadAllAsync();
        Assert.Equal("timeout_error", all[^1].Data.GetProperty("error").GetProperty("type").GetString());
    }

    [Fact]
    public async Task Refused_parameter_is_left_out_at_once_and_from_then_on()
    {
        await using FakeUpstream upstream = await FakeUpstream.StartAsync();
        upstream.Answer = async context =>
        {
            bool refused = upstream.Received.Last().Json.TryGetProperty("temperature", out _);
            await FakeUpstream.Json(context, refused ? 400 : 200, refused
                ? """{"error":{"message":"Unsupported parameter: 'temperature' is not supported with this model.","code":"unsupported_parameter","param":"temperature"}}"""
                : FakeUpstream.Completion("ok"));
        };
        await using GatewayServer gateway = await GatewayServer.StartAsync(upstream);
        const string warm = """{"model":"m","max_tokens":50,"temperature":0.5,"messages":[{"role":"user","content":"Hello"}]}""";
        using HttpResponseMessage first = await gateway.PostAsync("/v1/messages", warm);
        using HttpResponseMessage second = await gateway.PostAsync("/v1/messages", warm);

        Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        Assert.Equal(HttpStatusCode.OK, second.StatusCode);
        Assert.Equal("dropped=temperature", Assert.Single(second.Headers.GetValues("x-gateway-translation")));
        Assert.Equal(3, upstream.Received.Count);
    }

    [Fact]
    public async Task Too_large_max_tokens_is_lowered_to_what_the_upstream_takes()
    {
        await using FakeUpstream upstream = await FakeUpstream.StartAsync();
        upstream.Answer = async context =>
        {
            bool tooLarge = upstream.Received.Last().Json.GetProperty("max_completion_tokens").GetInt32() > 16384;
            await FakeUpstream.Json(context, tooLarge ? 400 : 200, tooLarge
                ? """{"error":{"message":"max_tokens is too large: 32000. This model supports at most 16384 completion tokens, whereas you provided 32000.","type":"invalid_request_error"}}"""
                : FakeUpstream.Completion("ok"));
        };
        await using GatewayServer gateway = await GatewayServer.StartAsync(upstream);
        using HttpResponseMessage response = await gateway.PostAsync("/v1/messages", """{"model":"m","max_tokens":32000,"messages":[{"role":"user","content":"Hello"}]}""");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("changed=max_tokens:32000->16384", Assert.Single(response.Headers.GetValues("x-gateway-translation")));
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

    [Fact]
    public async Task Second_target_answers_when_the_first_is_down()
    {
        await using FakeUpstream upstream = await FakeUpstream.StartAsync();
        upstream.Answer = context => upstream.Received.Count == 1
            ? FakeUpstream.Json(context, 503, """{"error":{"message":"down"}}""")
            : FakeUpstream.Json(context, 200, FakeUpstream.Completion("from the second"));
        await using GatewayServer gateway = await GatewayServer.StartAsync(upstream, ("Gateway:Models:0:Targets:1", "fake/other"));
        using HttpResponseMessage response = await gateway.PostAsync("/v1/messages", Hello);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("fake/other", Assert.Single(response.Headers.GetValues("x-gateway-upstream")));
    }

    [Fact]
    public async Task Upstream_that_cannot_be_reached_is_an_overload_that_names_no_host()
    {
        await using GatewayServer gateway = await GatewayServer.StartAsync(
            ("Gateway:Providers:dead:Kind", "openai"),
            ("Gateway:Providers:dead:BaseUrl", "http://127.0.0.1:1/v1"),
            ("Gateway:Models:0:Id", "m"),
            ("Gateway:Models:0:Targets:0", "dead/up"));
        using HttpResponseMessage response = await gateway.PostAsync("/v1/messages", Hello);

        Assert.Equal(529, (int)response.StatusCode);
        Assert.DoesNotContain("127.0.0.1", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
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
