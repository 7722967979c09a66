using System.Collections.Concurrent;
using System.Globalization;

namespace Gateway.Authentication.Keys;

/// <summary>Keys that live as long as the process.</summary>
internal sealed class MemoryKeyStore : IKeyStore
{
    private readonly ConcurrentDictionary<string, VirtualKey> _keys = new();
    private long _version;

    public Task<VirtualKey?> FindAsync(string id, CancellationToken cancellationToken) =>
        Task.FromResult(_keys.GetValueOrDefault(id));

    public Task<bool> AddAsync(VirtualKey key, CancellationToken cancellationToken) =>
        Task.FromResult(_keys.TryAdd(key.Id, Stamped(key)));

    public Task<bool> ReplaceAsync(VirtualKey key, CancellationToken cancellationToken) =>
        Task.FromResult(_keys.TryGetValue(key.Id, out VirtualKey? stored)
            && stored.Version == key.Version
            && _keys.TryUpdate(key.Id, Stamped(key), stored));

    public Task<IReadOnlyList<VirtualKey>> ListAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<VirtualKey>>([.. _keys.Values]);

    private VirtualKey Stamped(VirtualKey key) =>
        key with { Version = Interlocked.Increment(ref _version).ToString(CultureInfo.InvariantCulture) };
}
