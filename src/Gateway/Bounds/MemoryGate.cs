using Gateway.Translation.Errors;

namespace Gateway.Bounds;

/// <summary>
/// How much memory bodies and kept answers take, all together. Large ones may fill three quarters of it, so that a few of
/// them do not keep the many small ones waiting.
/// </summary>
public sealed class MemoryGate : IDisposable
{
    /// <summary>What is counted.</summary>
    private const int Page = 4096;

    private const int SmallPages = 1024 * 1024 / Page;

    private readonly ShortQueue _all;
    private readonly ShortQueue _large;

    public MemoryGate(BoundsOptions options, TimeProvider time)
    {
        int pages = (int)(options.MaxBodyBytes / Page);
        _all = new ShortQueue(pages, options.Queue, time);
        _large = new ShortQueue(pages / 4 * 3, options.Queue, time);
    }

    internal static GatewayError IsFull { get; } = GatewayError.Busy("This instance of the gateway has no memory left for a request of this size. Please try again.");

    /// <summary>For one body, or one answer. It holds nothing yet.</summary>
    internal MemoryShare Begin() => new(this);

    public void Dispose()
    {
        _all.Dispose();
        _large.Dispose();
    }

    internal static int PagesOf(long bytes) => (int)((bytes + Page - 1) / Page);

    /// <summary>Adds what gives the memory back to <paramref name="held"/>. False when there is none in time.</summary>
    internal async ValueTask<bool> TakeAsync(int pages, int before, List<IDisposable> held, CancellationToken cancellationToken)
    {
        if (before + pages > SmallPages)
        {
            if (await _large.EnterAsync(pages, mayWait: true, cancellationToken) is not { } large)
            {
                return false;
            }

            held.Add(large);
        }

        if (await _all.EnterAsync(pages, mayWait: true, cancellationToken) is not { } lease)
        {
            return false;
        }

        held.Add(lease);
        return true;
    }
}
