using Gateway.Storage;
using Microsoft.Extensions.Logging;

namespace Gateway.Authentication.Keys;

/// <summary>
/// Finds keys by id: one point read, kept for at most <see cref="Lifetime"/>, and one read at a time for one id.
/// </summary>
internal sealed partial class KeyDirectory(IKeyStore store, TimeProvider time, ILogger<KeyDirectory> logger)
{
    /// <summary>How long a revocation or a changed limit may take to be noticed.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(60);

    /// <summary>
    /// A secret that the cached row does not know may come from a rotation a moment ago, so the row is read again, but
    /// for one id at most this often.
    /// </summary>
    private static readonly TimeSpan s_betweenReads = TimeSpan.FromSeconds(1);

    private const int Capacity = 10_000;

    private readonly ExpiringCache<string, Cached> _cache = new(Capacity, time);
    private readonly SingleFlight<string, KeyLookup> _reads = new();

    /// <summary>The cached row if it is young enough, else the stored one.</summary>
    public async ValueTask<KeyLookup> FindAsync(string id, CancellationToken cancellationToken) =>
        _cache.TryGet(id, out Cached? cached)
            ? cached.Lookup
            : await _reads.RunAsync(id, ReadAsync, cancellationToken);

    /// <summary>The stored row, unless it was read a moment ago.</summary>
    public async ValueTask<KeyLookup> FindAgainAsync(string id, CancellationToken cancellationToken) =>
        _cache.TryGet(id, out Cached? cached) && time.GetElapsedTime(cached.Since) < s_betweenReads
            ? cached.Lookup
            : await _reads.RunAsync(id, ReadAsync, cancellationToken);

    /// <summary>For an instance that knows that the row has changed.</summary>
    public void Forget(string id) => _cache.Remove(id);

    private async Task<KeyLookup> ReadAsync(string id)
    {
        long since = time.GetTimestamp();
        try
        {
            // Not the caller's token: others may be waiting for the same row. The store has its own time limit.
            if (await store.FindAsync(id, CancellationToken.None) is not { } key)
            {
                return KeyLookup.Absent.Instance;
            }

            KeyLookup found = new KeyLookup.Found(key);
            _cache.Set(id, new Cached(found, since), since, Lifetime);
            return found;
        }
        catch (StorageUnavailableException exception)
        {
            LogUnavailable(logger, id, exception.Message);
            return KeyLookup.Unavailable.Instance;
        }
    }

    private sealed record Cached(KeyLookup Lookup, long Since);

    [LoggerMessage(Level = LogLevel.Error, Message = "Key {KeyId} could not be looked up, so its request is refused: {Reason}")]
    private static partial void LogUnavailable(ILogger logger, string keyId, string reason);
}
