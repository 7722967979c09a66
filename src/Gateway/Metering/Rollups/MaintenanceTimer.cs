using Gateway.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Gateway.Metering.Rollups;

/// <summary>
/// Looks whether the tables are due to be tidied: soon after the start, since an app that scales to zero may never live
/// for a day, and then every hour, which is one point read.
/// </summary>
internal sealed partial class MaintenanceTimer(UsageMaintenance maintenance, TimeProvider time, ILoggerFactory loggers) : BackgroundService
{
    private static readonly TimeSpan s_first = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan s_period = TimeSpan.FromHours(1);

    private readonly ILogger _logger = loggers.CreateLogger("Gateway.Metering.Rollups.MaintenanceTimer");

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            // Instances that start together need not ask together.
            await Task.Delay(s_first * (1 + Random.Shared.NextDouble()), time, stoppingToken);
            while (true)
            {
                await RunAsync(stoppingToken);
                await Task.Delay(s_period, time, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Whatever was not done is done by the next instance.
        }
    }

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (await maintenance.RunIfDueAsync(cancellationToken) is { } purged)
            {
                Done(_logger, purged.Usage, purged.Rollups);
            }
        }
        catch (StorageUnavailableException exception)
        {
            Away(_logger, exception.Level, exception.Message);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            Failed(_logger, exception);
        }
    }

    [LoggerMessage(40, LogLevel.Information, "Usage was tidied: {UsageRows} rows of requests and {RollupRows} daily totals were past their time and deleted")]
    private static partial void Done(ILogger logger, int usageRows, int rollupRows);

    [LoggerMessage(EventId = 41, Message = "Usage could not be tidied, which is tried again in an hour: {Reason}")]
    private static partial void Away(ILogger logger, LogLevel level, string reason);

    [LoggerMessage(42, LogLevel.Error, "Tidying usage failed inside the gateway; it is tried again in an hour")]
    private static partial void Failed(ILogger logger, Exception exception);
}
