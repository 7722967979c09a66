using System.Net;
using Gateway.Tests.Support;

namespace Gateway.Tests.Completions;

/// <summary>How long a client is left without a byte.</summary>
public sealed class SilenceTests
{
    private const string Hello = """{"model":"m","max_tokens":50,"temperature":0.5,"stream":true,"messages":[{"role":"user","content":"Hello"}]}""";

    /// <summary>10 s of silence, however many attempts they are made of.</summary>
    [Fact]
    public async Task Refusal_that_teaches_does_not_prolong_the_silence_before_the_stream()
    {
        FakeClock time = new();
        await using FakeUpstream upstream = await FakeUpstream.StartAsync();
        using SemaphoreSlim calls = new(0);
        using SemaphoreSlim refuse = new(0);
        upstream.Answer = async context =>
        {
            calls.Release();
            if (upstream.Received.Count > 1)
            {
                await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
            }

            await refuse.WaitAsync();
            await FakeUpstream.Json(context, 400, """{"error":{"message":"no","code":"unsupported_parameter","param":"temperature"}}""");
        };
        await using GatewayServer gateway = await GatewayServer.StartAsync(upstream, time);
        Task<HttpResponseMessage> asked = gateway.PostAsync("/v1/messages", Hello);
        Assert.True(await calls.WaitAsync(Patience.Limit));
        time.AdvanceSeconds(9);
        refuse.Release();
        Assert.True(await calls.WaitAsync(Patience.Limit));
        Assert.False(asked.IsCompleted);
        time.AdvanceSeconds(1);

        using HttpResponseMessage response = await asked.PatientlyAsync();
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }
}
