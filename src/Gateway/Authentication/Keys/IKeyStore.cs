using Gateway.Storage;

namespace Gateway.Authentication.Keys;

/// <summary>Keeps keys. Every method throws <see cref="StorageUnavailableException"/> when the storage does not answer.</summary>
internal interface IKeyStore
{
    /// <summary>One point read.</summary>
    Task<VirtualKey?> FindAsync(string id, CancellationToken cancellationToken);

    /// <summary>False when the id is taken.</summary>
    Task<bool> AddAsync(VirtualKey key, CancellationToken cancellationToken);

    /// <summary>False when the stored key is no longer the version that <paramref name="key"/> came from.</summary>
    Task<bool> ReplaceAsync(VirtualKey key, CancellationToken cancellationToken);

    /// <summary>All keys, in no order.</summary>
    Task<IReadOnlyList<VirtualKey>> ListAsync(CancellationToken cancellationToken);
}
