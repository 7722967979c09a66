using System.Collections.Concurrent;

namespace Gateway.Authentication.Access;

/// <summary>Lets concurrent askers of one key share one piece of work. A caller who leaves does not cancel it for the others.</summary>
internal sealed class SingleFlight<TKey, TResult>
    where TKey : notnull
{
    private readonly ConcurrentDictionary<TKey, Lazy<Task<TResult>>> _running = new();

    public async Task<TResult> RunAsync(TKey key, Func<TKey, Task<TResult>> work, CancellationToken cancellationToken)
    {
        Lazy<Task<TResult>> flight = _running.GetOrAdd(
            key,
            static (k, state) => new Lazy<Task<TResult>>(() => state.Self.StartAsync(k, state.Work)),
            (Self: this, Work: work));
        return await flight.Value.WaitAsync(cancellationToken);
    }

    private async Task<TResult> StartAsync(TKey key, Func<TKey, Task<TResult>> work)
    {
        try
        {
            // Yields first: a flight that ended before it was in the dictionary would stay there.
            await Task.Yield();
            return await work(key);
        }
        finally
        {
            _running.TryRemove(key, out _);
        }
    }
}
