using System.Net;
using System.Text.Json;
using Gateway.Bounds;
using Gateway.Routing;
using Gateway.Tests.Support;
using Gateway.Translation.Profiles;
using Microsoft.AspNetCore.Http;

namespace Gateway.Tests.Bounds;

/// <summary>How many calls run at once, and what becomes of the others.</summary>
public sealed class CallSlotsTests
{
    private const string Hello = """{"model":"m","max_tokens":50,"messages":[{"role":"user","content":"Hello"}]}""";
    private const string HelloStream = """{"model":"m","max_tokens":50,"stream":true,"messages":[{"role":"user","content":"Hello"}]}""";

    /// <summary>Longer than any test waits: who is not refused at once waits for its turn.</summary>
    private static readonly (string, string?) s_patient = ("Gateway:Upstream:QueueSeconds", "60");

    public static TheoryData<string> Bounds => ["Gateway:MaxConcurrent", "Gateway:Providers:fake:MaxConcurrent", "Gateway:Models:0:Targets:0:MaxConcurrent"];

    [Theory]
    [MemberData(nameof(Bounds))]
    public async Task Second_waits_until_the_first_has_ended(string bound)
    {
        await using HeldUpstream upstream = await HeldUpstream.StartAsync();
        await using GatewayServer gateway = await GatewayServer.StartAsync(upstream.Server, (bound, "1"), s_patient);
        Task<HttpResponseMessage> first = gateway.PostAsync("/v1/messages", Hello);
        await upstream.CalledAsync();
        Task<HttpResponseMessage> second = gateway.PostAsync("/v1/messages", Hello);
        upstream.Release();
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(first));
        await upstream.CalledAsync();
        upstream.Release();
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(second));
        Assert.Equal(1, upstream.MostAtOnce);
    }

    [Theory]
    [MemberData(nameof(Bounds))]
    public async Task Whoever_waits_too_long_is_told_when_to_come_back_in_its_own_form(string bound)
    {
        await using HeldUpstream upstream = await HeldUpstream.StartAsync();
        await using GatewayServer gateway = await GatewayServer.StartAsync(upstream.Server, (bound, "1"), ("Gateway:Upstream:QueueSeconds", "0.05"));
        Task<HttpResponseMessage> first = gateway.PostAsync("/v1/messages", Hello);
        await upstream.CalledAsync();
        foreach ((string path, int status, string type) in new[] { ("/v1/messages", 529, "overloaded_error"), ("/v1/chat/completions", 503, "server_error") })
        {
            using HttpResponseMessage refused = await gateway.PostAsync(path, HelloStream);
            JsonElement error = JsonElement.Parse(await refused.Content.ReadAsStringAsync()).GetProperty("error");
            Assert.Equal((status, type), ((int)refused.StatusCode, error.GetProperty("type").GetString()));
            Assert.Equal("1", Assert.Single(refused.Headers.GetValues("retry-after")));
        }

        upstream.Release();
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(first));
    }

    /// <summary>One runs, one waits, and the third would wait behind both: it is refused at once.</summary>
    [Theory]
    [MemberData(nameof(Bounds))]
    public async Task No_more_wait_than_may_run(string bound)
    {
        await using HeldUpstream upstream = await HeldUpstream.StartAsync();
        await using GatewayServer gateway = await GatewayServer.StartAsync(upstream.Server, (bound, "1"), s_patient);
        Task<HttpResponseMessage> first = gateway.PostAsync("/v1/messages", Hello);
        await upstream.CalledAsync();
        Task<HttpResponseMessage>[] others = [gateway.PostAsync("/v1/messages", Hello), gateway.PostAsync("/v1/messages", Hello)];
        Task<HttpResponseMessage> refused = await Task.WhenAny(others).PatientlyAsync();
        Assert.Equal(529, (int)await StatusAsync(refused));
        upstream.Release(2);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(first));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(others.Single(other => other != refused)));
    }

    [Theory]
    [InlineData(Hello)]
    [InlineData(HelloStream)]
    public async Task Nobody_waits_for_a_full_target_while_another_is_left_and_it_is_in_good_standing_afterwards(string request)
    {
        await using HeldUpstream upstream = await HeldUpstream.StartAsync();
        await using FakeUpstream second = await FakeUpstream.StartAsync();
        await using GatewayServer gateway = await GatewayServer.StartAsync(
            upstream.Server,
            ("Gateway:Providers:fake:MaxConcurrent", "1"), s_patient,
            ("Gateway:Providers:second:Kind", "openai"), ("Gateway:Providers:second:BaseUrl", second.Url + "/v1"), ("Gateway:Models:0:Targets:1", "second/up"));
        Task<HttpResponseMessage> first = gateway.PostAsync("/v1/messages", Hello);
        await upstream.CalledAsync();

        // More than it takes to leave a target out that fails.
        for (int i = 0; i < 6; i++)
        {
            using HttpResponseMessage other = await gateway.PostAsync("/v1/messages", request).PatientlyAsync();
            Assert.Equal("second/up", Assert.Single(other.Headers.GetValues("x-gateway-upstream")));
            await other.Content.ReadAsStringAsync();
        }

        upstream.Release(2);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(first));
        using HttpResponseMessage back = await gateway.PostAsync("/v1/messages", Hello);
        Assert.Equal("fake/up", Assert.Single(back.Headers.GetValues("x-gateway-upstream")));
    }

    /// <summary>Whatever ends a call gives its slot back: else the next request, for which there is one slot only, would get none.</summary>
    [Theory]
    [MemberData(nameof(Bounds))]
    public async Task No_fault_keeps_a_slot(string bound)
    {
        await using FakeUpstream upstream = await FakeUpstream.StartAsync();
        await using GatewayServer gateway = await GatewayServer.StartAsync(upstream, (bound, "1"), s_patient);
        foreach (Func<HttpContext, Task> fault in Faults())
        {
            foreach (string request in new[] { Hello, HelloStream })
            {
                upstream.Answer = fault;
                using (HttpResponseMessage broken = await gateway.PostAsync("/v1/messages", request).PatientlyAsync())
                {
                    await broken.Content.ReadAsByteArrayAsync();
                }

                upstream.Answer = context => FakeUpstream.Json(context, 200, FakeUpstream.Completion("ok"));
                Assert.Equal(HttpStatusCode.OK, await StatusAsync(gateway.PostAsync("/v1/messages", Hello)));
            }
        }

        Assert.Equal(HttpStatusCode.BadRequest, await StatusAsync(gateway.PostAsync("/v1/messages", "{")));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(gateway.PostAsync("/v1/messages", Hello.Replace("\"m\"", "\"unknown\"", StringComparison.Ordinal))));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(gateway.PostAsync("/v1/messages", Hello)));
    }

    [Theory]
    [InlineData(Hello, false)]
    [InlineData(HelloStream, false)]
    [InlineData(HelloStream, true)]
    public async Task Client_that_leaves_gives_its_slot_back(string request, bool begun)
    {
        using SemaphoreSlim called = new(0);
        await using FakeUpstream upstream = await FakeUpstream.StartAsync();
        upstream.Answer = async context =>
        {
            if (begun)
            {
                await FakeUpstream.BeginStreamAsync(context);
                await FakeUpstream.EventAsync(context, FakeUpstream.Chunk("hi"));
            }

            called.Release();
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        };
        await using GatewayServer gateway = await GatewayServer.StartAsync(upstream, ("Gateway:Providers:fake:MaxConcurrent", "1"), ("Gateway:MaxConcurrent", "1"), s_patient);
        using CancellationTokenSource leave = new();
        Task<HttpResponseMessage> gone = gateway.PostAsync("/v1/messages", request, leave.Token);
        Assert.True(await called.WaitAsync(Patience.Limit));
        if (begun)
        {
            (await gone).Dispose();
        }

        await leave.CancelAsync();
        upstream.Answer = context => FakeUpstream.Json(context, 200, FakeUpstream.Completion("ok"));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(gateway.PostAsync("/v1/messages", Hello)));
    }

    /// <summary>Only what may call a model counts; who has no key takes no slot.</summary>
    [Fact]
    public async Task Others_are_answered_while_the_instance_is_full()
    {
        await using HeldUpstream upstream = await HeldUpstream.StartAsync();
        await using GatewayServer gateway = await GatewayServer.StartAsync(upstream.Server, ("Gateway:MaxConcurrent", "1"), ("Gateway:Upstream:QueueSeconds", "0.05"));
        Task<HttpResponseMessage> first = gateway.PostAsync("/v1/messages", Hello);
        await upstream.CalledAsync();
        using HttpResponseMessage models = await gateway.SendAsync(HttpMethod.Get, "/v1/models", null, default, ("x-api-key", gateway.ApiKey));
        using HttpResponseMessage stranger = await gateway.SendAsync(HttpMethod.Post, "/v1/messages", Hello, default, ("x-api-key", "mgw_wrong"));
        using HttpResponseMessage live = await gateway.SendAsync(HttpMethod.Get, "/health/live", null, default);
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.Unauthorized, HttpStatusCode.OK), (models.StatusCode, stranger.StatusCode, live.StatusCode));
        Assert.Equal(529, (int)await StatusAsync(gateway.PostAsync("/v1/messages/count_tokens", Hello)));
        upstream.Release();
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(first));
    }

    [Fact]
    public async Task Target_has_its_own_bound_within_that_of_its_provider()
    {
        using CallSlots slots = new(new BoundsOptions(), new FakeClock());
        Provider provider = new("p", ProviderKind.OpenAi, "http://x.example") { MaxConcurrent = 2 };
        Target narrow = new(provider, "narrow", Profile.Default) { MaxConcurrent = 1 };
        Target wide = new(provider, "wide", Profile.Default);
        using (await slots.EnterAsync(narrow, mayWait: false, default))
        {
            Assert.Null(await slots.EnterAsync(narrow, mayWait: false, default));
            using IDisposable? second = await slots.EnterAsync(wide, mayWait: false, default);
            Assert.NotNull(second);
            Assert.Null(await slots.EnterAsync(wide, mayWait: false, default));
        }

        using IDisposable? first = await slots.EnterAsync(wide, mayWait: false, default);
        using IDisposable? again = await slots.EnterAsync(narrow, mayWait: false, default);
        Assert.True(first is not null && again is not null);
    }

    /// <summary>What a narrow target has given out is free again when its provider turns out to be full.</summary>
    [Fact]
    public async Task Slot_of_a_target_is_free_again_when_its_provider_is_full()
    {
        FakeClock time = new();
        using CallSlots slots = new(new BoundsOptions(), time);
        Provider provider = new("p", ProviderKind.OpenAi, "http://x.example") { MaxConcurrent = 1 };
        Target narrow = new(provider, "narrow", Profile.Default) { MaxConcurrent = 1 };
        using (await slots.EnterAsync(new Target(provider, "wide", Profile.Default), mayWait: false, default))
        {
            Assert.Null(await slots.EnterAsync(narrow, mayWait: false, default));
            using CancellationTokenSource leave = new();
            Task<IDisposable?> waits = slots.EnterAsync(narrow, mayWait: true, leave.Token).AsTask();
            await leave.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waits);
            Task<IDisposable?> tooLong = slots.EnterAsync(narrow, mayWait: true, default).AsTask();
            Assert.False(tooLong.IsCompleted);
            time.AdvanceSeconds(2);
            Assert.Null(await tooLong);
        }

        Assert.NotNull(await slots.EnterAsync(narrow, mayWait: false, default));
    }

    [Fact]
    public async Task First_come_first_served_and_who_leaves_makes_room()
    {
        using ShortQueue queue = new(2, 2, TimeSpan.FromSeconds(2), new FakeClock());
        IDisposable? running = await queue.EnterAsync(2, mayWait: true, default);
        using CancellationTokenSource leave = new();
        Task<IDisposable?> leaves = queue.EnterAsync(1, mayWait: true, leave.Token).AsTask();
        Task<IDisposable?> large = queue.EnterAsync(1, mayWait: true, default).AsTask();
        Assert.Null(await queue.EnterAsync(1, mayWait: true, default));
        await leave.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => leaves);
        Task<IDisposable?> small = queue.EnterAsync(1, mayWait: true, default).AsTask();
        Assert.False(large.IsCompleted || small.IsCompleted);
        running!.Dispose();
        Assert.NotNull(await large.PatientlyAsync());
        Assert.NotNull(await small.PatientlyAsync());
    }

    private static IEnumerable<Func<HttpContext, Task>> Faults()
    {
        foreach (int status in new[] { 400, 401, 404, 429, 500, 503, 529, 302 })
        {
            yield return context => FakeUpstream.Json(context, status, """{"error":{"message":"no"}}""");
        }

        yield return context => FakeUpstream.Json(context, 200, "<html>");
        yield return context => FakeUpstream.Json(context, 200, "");
        yield return context =>
        {
            context.Abort();
            return Task.CompletedTask;
        };
        yield return async context =>
        {
            await FakeUpstream.BeginStreamAsync(context);
            await FakeUpstream.EventAsync(context, FakeUpstream.Chunk("hi"));
            context.Abort();
        };
        yield return async context =>
        {
            await FakeUpstream.BeginStreamAsync(context);
            await FakeUpstream.EventAsync(context, FakeUpstream.Chunk("hi"));
            await FakeUpstream.EventAsync(context, FakeUpstream.LastChunk);
            await FakeUpstream.EventAsync(context, "[DONE]");
        };
    }

    private static async Task<HttpStatusCode> StatusAsync(Task<HttpResponseMessage> answer)
    {
        using HttpResponseMessage response = await answer.PatientlyAsync();
        await response.Content.ReadAsByteArrayAsync();
        return response.StatusCode;
    }
}
