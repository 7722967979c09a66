using System.Threading.Channels;

namespace Gateway.Metering.Usage;

/// <summary>
/// Entries on their way to the store. Bounded, so that a store that stays away costs entries and not the process; what
/// does not fit is counted. Only one writer takes from it.
/// </summary>
public sealed class UsageBuffer
{
    /// <summary>More than a minute at 300 requests a second, in about 20 MB.</summary>
    public const int DefaultCapacity = 20_000;

    /// <summary>So many are written at once, without waiting for company: a process that is killed loses no more of those that wait.</summary>
    public const int Enough = 25;

    private readonly Channel<UsageEntry> _entries;
    private readonly Channel<bool> _enough = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly int _anonymousCapacity;
    private long _dropped;

    public UsageBuffer(int capacity = DefaultCapacity)
    {
        _entries = Channel.CreateBounded<UsageEntry>(new BoundedChannelOptions(capacity) { SingleReader = true });
        _anonymousCapacity = capacity / 4;
    }

    internal ChannelReader<UsageEntry> Reader => _entries.Reader;

    /// <summary>Entries that nobody has taken yet.</summary>
    public int Waiting => _entries.Reader.Count;

    /// <summary>Entries lost so far because there was no room.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>Requests of nobody known may not crowd out those that somebody pays for.</summary>
    public void Add(UsageEntry entry)
    {
        if ((entry.KeyId is null && _entries.Reader.Count >= _anonymousCapacity) || !_entries.Writer.TryWrite(entry))
        {
            Interlocked.Increment(ref _dropped);
        }

        if (_entries.Reader.Count >= Enough)
        {
            _enough.Writer.TryWrite(true);
        }
    }

    /// <summary>Ends when <see cref="Enough"/> were there at some time since it ended last.</summary>
    internal async Task WaitForEnoughAsync(CancellationToken cancellationToken) => await _enough.Reader.ReadAsync(cancellationToken);

    /// <summary>For entries that the store will never take.</summary>
    internal void CountDropped(int entries) => Interlocked.Add(ref _dropped, entries);
}
