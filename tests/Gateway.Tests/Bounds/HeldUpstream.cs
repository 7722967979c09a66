using Gateway.Tests.Support;

namespace Gateway.Tests.Bounds;

/// <summary>An upstream whose answers wait until the test lets them go, and which counts how many wait at once.</summary>
internal sealed class HeldUpstream : IAsyncDisposable
{
    private readonly SemaphoreSlim _called = new(0);
    private readonly SemaphoreSlim _released = new(0);
    private int _atOnce;

    private HeldUpstream(FakeUpstream server) => Server = server;

    public FakeUpstream Server { get; }

    public int MostAtOnce { get; private set; }

    public static async Task<HeldUpstream> StartAsync()
    {
        HeldUpstream upstream = new(await FakeUpstream.StartAsync());
        upstream.Server.Answer = async context =>
        {
            upstream.MostAtOnce = Math.Max(upstream.MostAtOnce, Interlocked.Increment(ref upstream._atOnce));
            upstream._called.Release();
            await upstream._released.WaitAsync(context.RequestAborted);
            Interlocked.Decrement(ref upstream._atOnce);
            await FakeUpstream.Json(context, 200, FakeUpstream.Completion("ok"));
        };
        return upstream;
    }

    /// <summary>Comes back when another call has arrived.</summary>
    public async Task CalledAsync() => Assert.True(await _called.WaitAsync(Patience.Limit));

    /// <summary>Lets so many calls be answered.</summary>
    public void Release(int calls = 1) => _released.Release(calls);

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        _called.Dispose();
        _released.Dispose();
    }
}
