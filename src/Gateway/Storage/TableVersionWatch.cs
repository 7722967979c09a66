using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Gateway.Storage;

/// <summary>
/// Looks at the start, without holding it up, and then every hour, since a newer instance may begin to write meanwhile,
/// whether this program knows the tables: one line says so when not, and tables that it would spoil it leaves alone.
/// </summary>
internal sealed partial class TableVersionWatch(TableStorage? storage, TimeProvider time, ILoggerFactory loggers) : BackgroundService
{
    private static readonly TimeSpan s_period = TimeSpan.FromHours(1);

    /// <summary>While the storage is away, of which others tell.</summary>
    private static readonly TimeSpan s_retry = TimeSpan.FromMinutes(1);

    private readonly ILogger _logger = loggers.CreateLogger("Gateway.Storage.TableVersions");
    private string? _said;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (storage is null)
        {
            return;
        }

        TableVersionBook book = new(storage, TableVersions.Known);
        try
        {
            while (await LookAsync(storage, book, stoppingToken) is { } wait)
            {
                await Task.Delay(wait, time, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Nothing is left half done.
        }
    }

    /// <summary>Null when there is nothing to look at any more.</summary>
    private async Task<TimeSpan?> LookAsync(TableStorage tables, TableVersionBook book, CancellationToken cancellationToken)
    {
        try
        {
            VersionFinding finding = await book.RaiseAsync(TableStorage.Short, cancellationToken);
            if (finding.Refusal is { } refusal)
            {
                tables.Refuse(refusal);
                Refused(_logger, refusal);
                return null;
            }

            if (finding.Warning is { } warning && warning != _said)
            {
                _said = warning;
                Newer(_logger, warning);
            }

            return s_period;
        }
        catch (StorageUnavailableException)
        {
            return s_retry;
        }
    }

    [LoggerMessage(44, LogLevel.Warning, "{Warning}")]
    private static partial void Newer(ILogger logger, string warning);

    [LoggerMessage(45, LogLevel.Critical, "{Refusal} Until then no table is read or written, and nobody whose key is in them is let in")]
    private static partial void Refused(ILogger logger, string refusal);
}
