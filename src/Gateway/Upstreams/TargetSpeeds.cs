using System.Collections.Concurrent;
using Gateway.Routing;
using Gateway.Translation.Errors;

namespace Gateway.Upstreams;

/// <summary>
/// How long targets take until they begin to answer: moving averages, kept per instance. A whole answer begins when it is
/// all there, so streams and whole answers have averages of their own.
/// </summary>
public sealed class TargetSpeeds(TimeProvider time)
{
    /// <summary>What was heard before counts half after so long.</summary>
    private static readonly TimeSpan s_halfLife = TimeSpan.FromSeconds(30);

    /// <summary>A single answer counts that much, however close to the one before.</summary>
    private const double LeastShare = 0.2;

    /// <summary>A failure takes that long at least: it would seem fast.</summary>
    private static readonly TimeSpan s_failure = TimeSpan.FromSeconds(10);

    /// <summary>Who was not heard of for so long may have become faster.</summary>
    private static readonly TimeSpan s_stale = TimeSpan.FromMinutes(1);

    /// <summary>How many of the requests look at one that is stale.</summary>
    private const double Looks = 0.1;

    /// <summary>By names that the operator wrote: those that clients make up share one.</summary>
    private readonly ConcurrentDictionary<(string Provider, string Series, bool Stream), Speed> _speeds = new();

    /// <summary>Unknown is last: who wants a look is put first by that.</summary>
    internal TimeSpan Of(Target target, bool stream)
    {
        Speed speed = SpeedOf(target, stream);
        lock (speed)
        {
            return speed.Average ?? TimeSpan.MaxValue;
        }
    }

    /// <summary>For those who look on; null where nothing was heard.</summary>
    internal TimeSpan? Look(Target target, bool stream)
    {
        TimeSpan[] known = [.. _speeds.Where(each => each.Key.Provider == target.Provider.Name && each.Key.Stream == stream && target.IsSeries(each.Key.Series)).Select(each => AverageOf(each.Value)).OfType<TimeSpan>()];
        return known.Length == 0 ? null : TimeSpan.FromTicks((long)known.Average(each => each.Ticks));
    }

    private static TimeSpan? AverageOf(Speed speed)
    {
        lock (speed)
        {
            return speed.Average;
        }
    }

    /// <summary>Whether a request is to find out how fast the target is now. One that may is not joined by others at once.</summary>
    /// <param name="target">Is unknown, or was not heard of for long.</param>
    /// <param name="stream">What kind of answer.</param>
    /// <param name="chance">From 0 to 1.</param>
    internal bool WantsLook(Target target, bool stream, double chance)
    {
        Speed speed = SpeedOf(target, stream);
        lock (speed)
        {
            bool wants = speed.LookedAt is not { } at || (time.GetElapsedTime(at) >= s_stale && (speed.Average is null || chance < Looks));
            if (wants)
            {
                speed.LookedAt = time.GetTimestamp();
            }

            return wants;
        }
    }

    /// <param name="target">Was asked.</param>
    /// <param name="stream">What kind of answer.</param>
    /// <param name="outcome">Of the attempt.</param>
    /// <param name="took">Until its first token, or until it ended without one.</param>
    /// <param name="began">There was a first token.</param>
    internal void Hear(Target target, bool stream, Outcome outcome, TimeSpan took, bool began)
    {
        Speed speed = SpeedOf(target, stream);
        lock (speed)
        {
            if (outcome is Outcome.BrokenOff or Refusal { MayFailOver: true, Error.Code: not GatewayError.StoppedCode })
            {
                TimeSpan twice = (speed.Average ?? TimeSpan.Zero) * 2;
                speed.Hear(new[] { took, twice, s_failure }.Max(), time);
            }
            else if (outcome is Outcome.Answered || began || (outcome is Outcome.ClientLeft && took > speed.Average))
            {
                // Who leaves before the first token has seen at least that it takes long.
                speed.Hear(took, time);
            }
        }
    }

    /// <summary>How many speeds are kept.</summary>
    internal int Count => _speeds.Count;

    /// <summary>Forgets what has changed or is gone.</summary>
    internal void Keep(Unchanged unchanged)
    {
        foreach ((string Provider, string Series, bool Stream) speed in _speeds.Keys.Where(speed => !unchanged.HasTarget(speed.Provider, speed.Series)))
        {
            _speeds.TryRemove(speed, out _);
        }
    }

    private Speed SpeedOf(Target target, bool stream) => _speeds.GetOrAdd((target.Provider.Name, target.Series, stream), static _ => new Speed());

    private sealed class Speed
    {
        private static readonly TimeSpan s_most = TimeSpan.FromHours(1);
        private long _heardAt;

        public TimeSpan? Average { get; private set; }

        public long? LookedAt { get; set; }

        public void Hear(TimeSpan took, TimeProvider time)
        {
            double share = Average is null ? 1 : Math.Max(LeastShare, 1 - Math.Pow(2, -(time.GetElapsedTime(_heardAt) / s_halfLife)));
            TimeSpan average = ((Average ?? TimeSpan.Zero) * (1 - share)) + (took * share);
            Average = average < s_most ? average : s_most;
            _heardAt = time.GetTimestamp();
            LookedAt = _heardAt;
        }
    }
}
