using System.Threading.Channels;

namespace Gateway.Tests.Support;

/// <summary>Timers that go off when the test says so.</summary>
internal sealed class ManualTimers : TimeProvider
{
    private readonly Channel<(TimeSpan Due, Action Fire)> _made = Channel.CreateUnbounded<(TimeSpan, Action)>();

    public override long GetTimestamp() => 0;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        Made(dueTime, () => callback(state));
        return new Timer(this, () => callback(state));
    }

    /// <summary>The next timer that is set to that time.</summary>
    public async Task<Action> NextAsync(TimeSpan due)
    {
        await foreach ((TimeSpan made, Action fire) in _made.Reader.ReadAllAsync(new CancellationTokenSource(Patience.Limit).Token))
        {
            if (made == due)
            {
                return fire;
            }
        }

        throw new InvalidOperationException();
    }

    private void Made(TimeSpan due, Action fire) => _made.Writer.TryWrite((due, fire));

    private sealed class Timer(ManualTimers timers, Action fire) : ITimer
    {
        private bool _disposed;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            timers.Made(dueTime, fire);
            return !_disposed;
        }

        public void Dispose() => _disposed = true;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
