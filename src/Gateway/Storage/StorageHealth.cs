namespace Gateway.Storage;

/// <summary>Since when no call of the Table service has worked.</summary>
internal sealed class StorageHealth(TimeProvider time)
{
    /// <summary>A service that fails now and then is not looked at for each of its failures.</summary>
    private static readonly TimeSpan s_betweenSuspicions = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private volatile bool _isFailing;
    private long _since;
    private long? _suspectedAt;
    private string _why = "";

    /// <summary>Called when a call failed and those before it had worked.</summary>
    public Action? Suspected { get; set; }

    /// <summary>Hears of each call that failed, and of the first that worked again. Null on the command line, which says it itself.</summary>
    public StorageLog? Log { get; set; }

    /// <summary>Null while calls work.</summary>
    public (TimeSpan For, string Why)? FailingFor
    {
        get
        {
            lock (_lock)
            {
                return _isFailing ? (time.GetElapsedTime(_since), _why) : null;
            }
        }
    }

    public void Worked()
    {
        if (_isFailing)
        {
            lock (_lock)
            {
                _isFailing = false;
            }

            Log?.Worked();
        }
    }

    public void Failed(string why)
    {
        Log?.Failed(why);
        lock (_lock)
        {
            _why = why;
            if (_isFailing)
            {
                return;
            }

            (_isFailing, _since) = (true, time.GetTimestamp());
            if (_suspectedAt is { } at && time.GetElapsedTime(at) < s_betweenSuspicions)
            {
                return;
            }

            _suspectedAt = _since;
        }

        Suspected?.Invoke();
    }
}
