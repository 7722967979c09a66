using System.Diagnostics;
using System.Text.Json;
using Gateway.Tests.Support;

namespace Gateway.Tests.Clients;

/// <summary>The official TypeScript SDKs at a gateway that stops: all their kinds of streams, and whole answers that are waited for.</summary>
internal sealed class StoppedSdk : IAsyncDisposable
{
    /// <summary>With the role: without it OpenAI's SDK has no message to speak of.</summary>
    private const string Begun = """{"id":"chatcmpl-1","choices":[{"index":0,"delta":{"role":"assistant","content":"one"},"finish_reason":null}]}""";

    private readonly FakeUpstream _upstream;
    private readonly GatewayServer _next;
    private readonly SemaphoreSlim _asked = new(0);
    private readonly TaskCompletionSource _goOn = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <param name="upstream">Streams stick after a piece, and whole answers are not there before the next instance asks.</param>
    /// <param name="next">The next instance.</param>
    private StoppedSdk(FakeUpstream upstream, GatewayServer next)
    {
        (_upstream, _next) = (upstream, next);
        int wholes = 0;
        upstream.Answer = async context =>
        {
            if (context.Request.Headers.Accept.ToString().Contains("event-stream", StringComparison.Ordinal))
            {
                await FakeUpstream.BeginStreamAsync(context);
                await FakeUpstream.EventAsync(context, Begun);
                await LeftAsync(context);
            }
            else if (Interlocked.Increment(ref wholes) <= 2)
            {
                _asked.Release();
                await LeftAsync(context);
            }
            else
            {
                await FakeUpstream.Json(context, 200, FakeUpstream.Completion("whole"));
            }
        };
    }

    public FakeUpstream Upstream => _upstream;

    public static async Task<StoppedSdk> StartAsync()
    {
        FakeUpstream upstream = await FakeUpstream.StartAsync();
        return new StoppedSdk(upstream, await GatewayServer.StartAsync(upstream));
    }

    /// <summary>Runs the script, stops the gateway when all wait, and checks how each of them ended.</summary>
    public async Task JudgeAsync(TestGateway gateway, Func<Task> stop)
    {
        ProcessStartInfo start = TestClients.Node("stop.mjs");
        start.Environment["BASE_URL"] = gateway.Url;
        start.Environment["API_KEY"] = gateway.ApiKey;
        start.Environment["NEXT_URL"] = _next.Url;
        start.Environment["NEXT_KEY"] = _next.ApiKey;
        using Process process = Process.Start(start)!;
        process.StandardInput.Close();
        ProcessOutput output = ProcessOutput.Read(process, "ended ");
        await Patience.UntilAsync(() => output.Lines.Contains("waiting") || process.HasExited);
        Assert.True(output.Lines.Contains("waiting"), output.ToString());
        for (int i = 0; i < 2; i++)
        {
            Assert.True(await _asked.WaitAsync(Patience.Limit));
        }

        await stop();
        JsonElement ends = JsonElement.Parse(await output.AfterMarkAsync());
        foreach (JsonProperty end in ends.EnumerateObject())
        {
            // A stream that is cut must throw; a whole answer is had from the next instance.
            bool whole = end.Name.EndsWith("whole", StringComparison.Ordinal);
            Assert.True(end.Value.GetProperty("complete").GetBoolean() == whole, ends.ToString());
            Assert.True(!whole || end.Value.GetProperty("text").GetString() == "whole", ends.ToString());
        }

        Assert.Equal(6, ends.EnumerateObject().Count());
        await process.WaitForExitAsync().PatientlyAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _goOn.TrySetResult();
        await _next.DisposeAsync();
        await _upstream.DisposeAsync();
        _asked.Dispose();
    }

    private async Task LeftAsync(Microsoft.AspNetCore.Http.HttpContext context) =>
        await Task.WhenAny(_goOn.Task, Task.Delay(Timeout.Infinite, context.RequestAborted));
}
