using Azure.Data.Tables;
using Gateway.Diagnostics;
using Gateway.Storage;
using Microsoft.Extensions.Logging;

namespace Gateway.Caching;

/// <summary>
/// Answers in Table Storage, for all instances. A cache that is away must not be dearer than none: it is asked for a second
/// at most, then left alone for a while, and the operator reads of it once a minute.
/// </summary>
internal sealed partial class TableCacheStore(TableStorage storage, TimeProvider time, ILoggerFactory loggers) : ICacheStore
{
    public const string TableName = "cache";

    public static readonly TimeSpan Rest = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(1);

    private readonly TableClient _table = storage.Table(TableName);
    private readonly ILogger _logger = loggers.CreateLogger("Gateway.Caching.TableCacheStore");
    private readonly LogInterval _warnings = new(time);
    private readonly Lock _lock = new();
    private DateTimeOffset _restsUntil = DateTimeOffset.MinValue;

    public async ValueTask<CachedAnswer?> FindAsync(string key, CancellationToken cancellationToken) =>
        await TryAsync(token => TableRow.FindAsync(_table, CacheRow.Partition(key), key, token), s_patience, cancellationToken) is { } row
            ? CacheRow.ToAnswer(row)
            : null;

    public async ValueTask<bool> TryKeepAsync(string key, CachedAnswer answer) =>
        CacheRow.From(key, answer) is { } row
        && await TryAsync(token => _table.UpsertEntityAsync(row, TableUpdateMode.Replace, token), TableStorage.Short, CancellationToken.None) is not null;

    /// <summary>Null when the storage is away, or was a moment ago.</summary>
    private async Task<T?> TryAsync<T>(Func<CancellationToken, Task<T>> call, TimeSpan patience, CancellationToken cancellationToken)
        where T : class?
    {
        lock (_lock)
        {
            if (time.GetUtcNow() < _restsUntil)
            {
                return null;
            }
        }

        try
        {
            return await storage.RunAsync(call, patience, cancellationToken);
        }
        catch (StorageUnavailableException exception)
        {
            Tell(exception);
            return null;
        }
    }

    private void Tell(StorageUnavailableException exception)
    {
        lock (_lock)
        {
            _restsUntil = time.GetUtcNow() + Rest;
        }

        if (_warnings.TryBegin())
        {
            Away(_logger, exception.Level, exception.Message);
        }
    }

    [LoggerMessage(EventId = 60, Message = "The response cache cannot be reached, so requests go to their models: {Reason}")]
    private static partial void Away(ILogger logger, LogLevel level, string reason);
}
