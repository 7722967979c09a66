using Gateway.Diagnostics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Gateway.Storage;

/// <summary>
/// Says that the storage does not answer: once, then seldom, and once when it does again. Those who meet it meanwhile say
/// so at Debug only (<see cref="StorageUnavailableException.Level"/>): it is one fault, however many it hinders.
/// </summary>
internal sealed partial class StorageLog : IHostedService
{
    private readonly StorageHealth _health;
    private readonly string _address;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly LogInterval _warnings;
    private readonly Lock _lock = new();
    private int _failures;
    private long _since;
    private bool _told;

    /// <param name="storage">Is watched.</param>
    /// <param name="time">The clock.</param>
    /// <param name="loggers">Hear of it.</param>
    public StorageLog(TableStorage storage, TimeProvider time, ILoggerFactory loggers)
    {
        _health = storage.Health;

        // Without user and query, which may be a signature.
        _address = storage.Service.Uri.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped);
        (_time, _logger, _warnings) = (time, loggers.CreateLogger("Gateway.Storage.StorageLog"), new LogInterval(time, LogInterval.Seldom));
    }

    public void Failed(string why)
    {
        lock (_lock)
        {
            _since = _failures++ == 0 ? _time.GetTimestamp() : _since;
            if (_warnings.TryBegin())
            {
                _told = true;
                Away(_logger, _address, why, _failures);
            }
        }
    }

    public void Worked()
    {
        lock (_lock)
        {
            if (_told)
            {
                Back(_logger, _address, (long)_time.GetElapsedTime(_since).TotalSeconds, _failures);
            }

            (_failures, _told) = (0, false);
        }
    }

    /// <summary>Listens from now on. What fails first is the look at the tables' versions, which is made beside the start.</summary>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        _health.Log = this;
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(90, LogLevel.Warning, "The storage at {Address} does not answer: {Reason} Calls that failed: {Failures}. Keys that were checked in the last minute go on working, other requests are refused with 503, and usage waits in memory. This is said again in 10 minutes at the earliest")]
    private static partial void Away(ILogger logger, string address, string reason, int failures);

    [LoggerMessage(91, LogLevel.Information, "The storage at {Address} answers again after {Seconds} s; calls that failed: {Failures}")]
    private static partial void Back(ILogger logger, string address, long seconds, int failures);
}
