using Gateway.Metering.Rollups;
using Gateway.Metering.Usage;
using Gateway.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Gateway.Metering;

/// <summary>
/// Brings entries from the buffer to the store, many at a time, and tries again for as long as the process lives. At
/// shutdown it writes what is left.
/// </summary>
internal sealed partial class UsageWriter(
    UsageBuffer buffer, IUsageStore store, RollupBook totals, TimeProvider time, ILoggerFactory loggers) : BackgroundService
{
    /// <summary>What one transaction of a Table takes.</summary>
    private const int MaxBatch = 100;

    /// <summary>What a process that is killed loses at most, while the store takes entries as fast as they come: those that wait and those on their way.</summary>
    public const int MostUnwritten = UsageBuffer.Enough + MaxBatch;

    /// <summary>Waiting a little for company makes one transaction out of many; a receipt comes so much later.</summary>
    public static readonly TimeSpan Linger = TimeSpan.FromMilliseconds(250);

    private static readonly TimeSpan s_firstPause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan s_longestPause = TimeSpan.FromSeconds(5);

    private readonly ILogger _logger = loggers.CreateLogger("Gateway.Metering.UsageWriter");

    /// <summary>Taken from the buffer and not yet written.</summary>
    private readonly List<UsageEntry> _held = new(MaxBatch);
    private long _toldDropped;

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        try
        {
            while (Take())
            {
                await WriteAsync(cancellationToken);
            }
        }
        catch (OperationCanceledException)
        {
            LeftBehind(_logger, _held.Count + buffer.Reader.Count);
        }

        TellDropped();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (await buffer.Reader.WaitToReadAsync(stoppingToken))
            {
                await GatherAsync(stoppingToken);
                while (Take())
                {
                    await WriteAsync(stoppingToken);
                }

                TellDropped();
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // StopAsync writes the rest.
        }
    }

    private async Task GatherAsync(CancellationToken cancellationToken)
    {
        using CancellationTokenSource gathered = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAny(Task.Delay(Linger, time, gathered.Token), buffer.WaitForEnoughAsync(gathered.Token));
        await gathered.CancelAsync();
        cancellationToken.ThrowIfCancellationRequested();
    }

    /// <summary>False when there is nothing to write.</summary>
    private bool Take()
    {
        while (_held.Count < MaxBatch && buffer.Reader.TryRead(out UsageEntry? entry))
        {
            _held.Add(entry);
        }

        return _held.Count > 0;
    }

    /// <summary>Returns when all that is held is written, or will never be.</summary>
    private async Task WriteAsync(CancellationToken cancellationToken)
    {
        TimeSpan pause = s_firstPause;
        while (true)
        {
            try
            {
                IReadOnlySet<string> refused = await store.AppendAsync(_held, cancellationToken);
                if (refused.Count > 0)
                {
                    buffer.CountDropped(refused.Count);
                    Refused(_logger, refused.Count);
                }

                // Once, and only what is stored: the totals of a day can be computed from its rows again.
                totals.Add(_held.Where(entry => !refused.Contains(entry.RequestId)));
                _held.Clear();
                return;
            }
            catch (StorageUnavailableException exception)
            {
                Away(_logger, exception.Level, exception.Message, _held.Count + buffer.Reader.Count, pause.TotalSeconds);
                TellDropped();
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                // A bug must not end the metering of a process that goes on serving.
                Failed(_logger, exception);
            }

            await Task.Delay(pause * (0.75 + (Random.Shared.NextDouble() / 2)), time, cancellationToken);
            pause = pause * 2 < s_longestPause ? pause * 2 : s_longestPause;
        }
    }

    private void TellDropped()
    {
        long dropped = buffer.Dropped;
        if (dropped > _toldDropped)
        {
            Lost(_logger, dropped - _toldDropped, dropped);
            _toldDropped = dropped;
        }
    }

    [LoggerMessage(EventId = 20, Message = "Usage cannot be written: {Reason} {Waiting} entries wait; next try in about {Seconds} s")]
    private static partial void Away(ILogger logger, LogLevel level, string reason, int waiting, double seconds);

    [LoggerMessage(21, LogLevel.Error, "{Lost} usage entries were lost, {Total} since the start: the buffer was full or the store refused them")]
    private static partial void Lost(ILogger logger, long lost, long total);

    [LoggerMessage(22, LogLevel.Error, "The store refused {Count} usage entries for good")]
    private static partial void Refused(ILogger logger, int count);

    [LoggerMessage(23, LogLevel.Error, "{Count} usage entries were not written before the process had to end")]
    private static partial void LeftBehind(ILogger logger, int count);

    [LoggerMessage(24, LogLevel.Error, "Writing usage failed inside the gateway; it is tried again")]
    private static partial void Failed(ILogger logger, Exception exception);
}
