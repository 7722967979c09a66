namespace Gateway.Bounds;

/// <summary>What one body, or one answer, holds of the memory for all of them. It is free again when this is disposed.</summary>
internal sealed class MemoryShare(MemoryGate gate) : IDisposable
{
    private readonly List<IDisposable> _held = [];
    private int _pages;

    /// <summary>
    /// Makes sure that so many bytes have room. What grows while it comes takes at least as much again each time, so that a
    /// large one asks seldom. False when there is no room in time.
    /// </summary>
    public ValueTask<bool> FitAsync(long bytes, CancellationToken cancellationToken)
    {
        int wanted = MemoryGate.PagesOf(bytes);
        return wanted <= _pages ? ValueTask.FromResult(true) : GrowAsync(Math.Max(wanted - _pages, _pages), cancellationToken);
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

    private async ValueTask<bool> GrowAsync(int more, CancellationToken cancellationToken)
    {
        if (!await gate.TakeAsync(more, _pages, _held, cancellationToken))
        {
            return false;
        }

        _pages += more;
        return true;
    }
}
