namespace Gateway.Caching;

/// <summary>
/// Answers in the memory of this process, up to so many bytes. Those that nobody asked for the longest make room: a cache
/// that turns new answers away while it is full, as the framework's does, would keep yesterday's.
/// </summary>
internal sealed class MemoryCacheStore(long maxBytes) : ICacheStore
{
    /// <summary>What an entry takes besides its answer, roughly.</summary>
    private const int Overhead = 512;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, LinkedListNode<Entry>> _entries = new(StringComparer.Ordinal);

    /// <summary>The last one used first.</summary>
    private readonly LinkedList<Entry> _order = [];
    private long _bytes;

    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _entries.Count;
            }
        }
    }

    public ValueTask<CachedAnswer?> FindAsync(string key, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (!_entries.TryGetValue(key, out LinkedListNode<Entry>? node))
            {
                return ValueTask.FromResult<CachedAnswer?>(null);
            }

            _order.Remove(node);
            _order.AddFirst(node);
            return ValueTask.FromResult<CachedAnswer?>(node.Value.Answer);
        }
    }

    public ValueTask<bool> TryKeepAsync(string key, CachedAnswer answer)
    {
        lock (_lock)
        {
            if (_entries.TryGetValue(key, out LinkedListNode<Entry>? old))
            {
                Remove(old);
            }

            Entry entry = new(key, answer);
            if (entry.Size > maxBytes)
            {
                return ValueTask.FromResult(false);
            }

            while (_bytes + entry.Size > maxBytes)
            {
                Remove(_order.Last!);
            }

            _entries[key] = _order.AddFirst(entry);
            _bytes += entry.Size;
            return ValueTask.FromResult(true);
        }
    }

    private void Remove(LinkedListNode<Entry> node)
    {
        _order.Remove(node);
        _entries.Remove(node.Value.Key);
        _bytes -= node.Value.Size;
    }

    private sealed record Entry(string Key, CachedAnswer Answer)
    {
        public long Size => Answer.Bytes.Length + Overhead;
    }
}
