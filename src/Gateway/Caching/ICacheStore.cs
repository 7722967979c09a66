namespace Gateway.Caching;

/// <summary>Keeps answers under the hash of all that they depend on. Never fails: what cannot be read is not there.</summary>
internal interface ICacheStore
{
    /// <summary>May be past its time.</summary>
    ValueTask<CachedAnswer?> FindAsync(string key, CancellationToken cancellationToken);

    /// <summary>False when it is too large, or cannot be written.</summary>
    ValueTask<bool> TryKeepAsync(string key, CachedAnswer answer);
}
