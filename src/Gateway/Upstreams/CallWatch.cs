namespace Gateway.Upstreams;

/// <summary>Looks on while a target is called, for what <see cref="TargetHealth"/> learns from it.</summary>
internal sealed class CallWatch
{
    private readonly TimeProvider _time;
    private readonly Pace? _pace;
    private readonly long _began;
    private bool _waits = true;

    /// <param name="time">The clock.</param>
    /// <param name="pace">Of the target; null for an answer that comes as a whole, before which silence says nothing.</param>
    /// <param name="pauses">How often in a row the target was left out.</param>
    public CallWatch(TimeProvider time, Pace? pace, int pauses)
    {
        (_time, _pace, _began) = (time, pace, time.GetTimestamp());
        Patience = pace?.Wait(pauses);
    }

    /// <summary>What the target gets at most to begin its answer, if another one is left; null for as long as the settings say.</summary>
    public TimeSpan? Patience { get; }

    /// <summary>The upstream has begun to answer.</summary>
    public void Headed(bool works)
    {
        _waits = false;
        _pace?.Begun(_time.GetElapsedTime(_began), works);
    }

    /// <summary>The upstream says nothing, or nothing more.</summary>
    public void TimedOut() => _pace?.Hung();

    /// <summary>The call is over.</summary>
    public void End()
    {
        if (_waits)
        {
            _pace?.GaveUp();
        }
    }
}
