using System.Net;
using System.Text.Json;
using Gateway.Tests.Support;
using Gateway.Upstreams;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Tests.Completions;

/// <summary>What upstreams get wrong or refuse, and what the client sees of it.</summary>
public sealed class UpstreamFailureTests
{
    private const string Hello = """{"model":"m","max_tokens":50,"messages":[{"role":"user","content":"Hello"}]}""";
    private const string HelloStream = """{"model":"m","max_tokens":50,"stream":true,"messages":[{"role":"user","content":"Hello"}]}""";

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
    public async Task Model_that_the_upstream_does_not_know_is_named_as_the_client_named_it()
    {
        await using FakeUpstream upstream = await FakeUpstream.StartAsync();
        upstream.Answer = context => FakeUpstream.Json(context, 404, """{"error":{"message":"The deployment does not exist","code":"DeploymentNotFound"}}""");
        await using GatewayServer gateway = await GatewayServer.StartAsync(upstream);
        using HttpResponseMessage response = await gateway.PostAsync("/v1/messages", Hello);

        JsonElement error = JsonElement.Parse(await response.Content.ReadAsStringAsync()).GetProperty("error");
        Assert.Equal(404, (int)response.StatusCode);
        Assert.Equal("not_found_error", error.GetProperty("type").GetString());
        Assert.StartsWith("model: m.", error.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(400, Hello)]
    [InlineData(200, HelloStream)]
    public async Task Overflow_without_numbers_is_told_with_the_gateways_own(int status, string body)
    {
        await using FakeUpstream upstream = await FakeUpstream.StartAsync();
        upstream.Answer = context => FakeUpstream.Json(context, status, """{"error":{"message":"context length exceeded","code":"context_length_exceeded"}}""");
        await using GatewayServer gateway = await GatewayServer.StartAsync(upstream, ("Gateway:Models:0:ContextWindow", "4"));
        using HttpResponseMessage response = await gateway.PostAsync("/v1/messages", body);
        using HttpResponseMessage count = await gateway.PostAsync("/v1/messages/count_tokens", body);

        int tokens = JsonElement.Parse(await count.Content.ReadAsStringAsync()).GetProperty("input_tokens").GetInt32();
        JsonElement error = JsonElement.Parse(await response.Content.ReadAsStringAsync()).GetProperty("error");
        Assert.Equal(400, (int)response.StatusCode);
        Assert.InRange(tokens, 6, 20);
        Assert.Equal($"prompt is too long: {tokens} tokens > 4 maximum", error.GetProperty("message").GetString());
    }

    [Theory]
    [InlineData(true, 200)]
    [InlineData(false, 400)]
    public async Task Output_that_does_not_fit_beside_the_input_is_lowered_once(bool accepts, int status)
    {
        await using FakeUpstream upstream = await FakeUpstream.StartAsync();
        upstream.Answer = context => upstream.Received.Count == 2 && accepts
            ? FakeUpstream.Json(context, 200, FakeUpstream.Completion("ok"))
            : FakeUpstream.Json(context, 400, """{"error":{"message":"This model's maximum context length is 8192 tokens. However, you requested 9000 tokens (1000 in the messages, 8000 in the completion)."}}""");
        await using GatewayServer gateway = await GatewayServer.StartAsync(upstream);
        using HttpResponseMessage response = await gateway.PostAsync("/v1/messages", Hello.Replace("50", "8000", StringComparison.Ordinal));

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal([8000, 7182], upstream.Received.Select(r => r.Json.GetProperty("max_completion_tokens").GetInt32()));
        if (accepts)
        {
            Assert.Equal("changed=max_tokens:8000->7182", Assert.Single(response.Headers.GetValues("x-gateway-translation")));

            // It was this conversation that was long, not the model that is small.
            using HttpResponseMessage next = await gateway.PostAsync("/v1/messages", Hello.Replace("50", "8000", StringComparison.Ordinal));
            Assert.Equal(8000, upstream.Received.ElementAt(2).Json.GetProperty("max_completion_tokens").GetInt32());
        }
        else
        {
            Assert.StartsWith("input length and `max_tokens` exceed context limit: 1000 + 8000 > 8192", JsonElement.Parse(await response.Content.ReadAsStringAsync()).GetProperty("error").GetProperty("message").GetString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Chat_client_gets_the_overflow_as_the_upstream_said_it_and_no_second_call()
    {
        const string Refusal = """{"error":{"message":"This model's maximum context length is 8192 tokens. However, you requested 9000 tokens (1000 in the messages, 8000 in the completion)."}}""";
        await using FakeUpstream upstream = await FakeUpstream.StartAsync();
        upstream.Answer = context => FakeUpstream.Json(context, 400, Refusal);
        await using GatewayServer gateway = await GatewayServer.StartAsync(upstream);
        using HttpResponseMessage response = await gateway.PostAsync("/v1/chat/completions", Hello);

        Assert.Equal(Refusal, await response.Content.ReadAsStringAsync());
        Assert.Single(upstream.Received);
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
        using SemaphoreSlim seen = new(0);
        upstream.Answer = async context =>
        {
            await FakeUpstream.BeginStreamAsync(context);
            await FakeUpstream.EventAsync(context, FakeUpstream.Chunk("one"));
            await seen.WaitAsync();
            context.Abort();
        };
        await using GatewayServer gateway = await GatewayServer.StartAsync(upstream);
        using HttpResponseMessage response = await gateway.PostAsync("/v1/messages", HelloStream);
        using EventStream events = await EventStream.OpenAsync(response);

        foreach (string name in (string[])["message_start", "ping", "content_block_start", "content_block_delta"])
        {
            Assert.Equal(name, (await events.ReadAsync())?.Name);
        }

        seen.Release();
        (string Name, JsonElement Data) last = Assert.Single(await events.ReadAllAsync());
        Assert.Equal(("error", "api_error"), (last.Name, last.Data.GetProperty("error").GetProperty("type").GetString()));
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

        // It is remembered when all was answered, which the client may know sooner.
        await Patience.UntilAsync(() => gateway.Services.GetRequiredService<UpstreamMemory>().List().Count == 1);
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

    [Theory]
    [InlineData(Hello, 200)]
    [InlineData(HelloStream, 200)]
    [InlineData(Hello, 429)]
    [InlineData(HelloStream, 429)]
    public async Task Rate_limits_of_a_chat_server_are_said_in_anthropics_headers(string request, int status)
    {
        await using FakeUpstream upstream = await FakeUpstream.StartAsync();
        upstream.Answer = async context =>
        {
            context.Response.Headers["x-request-id"] = "up-1";
            context.Response.Headers["x-ratelimit-limit-requests"] = "60";
            context.Response.Headers["x-ratelimit-remaining-tokens"] = "149984";
            context.Response.Headers["x-ratelimit-reset-tokens"] = "6m0s";
            if (status == 200 && request == HelloStream)
            {
                await FakeUpstream.BeginStreamAsync(context);
                await FakeUpstream.EventAsync(context, FakeUpstream.LastChunk);
            }
            else
            {
                await FakeUpstream.Json(context, status, status == 200 ? FakeUpstream.Completion("ok") : """{"error":{"message":"slow down"}}""");
            }
        };
        await using GatewayServer gateway = await GatewayServer.StartAsync(upstream);
        using HttpResponseMessage response = await gateway.PostAsync("/v1/messages", request);

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal("60", Assert.Single(response.Headers.GetValues("anthropic-ratelimit-requests-limit")));
        Assert.Equal("149984", Assert.Single(response.Headers.GetValues("anthropic-ratelimit-tokens-remaining")));
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$", Assert.Single(response.Headers.GetValues("anthropic-ratelimit-tokens-reset")));
        Assert.Equal("up-1", Assert.Single(response.Headers.GetValues("x-upstream-request-id")));
        Assert.DoesNotContain(response.Headers, h => h.Key.StartsWith("x-ratelimit", StringComparison.OrdinalIgnoreCase));
    }

    [Theory]
    [InlineData(Hello)]
    [InlineData(HelloStream)]
    public async Task Call_that_groq_could_not_read_is_read_here(string request)
    {
        await using FakeUpstream upstream = await FakeUpstream.StartAsync();
        upstream.Answer = context => FakeUpstream.Json(context, 400, """{"error":{"message":"Failed to call a function.","type":"invalid_request_error","code":"tool_use_failed","failed_generation":"<function=list_files>{\"path\":\".\"}</function>"}}""");
        await using GatewayServer gateway = await GatewayServer.StartAsync(upstream);
        using HttpResponseMessage response = await gateway.PostAsync("/v1/messages", request);

        string body = await response.Content.ReadAsStringAsync();
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Contains("\"name\":\"list_files\"", body, StringComparison.Ordinal);
        Assert.Contains("\"stop_reason\":\"tool_use\"", body, StringComparison.Ordinal);
    }
}
