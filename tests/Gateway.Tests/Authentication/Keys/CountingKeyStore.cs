using Gateway.Authentication.Keys;
using Gateway.Storage;

namespace Gateway.Tests.Authentication.Keys;

/// <summary>Counts the reads of the store inside, and can be slow or away.</summary>
internal sealed class CountingKeyStore : IKeyStore
{
    private readonly MemoryKeyStore _inner = new();
    private int _reads;

    public int Reads => _reads;

    public bool IsAway { get; set; }

    /// <summary>Reads wait for it.</summary>
    public Task Gate { get; set; } = Task.CompletedTask;

    public async Task<VirtualKey?> FindAsync(string id, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _reads);
        await Gate;
        return IsAway ? throw new StorageUnavailableException("away") : await _inner.FindAsync(id, cancellationToken);
    }

    public Task<bool> AddAsync(VirtualKey key, CancellationToken cancellationToken) => _inner.AddAsync(key, cancellationToken);

    public Task<bool> ReplaceAsync(VirtualKey key, CancellationToken cancellationToken) => _inner.ReplaceAsync(key, cancellationToken);

    public Task<IReadOnlyList<VirtualKey>> ListAsync(CancellationToken cancellationToken) => _inner.ListAsync(cancellationToken);
}
