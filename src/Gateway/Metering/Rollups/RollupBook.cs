using System.Threading.Channels;
using Gateway.Metering.Usage;

namespace Gateway.Metering.Rollups;

/// <summary>
/// The running totals of this process, by day, key and model, and by facets. They are stored under a name that only this process has,
/// and always whole: a write that is repeated replaces itself, so nothing is counted twice however many instances write
/// and however often they try again.
/// </summary>
internal sealed class RollupBook
{
    private readonly Lock _lock = new();
    private readonly Dictionary<RollupKey, RollupTotals> _totals = [];
    private readonly HashSet<RollupKey> _changed = [];
    private readonly FacetBounds _bounds = new();
    private readonly Channel<bool> _signal = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>Drawn anew by each start: a process that lost its memory must not overwrite what it wrote before.</summary>
    public string Writer { get; } = Guid.NewGuid().ToString("N")[..12];

    /// <summary>Entries whose rows are in the store, each of them once.</summary>
    public void Add(IEnumerable<UsageEntry> entries)
    {
        lock (_lock)
        {
            foreach (UsageEntry entry in entries)
            {
                RollupTotals one = RollupTotals.Of(entry);
                foreach (RollupKey key in _bounds.KeysOf(entry))
                {
                    Rollup.Add(_totals, key, one);
                    _changed.Add(key);
                }
            }
        }

        _signal.Writer.TryWrite(true);
    }

    /// <summary>Ends when something was added since the last time.</summary>
    public async Task WaitAsync(CancellationToken cancellationToken) => await _signal.Reader.ReadAsync(cancellationToken);

    public IReadOnlyList<Rollup> TakeChanged()
    {
        lock (_lock)
        {
            Rollup[] changed = [.. _changed.Select(key => new Rollup(key, _totals[key]))];
            _changed.Clear();
            return changed;
        }
    }

    /// <summary>As they are now, whatever of them is written.</summary>
    public IReadOnlyList<Rollup> Of(RollupQuery query)
    {
        lock (_lock)
        {
            return [.. _totals.Where(total => query.Holds(total.Key)).Select(total => new Rollup(total.Key, total.Value))];
        }
    }

    /// <summary>For rows that could not be written.</summary>
    public void PutBack(IEnumerable<Rollup> rollups)
    {
        lock (_lock)
        {
            _changed.UnionWith(rollups.Select(rollup => rollup.Key));
        }
    }

    /// <summary>Days that are over and written need no memory.</summary>
    public void Forget(DateOnly before)
    {
        lock (_lock)
        {
            foreach (RollupKey key in _totals.Keys.Where(key => key.Day < before && !_changed.Contains(key)).ToList())
            {
                _totals.Remove(key);
            }

            _bounds.Forget(before);
        }
    }
}
