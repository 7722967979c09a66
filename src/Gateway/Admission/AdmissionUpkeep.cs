using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Gateway.Admission;

/// <summary>Looks after leases and counts every moment; at the end of the process it writes what was spent and gives back the rest.</summary>
internal sealed partial class AdmissionUpkeep(AdmissionControl admission, TimeProvider time, ILogger<AdmissionUpkeep> logger) : BackgroundService
{
    /// <summary>So long counts of other instances are unknown here, and spend is not yet written.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(2);

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        try
        {
            await admission.UpkeepAsync(closing: true, Failed, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            LeftBehind(logger);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using PeriodicTimer timer = new(Period, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await admission.UpkeepAsync(closing: false, Failed, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // StopAsync does the rest.
        }
    }

    private void Failed(AdmissionScope scope, Exception exception) => Failed(logger, scope.Id, exception);

    [LoggerMessage(30, LogLevel.Warning, "What {Scope} spent, or how often it called, could not be shared; the next try is in a moment")]
    private static partial void Failed(ILogger logger, string scope, Exception exception);

    [LoggerMessage(31, LogLevel.Error, "The process had to end before all spend was written to the budgets; the usage rows have it")]
    private static partial void LeftBehind(ILogger logger);
}
