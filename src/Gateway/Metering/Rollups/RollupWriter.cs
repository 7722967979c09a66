using Gateway.Metering.Usage;
using Gateway.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Gateway.Metering.Rollups;

/// <summary>
/// Brings changed totals to the store, a moment after the usage rows that they count are there. What a process that
/// dies leaves unwritten is made good when its day is closed: see <see cref="ClosedDays"/>.
/// </summary>
internal sealed partial class RollupWriter(
    RollupBook book, IRollupStore store, ClosedDays closed, TimeProvider time, ILoggerFactory loggers) : BackgroundService
{
    /// <summary>Makes one transaction out of the changes of many requests; totals come so much later.</summary>
    private static readonly TimeSpan s_linger = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan s_longestPause = TimeSpan.FromMinutes(1);

    private readonly ILogger _logger = loggers.CreateLogger("Gateway.Metering.Rollups.RollupWriter");

    /// <summary>Comes after what writes the usage has stopped, which still adds what was left.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await TryWriteAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                await book.WaitAsync(stoppingToken);
                TimeSpan pause = s_linger;
                do
                {
                    await Task.Delay(pause, time, stoppingToken);
                    pause = pause * 2 < s_longestPause ? pause * 2 : s_longestPause;
                }
                while (!await TryWriteAsync(stoppingToken));
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // StopAsync writes the rest.
        }
    }

    /// <summary>False when something must be tried again.</summary>
    private async Task<bool> TryWriteAsync(CancellationToken cancellationToken)
    {
        bool done = true;
        DateOnly firstOpen = closed.FirstOpenDay;
        foreach (IGrouping<DateOnly, Rollup> day in book.TakeChanged().GroupBy(rollup => rollup.Key.Day))
        {
            try
            {
                if (day.Key < firstOpen)
                {
                    // So late that others may have closed the day: its usage rows say what it comes to.
                    await closed.RebuildAsync(day.Key, cancellationToken);
                }
                else
                {
                    await store.WriteAsync(day.Key, book.Writer, [.. day], cancellationToken);
                }
            }
            catch (Exception exception)
            {
                book.PutBack(day);
                done = false;
                if (exception is StorageUnavailableException away)
                {
                    Away(_logger, away.Level, away.Message);
                }
                else if (exception is not OperationCanceledException)
                {
                    Failed(_logger, exception);
                }
            }
        }

        book.Forget(firstOpen);
        return done;
    }

    [LoggerMessage(EventId = 30, Message = "Daily totals cannot be written: {Reason} They are kept and tried again; usage itself is not affected")]
    private static partial void Away(ILogger logger, LogLevel level, string reason);

    [LoggerMessage(31, LogLevel.Error, "Writing daily totals failed inside the gateway; it is tried again")]
    private static partial void Failed(ILogger logger, Exception exception);
}
