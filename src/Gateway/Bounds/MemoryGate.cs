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

    /// <summary>What waits holds nothing yet but a connection: a few times as much may wait as fits.</summary>
    private const int Waiting = 4;

    private readonly ShortQueue _all;
    private readonly ShortQueue _large;

    public MemoryGate(BoundsOptions options, TimeProvider time)
    {
        int pages = (int)(options.MaxBodyBytes / Page);
        MostPages = pages / 4 * 3;
        _all = new ShortQueue(pages, pages * Waiting, options.Queue, time);
        _large = new ShortQueue(MostPages, MostPages * Waiting, options.Queue, time);
    }

    internal static GatewayError IsFull { get; } = GatewayError.Busy("This instance of the gateway has no memory left for a request of this size. Please try again.");

    /// <summary>What one may have at most.</summary>
    internal int MostPages { get; }

    /// <summary>For one body, or one answer. It holds nothing yet.</summary>
    /// <param name="stop">Ends each wait for memory.</param>
    internal MemoryShare Begin(CancellationToken stop) => new(this, stop);

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
