namespace Gateway.Bounds;

/// <summary>What one body, or one answer, holds of the memory for all of them. It is free again when this is disposed.</summary>
internal sealed class MemoryShare(MemoryGate gate, CancellationToken stop) : IDisposable
{
    private readonly List<IDisposable> _held = [];
    private int _pages;

    /// <summary>
    /// Makes sure that so many bytes have room. What grows while it comes takes at least as much again each time, so that a
    /// large one asks seldom. False when there is no room in time.
    /// </summary>
    public ValueTask<bool> FitAsync(long bytes)
    {
        int wanted = MemoryGate.PagesOf(bytes);
        return wanted <= _pages ? ValueTask.FromResult(true)
            : wanted > gate.MostPages ? ValueTask.FromResult(false)
            : GrowAsync(Math.Min(Math.Max(wanted, _pages * 2), gate.MostPages) - _pages);
    }

    public void Dispose()
    {
        foreach (IDisposable lease in _held)
        {
            lease.Dispose();
        }

        _held.Clear();
        _pages = 0;
    }

    private async ValueTask<bool> GrowAsync(int more)
    {
        if (!await gate.TakeAsync(more, _pages, _held, stop))
        {
            return false;
        }

        _pages += more;
        return true;
    }
}
