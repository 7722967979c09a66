using Microsoft.Extensions.Hosting;

namespace Gateway.Http;

/// <summary>
/// The end of a process, before its host ends anything:
/// <code>
/// told to stop: not ready, new requests are refused -> running ones go on -> time is up: they end with an error
/// </code>
/// </summary>
public sealed class Drain : IHostedLifecycleService, IDisposable
{
    private readonly DrainOptions _options;
    private readonly IHostApplicationLifetime _lifetime;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _over = new();
    private readonly TaskCompletionSource _empty = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private volatile bool _begun;

    /// <summary>The host's own wait counts as one.</summary>
    private int _running = 1;

    public Drain(DrainOptions options, IHostApplicationLifetime lifetime, TimeProvider time)
    {
        (_options, _lifetime, _time) = (options, lifetime, time);

        // Requests may outlive their host, and this: the source gives no token then.
        Over = _over.Token;
    }

    /// <summary>The process was told to stop.</summary>
    public bool Begun => _begun || _lifetime.ApplicationStopping.IsCancellationRequested;

    /// <summary>Requests end now, whether their answers are whole or not.</summary>
    public CancellationToken Over { get; }

    /// <summary>A request begins.</summary>
    internal void Enter() => Interlocked.Increment(ref _running);

    /// <summary>It has ended.</summary>
    internal void Leave()
    {
        if (Interlocked.Decrement(ref _running) == 0)
        {
            _empty.TrySetResult();
        }
    }

    /// <summary>Called before the server stops to listen, so that requests that still come are told.</summary>
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        if (_begun)
        {
            // Hosts that are stopped and then disposed ask twice.
            return;
        }

        _begun = true;
        Leave();
        await WaitAsync(_options.Patience, cancellationToken);
        await _over.CancelAsync();
        await WaitAsync(DrainOptions.LastWords, cancellationToken);
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _over.Dispose();

    private async Task WaitAsync(TimeSpan longest, CancellationToken cancellationToken) =>
        await _empty.Task.WaitAsync(longest, _time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
}
