using System.Threading.Channels;

namespace Gateway.Metering;

/// <summary>
/// Entries on their way to the store. Bounded, so that a store that stays away costs entries and not the process; what
/// does not fit is counted. Only the <see cref="UsageWriter"/> takes from it.
/// </summary>
public sealed class UsageBuffer
{
    /// <summary>More than a minute at 300 requests a second, in about 20 MB.</summary>
    public const int DefaultCapacity = 20_000;

    private readonly Channel<UsageEntry> _entries;
    private readonly int _anonymousCapacity;
    private long _dropped;

    public UsageBuffer(int capacity = DefaultCapacity)
    {
        _entries = Channel.CreateBounded<UsageEntry>(new BoundedChannelOptions(capacity) { SingleReader = true });
        _anonymousCapacity = capacity / 4;
    }

    internal ChannelReader<UsageEntry> Reader => _entries.Reader;

    /// <summary>Entries lost so far because there was no room.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>Requests of nobody known may not crowd out those that somebody pays for.</summary>
    public void Add(UsageEntry entry)
    {
        if ((entry.KeyId is null && _entries.Reader.Count >= _anonymousCapacity) || !_entries.Writer.TryWrite(entry))
        {
            Interlocked.Increment(ref _dropped);
        }
    }

    /// <summary>For entries that the store will never take.</summary>
    internal void CountDropped(int entries) => Interlocked.Add(ref _dropped, entries);
}
