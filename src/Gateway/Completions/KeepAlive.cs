namespace Gateway.Completions;

/// <summary>
/// Keeps a client company while something is awaited that does not come: clients and proxies give up on silence.
/// </summary>
/// <param name="first">How long the client is left without its first byte; infinite for one that gets its answer as a whole.</param>
/// <param name="between">How long it is left without another one after that.</param>
/// <param name="since">When the client began to wait, a timestamp.</param>
/// <param name="time">The clock.</param>
/// <param name="held">No sign of life before <see cref="Release"/>: it would bind the client to who is awaited.</param>
internal sealed class KeepAlive(TimeSpan first, TimeSpan between, long since, TimeProvider time, bool held = false)
{
    /// <summary>When the client got its last byte. Bytes of the upstream that say nothing to the client do not count.</summary>
    private long _quietSince = since;
    private TimeSpan _patience = first;

    /// <summary>The client has waited long enough for a sign of life.</summary>
    public bool IsDue => Left == TimeSpan.Zero;

    private TimeSpan Left
    {
        get
        {
            if (IsHeld || _patience == Timeout.InfiniteTimeSpan)
            {
                return Timeout.InfiniteTimeSpan;
            }

            TimeSpan left = _patience - time.GetElapsedTime(_quietSince);
            return left > TimeSpan.Zero ? left : TimeSpan.Zero;
        }
    }

    /// <summary>The client is to get nothing yet.</summary>
    public bool IsHeld { get; private set; } = held;

    /// <summary>Who is awaited has begun to answer.</summary>
    public void Release() => IsHeld = false;

    /// <summary>The client got bytes.</summary>
    public void Heard() => (_quietSince, _patience) = (time.GetTimestamp(), between);

    /// <summary>Waits. Null when the client left meanwhile: then what was awaited was given up, and has ended.</summary>
    /// <param name="pending">What is awaited.</param>
    /// <param name="signal">Gives a sign of life; false when the client is gone.</param>
    /// <param name="giveUp">Makes <paramref name="pending"/> end soon.</param>
    public async ValueTask<T?> WaitAsync<T>(ValueTask<T> pending, Func<ValueTask<bool>> signal, Func<Task> giveUp)
        where T : struct, IDisposable
    {
        if (pending.IsCompleted)
        {
            return await pending;
        }

        Task<T> task = pending.AsTask();
        while (true)
        {
            // What is awaited may come in the very moment in which patience ends: only the task itself knows.
            await ((Task)task).WaitAsync(Left, time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (task.IsCompleted)
            {
                return await task;
            }

            bool alive = false;
            try
            {
                alive = await signal();
            }
            finally
            {
                if (!alive)
                {
                    await AbandonAsync(task, giveUp);
                }
            }

            if (!alive)
            {
                return null;
            }
        }
    }

    /// <summary>Ends what is awaited before anyone goes on: left running, it would use what others have by then.</summary>
    private static async Task AbandonAsync<T>(Task<T> task, Func<Task> giveUp)
        where T : struct, IDisposable
    {
        await giveUp();
        await ((Task)task).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (task.IsCompletedSuccessfully)
        {
            task.Result.Dispose();
        }
    }
}
