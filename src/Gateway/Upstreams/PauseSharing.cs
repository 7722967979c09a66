using System.Collections.Frozen;
using Gateway.Diagnostics;
using Gateway.Storage;
using Microsoft.Extensions.Logging;

namespace Gateway.Upstreams;

/// <summary>
/// Tells other instances which targets are down, and hears it from them. Loosely: rows are read when requests come, every
/// few seconds at most, so that an idle app stays idle; no request fails or waits long for them.
/// </summary>
internal sealed partial class PauseSharing(PauseTable table, TimeProvider time, ILoggerFactory loggers)
{
    /// <summary>How old what is known may be before it is read anew, beside the requests.</summary>
    public static readonly TimeSpan Fresh = TimeSpan.FromSeconds(5);

    /// <summary>Who has known nothing for so long lets requests wait for the first rows, a moment.</summary>
    private static readonly TimeSpan s_blind = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan s_moment = TimeSpan.FromMilliseconds(300);

    /// <summary>A storage that is away must not gather writes: they are news, and news get old.</summary>
    private const int MaxWrites = 64;

    private readonly ILogger _logger = loggers.CreateLogger("Gateway.Upstreams.PauseSharing");
    private readonly LogInterval _warnings = new(time);
    private readonly Lock _lock = new();
    private FrozenDictionary<string, SharedPause> _known = FrozenDictionary<string, SharedPause>.Empty;
    private Task _reading = Task.CompletedTask;
    private Task _writing = Task.CompletedTask;
    private int _writes;
    private bool _wait;
    private long? _readAt;

    /// <summary>What other instances say of a target; null when they say nothing.</summary>
    /// <param name="rowKey">Of <see cref="TargetId"/>.</param>
    public SharedPause? Of(string rowKey) => Volatile.Read(ref _known).GetValueOrDefault(rowKey);

    /// <summary>A request is about to ask for targets.</summary>
    public async ValueTask RefreshAsync()
    {
        Task reading;
        lock (_lock)
        {
            TimeSpan age = _readAt is { } at ? time.GetElapsedTime(at) : TimeSpan.MaxValue;
            if (_reading.IsCompleted && age >= Fresh)
            {
                (_readAt, _wait) = (time.GetTimestamp(), age >= s_blind);
                _reading = ReadAsync();
            }

            if (!_wait)
            {
                return;
            }

            reading = _reading;
        }

        try
        {
            await reading.WaitAsync(s_moment, time);
        }
        catch (TimeoutException)
        {
            // Then without.
        }
    }

    public void Begin(TargetId id, TimeSpan pause, bool dead) => Write(() => table.WriteAsync(id, pause, dead));

    public void End(TargetId id) => Write(() => table.DeleteAsync(id));

    /// <summary>One after the other: the end of a pause must not overtake its beginning.</summary>
    private void Write(Func<Task> write)
    {
        lock (_lock)
        {
            if (_writes < MaxWrites)
            {
                _writes++;
                _writing = AfterAsync(_writing, write);
            }
        }
    }

    private async Task AfterAsync(Task before, Func<Task> write)
    {
        await before.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        await TryAsync(write);
        lock (_lock)
        {
            _writes--;
        }
    }

    private async Task ReadAsync()
    {
        // Not within the lock of whoever asks.
        await Task.Yield();
        await TryAsync(async () => Volatile.Write(ref _known, (await table.ReadAsync()).ToFrozenDictionary(pause => pause.RowKey)));
        lock (_lock)
        {
            _wait = false;
        }
    }

    private async Task TryAsync(Func<Task> call)
    {
        try
        {
            await call();
        }
        catch (Exception exception)
        {
            // Nobody hears of it but the log: requests do without.
            if (_warnings.TryBegin())
            {
                Alone(_logger, (exception as StorageUnavailableException)?.Level ?? LogLevel.Warning, exception.Message);
            }
        }
    }

    [LoggerMessage(EventId = 13, Message = "Instances cannot tell each other which targets are down, so each finds out for itself: {Why}")]
    private static partial void Alone(ILogger logger, LogLevel level, string why);
}
