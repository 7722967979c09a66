namespace Gateway.Diagnostics;

/// <summary>For what goes on for a while: a line in the log each minute, and not one for each request that meets it.</summary>
internal sealed class LogInterval(TimeProvider time)
{
    private static readonly TimeSpan s_interval = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private long? _last;

    /// <summary>True for the first to ask, and then for one of those who ask after each minute.</summary>
    public bool TryBegin()
    {
        lock (_lock)
        {
            if (_last is { } last && time.GetElapsedTime(last) < s_interval)
            {
                return false;
            }

            _last = time.GetTimestamp();
            return true;
        }
    }
}
