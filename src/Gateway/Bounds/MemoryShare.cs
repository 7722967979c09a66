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
            : !CanFit(bytes) ? ValueTask.FromResult(false)
            : GrowAsync(Math.Min(Math.Max(wanted, _pages * 2), gate.MostPages) - _pages);
    }

    /// <summary>False when so many bytes have no room even when there is nobody else.</summary>
    public bool CanFit(long bytes) => MemoryGate.PagesOf(bytes) <= gate.MostPages;

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
