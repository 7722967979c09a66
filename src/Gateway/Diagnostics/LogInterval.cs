namespace Gateway.Diagnostics;

/// <summary>For what goes on for a while: a line in the log each minute (or interval), and not one for each request that meets it.</summary>
internal sealed class LogInterval(TimeProvider time, TimeSpan? interval = null)
{
    /// <summary>For what lasts, and needs somebody who mends it.</summary>
    public static readonly TimeSpan Seldom = TimeSpan.FromMinutes(10);

    private readonly TimeSpan _interval = interval ?? TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private long? _last;

    /// <summary>True for the first to ask, and then for one of those who ask after each interval.</summary>
    public bool TryBegin()
    {
        lock (_lock)
        {
            if (_last is { } last && time.GetElapsedTime(last) < _interval)
            {
                return false;
            }

            _last = time.GetTimestamp();
            return true;
        }
    }
}
