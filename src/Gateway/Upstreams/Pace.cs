namespace Gateway.Upstreams;

/// <summary>
/// How soon one target begins its streams, and so how long a request that another target could take waits for it. A target
/// that has let one wait in vain gets little time until it begins a stream again: a hung upstream costs seconds, not the
/// whole patience of each request.
/// </summary>
internal sealed class Pace(TimeProvider time)
{
    /// <summary>Who is well begins in less; new connections and long prompts included.</summary>
    private static readonly TimeSpan s_least = TimeSpan.FromSeconds(3);

    /// <summary>Of the usual time: slower than that is not usual.</summary>
    private const int Slack = 2;

    /// <summary>How much the newest of the times counts.</summary>
    private const double Newest = 0.2;

    /// <summary>A few times are no custom yet.</summary>
    private const int Enough = 5;

    private const int MaxDoublings = 8;

    private readonly Lock _lock = new();
    private TimeSpan _usual;
    private int _begun;
    private int _waiting;
    private long _silentSince;
    private bool _hung;

    /// <summary>From the call to the head of a stream, as it usually is; null while too few are known.</summary>
    public TimeSpan? Usual
    {
        get
        {
            lock (_lock)
            {
                return _begun >= Enough ? _usual : null;
            }
        }
    }

    /// <summary>A stream is asked for. Comes back with the time that the target gets to begin it; null when nothing is wrong with it.</summary>
    /// <param name="pauses">How often in a row it was left out: each time the next probe gets more, lest one that became slow never came back.</param>
    public TimeSpan? Wait(int pauses)
    {
        lock (_lock)
        {
            // Others wait already, and longer than is usual.
            bool overdue = _waiting > 0 && _begun >= Enough && time.GetElapsedTime(_silentSince) > Short;
            if (_waiting++ == 0)
            {
                _silentSince = time.GetTimestamp();
            }

            return _hung || overdue ? Short * (1 << Math.Clamp(pauses - 1, 0, MaxDoublings)) : null;
        }
    }

    /// <summary>The wait ends with the head of an answer.</summary>
    /// <param name="took">Since the call.</param>
    /// <param name="works">It is no error: those come sooner.</param>
    public void Begun(TimeSpan took, bool works)
    {
        lock (_lock)
        {
            _waiting--;
            (_hung, _silentSince) = (false, time.GetTimestamp());
            if (works)
            {
                _usual = _begun == 0 ? took : (_usual * (1 - Newest)) + (took * Newest);
                _begun = Math.Min(_begun + 1, Enough);
            }
        }
    }

    /// <summary>The wait ends without one.</summary>
    public void GaveUp()
    {
        lock (_lock)
        {
            _waiting--;
        }
    }

    /// <summary>Nothing came in time, neither head nor more.</summary>
    public void Hung()
    {
        lock (_lock)
        {
            _hung = true;
        }
    }

    private TimeSpan Short => _begun >= Enough && _usual * Slack > s_least ? _usual * Slack : s_least;
}
