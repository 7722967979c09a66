using System.Collections.Immutable;
using Gateway.Routing;

namespace Gateway.Upstreams;

/// <summary>
/// Which target answered each conversation last, so that its next request finds the prompt cache, and whoever can read
/// what was signed. Kept in the process and forgotten after an hour of silence, as prompt caches are.
/// </summary>
public sealed class Conversations(TimeProvider time)
{
    /// <summary>Some 500 bytes each at most. Whoever is pushed out is chosen for anew.</summary>
    internal const int MaxEntries = 20_000;

    internal static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<UInt128, (Stay Stay, long At)> _stays = [];

    internal int Count
    {
        get
        {
            lock (_lock)
            {
                return _stays.Count;
            }
        }
    }

    internal Stay? Find(UInt128 conversation)
    {
        lock (_lock)
        {
            return _stays.TryGetValue(conversation, out (Stay Stay, long At) entry) && time.GetElapsedTime(entry.At) < Lifetime ? entry.Stay : null;
        }
    }

    internal void Keep(UInt128 conversation, Stay stay)
    {
        lock (_lock)
        {
            if (_stays.Count >= MaxEntries && !_stays.ContainsKey(conversation))
            {
                MakeRoom();
            }

            _stays[conversation] = (stay, time.GetTimestamp());
        }
    }

    private void MakeRoom()
    {
        long median = _stays.Values.Select(entry => entry.At).Order().ElementAt(_stays.Count / 2);
        foreach ((UInt128 conversation, (_, long at)) in _stays.ToList())
        {
            if (at <= median)
            {
                _stays.Remove(conversation);
            }
        }
    }
}

/// <summary>Where a conversation is.</summary>
/// <param name="Target">It answered last.</param>
/// <param name="Marks">Up to where others answered before: the ends of their last signatures, newest first.</param>
internal sealed record Stay(Target Target, ImmutableList<byte[]> Marks);
