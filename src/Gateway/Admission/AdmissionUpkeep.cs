using System.Collections.Concurrent;
using Gateway.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Gateway.Admission;

/// <summary>Looks after leases and counts every moment; at the end of the process it writes what was spent and gives back the rest.</summary>
internal sealed partial class AdmissionUpkeep(AdmissionControl admission, TimeProvider time, ILoggerFactory loggers) : BackgroundService
{
    /// <summary>So long counts of other instances are unknown here, and spend is not yet written.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(2);

    private readonly ILogger _logger = loggers.CreateLogger("Gateway.Admission.AdmissionUpkeep");

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        try
        {
            await RoundAsync(closing: true, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            LeftBehind(_logger);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using PeriodicTimer timer = new(Period, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await RoundAsync(closing: false, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // StopAsync does the rest.
        }
    }

    /// <summary>A storage that is away fails for every scope, every two seconds: one line tells it, not a thousand with their stacks.</summary>
    private async Task RoundAsync(bool closing, CancellationToken cancellationToken)
    {
        ConcurrentQueue<(string Scope, StorageUnavailableException Why)> unavailable = [];
        try
        {
            await admission.UpkeepAsync(closing, Failed, cancellationToken);
        }
        finally
        {
            foreach (IGrouping<(LogLevel Level, string Message), (string Scope, StorageUnavailableException Why)> alike in unavailable.GroupBy(failure => (failure.Why.Level, failure.Why.Message)))
            {
                (string scope, int others) = (alike.First().Scope, alike.Count() - 1);
                Unavailable(_logger, alike.Key.Level, scope, others, alike.Key.Message);
            }
        }

        void Failed(AdmissionScope scope, Exception exception)
        {
            if (exception is StorageUnavailableException away)
            {
                unavailable.Enqueue((scope.Id, away));
            }
            else
            {
                Broken(_logger, scope.Id, exception);
            }
        }
    }

    [LoggerMessage(30, LogLevel.Warning, "What {Scope} spent, or how often it called, could not be shared; the next try is in a moment")]
    private static partial void Broken(ILogger logger, string scope, Exception exception);

    [LoggerMessage(EventId = 32, Message = "What {Scope} and {Others} others spent, or how often they called, could not be shared; the next try is in a moment: {Why}")]
    private static partial void Unavailable(ILogger logger, LogLevel level, string scope, int others, string why);

    [LoggerMessage(31, LogLevel.Error, "The process had to end before all spend was written to the budgets; the usage rows have it")]
    private static partial void LeftBehind(ILogger logger);
}
