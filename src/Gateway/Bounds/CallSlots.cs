using System.Collections.Concurrent;
using Gateway.Routing;
using Gateway.Translation.Errors;

namespace Gateway.Bounds;

/// <summary>
/// How many calls run at once: in all, at one provider, at one target. A slot is held until the call has ended, however
/// that comes about: whoever gets one disposes of it.
/// </summary>
public sealed class CallSlots(BoundsOptions options, TimeProvider time) : IDisposable
{
    private readonly ShortQueue _instance = new(options.MaxConcurrent, options.MaxConcurrent, options.Queue, time);

    /// <summary>By names that the operator wrote: those that clients make up share one. No series: the provider as a whole.</summary>
    private readonly ConcurrentDictionary<(string Provider, string? Series, int Most), ShortQueue> _queues = new();

    /// <summary>Where nobody set a bound.</summary>
    internal static IDisposable Unbounded { get; } = new Slot([]);

    internal static GatewayError InstanceIsFull { get; } = GatewayError.Busy("This instance of the gateway serves as many requests as it takes at once. Please try again.");

    internal static GatewayError TargetIsFull { get; } = GatewayError.Busy("As many requests as this gateway sends to the model at once are running. Please try again.");

    /// <summary>For a request, whatever it calls. Null when the instance is full.</summary>
    internal ValueTask<IDisposable?> EnterAsync(CancellationToken cancellationToken) => _instance.EnterAsync(1, mayWait: true, cancellationToken);

    /// <summary>For one call. Null when its target, or the target's provider, is full.</summary>
    internal async ValueTask<IDisposable?> EnterAsync(Target target, bool mayWait, CancellationToken cancellationToken)
    {
        // The narrow gate first: who waits at it must not take room of the provider's other targets.
        ShortQueue? own = Of(target.Provider.Name, target.Series, target.MaxConcurrent);
        ShortQueue? shared = Of(target.Provider.Name, null, target.Provider.MaxConcurrent);
        if (own is null && shared is null)
        {
            return Unbounded;
        }

        Slot slot = new([]);
        bool entered = false;
        try
        {
            entered = await slot.TakeAsync(own, mayWait, cancellationToken) && await slot.TakeAsync(shared, mayWait, cancellationToken);
            return entered ? slot : null;
        }
        finally
        {
            if (!entered)
            {
                slot.Dispose();
            }
        }
    }

    /// <summary>Requests that wait for their turn, whatever they wait for.</summary>
    internal long Waiting => _instance.Waiting + _queues.Values.Sum(queue => queue.Waiting);

    /// <summary>How many bounds are watched.</summary>
    internal int Count => _queues.Count;

    /// <summary>Forgets the bounds of what has changed or is gone. Calls that run give their room back to nobody.</summary>
    internal void Keep(Unchanged unchanged)
    {
        foreach ((string Provider, string? Series, int Most) bound in _queues.Keys.Where(bound => !unchanged.HasBound(bound.Provider, bound.Series, bound.Most)))
        {
            _queues.TryRemove(bound, out _);
        }
    }

    public void Dispose()
    {
        _instance.Dispose();
        foreach (ShortQueue queue in _queues.Values)
        {
            queue.Dispose();
        }
    }

    private ShortQueue? Of(string provider, string? series, int? most) =>
        most is { } room ? _queues.GetOrAdd((provider, series, room), key => new ShortQueue(key.Most, key.Most, options.Queue, time)) : null;

    /// <summary>What one call holds.</summary>
    private sealed class Slot(List<IDisposable> held) : IDisposable
    {
        public async ValueTask<bool> TakeAsync(ShortQueue? queue, bool mayWait, CancellationToken cancellationToken)
        {
            if (queue is null)
            {
                return true;
            }

            if (await queue.EnterAsync(1, mayWait, cancellationToken) is not { } lease)
            {
                return false;
            }

            held.Add(lease);
            return true;
        }

        public void Dispose()
        {
            foreach (IDisposable lease in held)
            {
                lease.Dispose();
            }
        }
    }
}
