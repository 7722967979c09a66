using Gateway.Authentication.Access;
using Gateway.Diagnostics;
using Gateway.Storage;
using Microsoft.Extensions.Logging;

namespace Gateway.Authentication.Keys;

/// <summary>
/// Finds keys by id: one point read, kept for at most <see cref="Lifetimes.Known"/>, and one read at a time for one id.
/// </summary>
internal sealed partial class KeyDirectory(IKeyStore store, TimeProvider time, ILoggerFactory loggers)
{

    /// <summary>
    /// For one id the storage is asked about refused secrets at most this often. A new key or a new secret may be
    /// stored at any moment, so not more rarely either.
    /// </summary>
    private static readonly TimeSpan s_betweenDoubts = TimeSpan.FromSeconds(1);

    private const int Capacity = 10_000;

    /// <summary>Anyone can make up ids while the storage is away.</summary>
    private readonly LogInterval _unavailable = new(time);
    private readonly ILogger _logger = loggers.CreateLogger("Gateway.Authentication.Keys.KeyDirectory");

    /// <summary>Holds rows that are there and nothing else: no flood of made-up ids pushes them out.</summary>
    private readonly ExpiringCache<string, VirtualKey> _cache = new(Capacity, time);
    private readonly SingleFlight<string, KeyLookup> _reads = new();

    /// <summary>Ids that the storage was asked about for a secret that was refused, whether they exist or not. Bounded, so a flood costs no memory.</summary>
    private readonly ExpiringCache<string, string> _doubted = new(Capacity, time);

    internal int Doubted => _doubted.Count;

    /// <summary>The row if it was read not too long ago.</summary>
    public VirtualKey? FindCached(string id) => _cache.TryGet(id, out VirtualKey? key) ? key : null;

    /// <summary>The stored row. Those who ask at the same time share one read.</summary>
    public Task<KeyLookup> ReadAsync(string id, CancellationToken cancellationToken) => _reads.RunAsync(id, ReadAsync, cancellationToken);

    /// <summary>
    /// True when a secret for this id was refused a moment ago, after the storage had been asked. What holders of good
    /// secrets do leaves no trace here, so nobody can tell by it whether a key exists or is in use.
    /// </summary>
    public bool IsDoubted(string id) => _doubted.TryGet(id, out _);

    public void Doubt(string id, long since) => _doubted.Set(id, id, since, s_betweenDoubts);

    /// <summary>For an instance that knows that the row has changed.</summary>
    public void Forget(string id)
    {
        _cache.Remove(id);
        _doubted.Remove(id);
    }

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

            _cache.Set(id, key, since, Lifetimes.Known);
            return new KeyLookup.Found(key);
        }
        catch (StorageUnavailableException exception)
        {
            if (_unavailable.TryBegin())
            {
                LogUnavailable(_logger, exception.IsTold ? LogLevel.Debug : LogLevel.Error, id, exception.Message);
            }

            return KeyLookup.Unavailable.Instance;
        }
    }

    [LoggerMessage(Message = "Key {KeyId} could not be looked up, so its request is refused: {Reason}")]
    private static partial void LogUnavailable(ILogger logger, LogLevel level, string keyId, string reason);
}
