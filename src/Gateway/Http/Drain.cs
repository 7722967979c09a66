using Microsoft.Extensions.Hosting;

namespace Gateway.Http;

/// <summary>
/// The end of a process, before its host ends anything:
/// <code>
/// told to stop: not ready, new requests are refused -> running ones go on -> time is up: they end with an error
/// </code>
/// </summary>
public sealed class Drain(DrainOptions options, IHostApplicationLifetime lifetime, TimeProvider time) : IHostedLifecycleService, IDisposable
{
    private readonly CancellationTokenSource _over = new();
    private readonly TaskCompletionSource _empty = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private volatile bool _begun;

    /// <summary>The host's own wait counts as one.</summary>
    private int _running = 1;

    /// <summary>The process was told to stop.</summary>
    public bool Begun => _begun || lifetime.ApplicationStopping.IsCancellationRequested;

    /// <summary>Requests end now, whether their answers are whole or not.</summary>
    public CancellationToken Over => _over.Token;

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
        _begun = true;
        Leave();
        await WaitAsync(options.Patience, cancellationToken);
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
        await _empty.Task.WaitAsync(longest, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
}
