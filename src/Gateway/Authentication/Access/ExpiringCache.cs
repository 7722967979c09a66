using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace Gateway.Authentication.Access;

/// <summary>
/// A bounded cache in which every value has its own end of life. When it is full the oldest entry goes. Time is
/// monotonic, so a corrected wall clock cannot keep a revoked key alive.
/// </summary>
internal sealed class ExpiringCache<TKey, TValue>(int capacity, TimeProvider time)
    where TKey : notnull
    where TValue : class
{
    private readonly ConcurrentDictionary<TKey, Entry> _entries = new();
    private readonly Queue<TKey> _order = new();
    private readonly Lock _writing = new();

    public int Count => _entries.Count;

    public bool TryGet(TKey key, [NotNullWhen(true)] out TValue? value)
    {
        value = _entries.TryGetValue(key, out Entry entry) && time.GetElapsedTime(entry.Since) < entry.Lifetime ? entry.Value : null;
        return value is not null;
    }

    /// <param name="key">Replaces what was there.</param>
    /// <param name="value">The value.</param>
    /// <param name="since">Timestamp from before the value was asked for: it may have changed from then on.</param>
    /// <param name="lifetime">Counted from <paramref name="since"/>.</param>
    public void Set(TKey key, TValue value, long since, TimeSpan lifetime)
    {
        lock (_writing)
        {
            Entry entry = new(value, since, lifetime);
            if (!_entries.TryAdd(key, entry))
            {
                _entries[key] = entry;
                return;
            }

            _order.Enqueue(key);
            while (_order.Count > capacity)
            {
                _entries.TryRemove(_order.Dequeue(), out _);
            }
        }
    }

    public void Remove(TKey key)
    {
        lock (_writing)
        {
            _entries.TryRemove(key, out _);
        }
    }

    private readonly record struct Entry(TValue Value, long Since, TimeSpan Lifetime);
}
