using Gateway.Diagnostics;
using Gateway.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Gateway.Alerts;

/// <summary>
/// Stores alerts as they are raised and sends them, beside all requests. Once a minute it looks for what other instances
/// left behind. What the storage cannot take is sent from memory, and listed when it can, unless it is about money, which
/// waits for the storage: only there can instances agree on who tells it.
/// </summary>
internal sealed partial class AlertSender(
    AlertOutbox outbox, IAlertStore store, AlertDelivery delivery, StorageWatch? storage, TimeProvider time, ILoggerFactory loggers) : BackgroundService
{
    private const int MostHeld = AlertOutbox.Capacity;

    private static readonly TimeSpan s_first = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_period = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan s_last = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan s_again = TimeSpan.FromSeconds(5);

    private readonly ILogger _logger = loggers.CreateLogger("Gateway.Alerts.AlertSender");

    /// <summary>For what needs no storage.</summary>
    private readonly MemoryAlertStore _memory = new();

    private readonly Queue<Alert> _held = new();
    private readonly LogInterval _warnings = new(time);

    /// <summary>What was raised and not yet sent is stored, and tried once.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        using CancellationTokenSource moment = new(s_last, time);
        using CancellationTokenSource limited = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, moment.Token);
        try
        {
            await TryRunAsync(limited.Token);
        }
        catch (OperationCanceledException)
        {
            // What is stored is sent by another instance, or by the next.
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // What is on its way to a receiver when the process is told to stop gets there, and is marked: else another instance sends it again.
        using CancellationTokenSource last = new(Timeout.InfiniteTimeSpan, time);
        await using CancellationTokenRegistration stopping = stoppingToken.Register(() => last.CancelAfter(s_last));
        try
        {
            TimeSpan wait = s_first * (1 + Random.Shared.NextDouble());
            while (true)
            {
                await outbox.WaitAsync(wait, time, stoppingToken);
                wait = await TryRunAsync(last.Token);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // StopAsync does the rest.
        }
    }

    /// <summary>A mistake in here must not end the gateway.</summary>
    private async Task<TimeSpan> TryRunAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await RunAsync(cancellationToken);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            Failed(_logger, exception);
            return s_period;
        }
    }

    private async Task<TimeSpan> RunAsync(CancellationToken cancellationToken)
    {
        TimeSpan wait = s_period;
        try
        {
            foreach (Alert alert in outbox.TakeAll())
            {
                Hold(alert);
            }

            await StoreHeldAsync(cancellationToken);
            await _memory.CopyEndedAsync(store, cancellationToken);
            wait = await delivery.RoundAsync(store, s_period, cancellationToken);
        }
        catch (StorageUnavailableException exception)
        {
            wait = s_again;
            if (_warnings.TryBegin())
            {
                Away(_logger, exception.Level, exception.Message);
            }
        }

        return await LookAtStorageAsync(wait, cancellationToken);
    }

    private void Hold(Alert alert)
    {
        if (_held.Count == MostHeld)
        {
            _held.Dequeue();
            Lost(_logger);
        }

        _held.Enqueue(alert);
    }

    private async Task StoreHeldAsync(CancellationToken cancellationToken)
    {
        while (_held.TryPeek(out Alert? alert))
        {
            try
            {
                await store.TryAddAsync(ToStore(alert), cancellationToken);
            }
            catch (Exception exception) when (exception is StorageUnavailableException or OperationCanceledException)
            {
                await TakeToMemoryAsync();
                throw;
            }

            _held.Dequeue();
        }
    }

    /// <summary>All that is not about money.</summary>
    private async Task TakeToMemoryAsync()
    {
        for (int left = _held.Count; left > 0; left--)
        {
            Alert alert = _held.Dequeue();
            if (alert.Budget is not null)
            {
                _held.Enqueue(alert);
            }
            else
            {
                await _memory.TryAddAsync(ToStore(alert), CancellationToken.None);
            }
        }
    }

    private StoredAlert ToStore(Alert alert) => new(alert, delivery.IsWanted(alert.Event) ? AlertState.Pending : AlertState.Recorded);

    /// <summary>News of the storage itself, and what it could not take, go out without it.</summary>
    private async Task<TimeSpan> LookAtStorageAsync(TimeSpan wait, CancellationToken cancellationToken)
    {
        if (storage is null)
        {
            return wait;
        }

        if (storage.News() is { } news)
        {
            await _memory.TryAddAsync(ToStore(news), cancellationToken);
        }

        TimeSpan next = await delivery.RoundAsync(_memory, s_period, cancellationToken);
        next = next < wait ? next : wait;
        return next > s_again && (storage.IsFailing || _memory.HasEnded) ? s_again : next;
    }

    [LoggerMessage(EventId = 72, Message = "Alerts cannot be stored or looked for, which is tried again in a moment: {Why}")]
    private static partial void Away(ILogger logger, LogLevel level, string why);

    [LoggerMessage(73, LogLevel.Error, "Sending alerts failed inside the gateway; it is tried again in a minute")]
    private static partial void Failed(ILogger logger, Exception exception);

    [LoggerMessage(74, LogLevel.Error, "So many alerts wait for the storage that the oldest is dropped")]
    private static partial void Lost(ILogger logger);
}
