using System.Threading.RateLimiting;

namespace Gateway.Bounds;

/// <summary>
/// Room for so much at once. Who finds it taken may wait a little, first come, first served; no more than so much may wait.
/// </summary>
/// <param name="room">How much fits.</param>
/// <param name="waiting">How much may wait.</param>
/// <param name="patience">How long anyone waits.</param>
/// <param name="time">The clock.</param>
internal sealed class ShortQueue(int room, int waiting, TimeSpan patience, TimeProvider time) : IDisposable
{
    private readonly ConcurrencyLimiter _limiter = new(new ConcurrencyLimiterOptions
    {
        PermitLimit = room,
        QueueLimit = waiting,
        QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
    });

    /// <summary>How much waits.</summary>
    public long Waiting => _limiter.GetStatistics()?.CurrentQueuedCount ?? 0;

    /// <summary>Comes back with what gives the room back, or with null when there is none in time.</summary>
    /// <param name="size">How much is wanted, at most all the room.</param>
    /// <param name="mayWait">False: now or not at all.</param>
    /// <param name="cancellationToken">Gives up the place in the queue.</param>
    public async ValueTask<IDisposable?> EnterAsync(int size, bool mayWait, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        RateLimitLease lease = _limiter.AttemptAcquire(size);
        if (!lease.IsAcquired && mayWait)
        {
            lease = await WaitAsync(size, cancellationToken) ?? lease;
        }

        return lease.IsAcquired ? lease : null;
    }

    public void Dispose() => _limiter.Dispose();

    private async ValueTask<RateLimitLease?> WaitAsync(int size, CancellationToken cancellationToken)
    {
        using CancellationTokenSource limit = new(patience, time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            return await _limiter.AcquireAsync(size, either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }
}
