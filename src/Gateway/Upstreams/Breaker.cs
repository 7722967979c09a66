namespace Gateway.Upstreams;

/// <summary>How one call of a target went, as far as the target is to blame.</summary>
internal enum CallResult
{
    /// <summary>Nothing can be said: the client left, or the gateway stops.</summary>
    Unknown,

    /// <summary>The target works; it may have refused this one request.</summary>
    Works,

    /// <summary>It answered, with an error of its own.</summary>
    Fails,

    /// <summary>It cannot be reached, or says nothing.</summary>
    Dead,

    /// <summary>It said itself that it is not to be asked for a while: its limit or its account is used up.</summary>
    Rests,
}

/// <summary>Whether a target is worth a call.</summary>
internal enum Standing
{
    Good,

    /// <summary>Others first. It is alive, so it is asked when nobody else is left.</summary>
    Poor,

    /// <summary>A call would cost time and bring nothing.</summary>
    Dead,
}

/// <summary>
/// What is known of one target's health. Three failures in a row, or half of the calls of a minute, close it off for a
/// while that doubles each time; then a single call probes it.
/// </summary>
internal sealed class Breaker(TimeProvider time)
{
    private const int MaxInARow = 3;
    private const int EnoughCalls = 10;
    private const int MaxDoublings = 4;
    private static readonly TimeSpan s_firstPause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_window = TimeSpan.FromMinutes(1);

    /// <summary>A probe that is not back by then leaves its place to another.</summary>
    private static readonly TimeSpan s_probe = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private int _inARow;
    private int _calls;
    private int _failures;
    private long _windowAt = time.GetTimestamp();
    private int _pauses;
    private long _pausedAt;
    private TimeSpan _pause;
    private bool _dead;
    private long? _probeAt;

    /// <summary>The pause is another instance's finding, not yet this one's own.</summary>
    private bool _foreign;

    /// <summary>The version of what was last taken over.</summary>
    private string? _adopted;

    private bool _heard;

    /// <summary>A call has shown something of the target, here or at another instance.</summary>
    public bool IsKnown
    {
        get
        {
            lock (_lock)
            {
                return _heard;
            }
        }
    }

    /// <summary>How often in a row it was left out.</summary>
    public int Pauses
    {
        get
        {
            lock (_lock)
            {
                return _pauses;
            }
        }
    }

    /// <summary>It was left out, and has not worked since.</summary>
    public bool IsPaused
    {
        get
        {
            lock (_lock)
            {
                return _pause > TimeSpan.Zero;
            }
        }
    }

    /// <summary>
    /// Takes over what another instance found. It may be that instance which is cut off: when nobody else is left, one call
    /// here finds out.
    /// </summary>
    /// <param name="shared">Null when others say nothing of this target, or no longer.</param>
    public void Adopt(SharedPause? shared)
    {
        lock (_lock)
        {
            if (shared is null)
            {
                if (_foreign && Left(_pausedAt, _pause) > TimeSpan.Zero)
                {
                    (_pause, _probeAt, _foreign) = (TimeSpan.Zero, null, false);
                }
            }
            else if (shared.Version != _adopted)
            {
                (_adopted, _heard) = (shared.Version, true);
                TimeSpan left = Left(shared.ReadAt, shared.Left);
                if (left > Left(_pausedAt, _pause))
                {
                    (_pausedAt, _pause, _dead, _probeAt, _foreign) = (time.GetTimestamp(), left, shared.Dead, null, true);
                }
            }
        }
    }

    /// <param name="left">How long the target is not to be asked; zero for one in good standing.</param>
    public Standing Ask(out TimeSpan left)
    {
        lock (_lock)
        {
            TimeSpan pause = Left(_pausedAt, _pause);
            TimeSpan probe = _probeAt is { } probeAt ? Left(probeAt, s_probe) : TimeSpan.Zero;
            left = pause > TimeSpan.Zero ? pause : probe;
            return left == TimeSpan.Zero ? Standing.Good
                : !_dead || (_foreign && probe == TimeSpan.Zero) ? Standing.Poor
                : Standing.Dead;
        }
    }

    /// <summary>A call begins. The first after a pause is a probe: others wait for what comes of it.</summary>
    public void Begin()
    {
        lock (_lock)
        {
            _probeAt = _pause > TimeSpan.Zero ? time.GetTimestamp() : null;
        }
    }

    /// <summary>Hears how a call went. Comes back with the pause that begins now, if one does.</summary>
    public TimeSpan? Hear(CallResult result, TimeSpan? asked = null)
    {
        lock (_lock)
        {
            _heard |= result != CallResult.Unknown;
            switch (result)
            {
                case CallResult.Works:
                    Count(failed: false);
                    (_inARow, _pauses, _pause, _probeAt, _foreign) = (0, 0, TimeSpan.Zero, null, false);
                    return null;
                case CallResult.Rests:
                    return Pause(asked ?? s_firstPause, dead: false);
                case CallResult.Fails or CallResult.Dead when !_foreign && Left(_pausedAt, _pause) > TimeSpan.Zero:
                    // It was under way when the pause began, and adds nothing.
                    return null;
                case CallResult.Fails or CallResult.Dead:
                    Count(failed: true);
                    _inARow++;
                    bool enough = _probeAt is not null || _inARow >= MaxInARow || (_calls >= EnoughCalls && _failures * 2 >= _calls);
                    return enough ? Pause(Longer(asked), result == CallResult.Dead) : null;
                default:
                    _probeAt = null;
                    return null;
            }
        }
    }

    /// <summary>Twice as long each time, but never shorter than the target asked for.</summary>
    private TimeSpan Longer(TimeSpan? asked)
    {
        TimeSpan pause = s_firstPause * (1 << Math.Min(_pauses++, MaxDoublings));
        return asked > pause ? asked.Value : pause;
    }

    private TimeSpan? Pause(TimeSpan pause, bool dead)
    {
        TimeSpan left = _foreign ? TimeSpan.Zero : Left(_pausedAt, _pause);
        if (pause <= left)
        {
            return null;
        }

        (_pausedAt, _pause, _dead, _probeAt, _foreign, _calls, _failures) = (time.GetTimestamp(), pause, dead, null, false, 0, 0);
        return left == TimeSpan.Zero ? pause : null;
    }

    private void Count(bool failed)
    {
        if (time.GetElapsedTime(_windowAt) >= s_window)
        {
            (_calls, _failures, _windowAt) = (0, 0, time.GetTimestamp());
        }

        _calls++;
        _failures += failed ? 1 : 0;
    }

    private TimeSpan Left(long since, TimeSpan duration)
    {
        TimeSpan left = duration - time.GetElapsedTime(since);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }
}
