using System.Collections.Concurrent;
using Gateway.Diagnostics;
using Gateway.Routing;
using Gateway.Translation.Errors;
using Microsoft.Extensions.Logging;

namespace Gateway.Upstreams;

/// <summary>
/// Which targets are down, so that one dead upstream is paid for by a few requests and not by each. Each instance looks
/// for itself, and hears from the others.
/// A target that still answers, if only with errors, is always asked when no other is left.
/// </summary>
public sealed partial class TargetHealth
{
    /// <summary>An upstream may ask for a day; a gateway that obeyed would forget to look whether it is well again.</summary>
    internal static readonly TimeSpan LongestRest = TimeSpan.FromMinutes(5);

    /// <summary>For keys that are refused and accounts that are empty: somebody has to act first.</summary>
    private static readonly TimeSpan s_restOfMisconfigured = TimeSpan.FromMinutes(1);

    private readonly TimeProvider _time;
    private readonly PauseSharing? _sharing;
    private readonly ILogger _logger;
    private readonly TargetAlerts? _alerts;
    private readonly ConcurrentDictionary<TargetId, State> _states = new();
    private readonly KeyHealth _keys;

    /// <param name="time">The clock.</param>
    /// <param name="loggers">Hear when a pause begins.</param>
    /// <param name="sharing">Null: there are no other instances.</param>
    /// <param name="alerts">Hear of it, too; null: nobody is told.</param>
    internal TargetHealth(TimeProvider time, ILoggerFactory loggers, PauseSharing? sharing = null, TargetAlerts? alerts = null)
    {
        (_time, _sharing, _logger, _alerts) = (time, sharing, loggers.CreateLogger("Gateway.Upstreams.TargetHealth"), alerts);
        _keys = new KeyHealth(time, _logger);
    }

    /// <summary>Hears what other instances found, if it is time to. Never fails, and waits a moment at most.</summary>
    internal ValueTask RefreshAsync() => _sharing?.RefreshAsync() ?? ValueTask.CompletedTask;

    /// <summary>The order in which targets are worth asking: as given, but those in poor standing last and the dead not at all.</summary>
    /// <param name="targets">In order of preference.</param>
    /// <param name="soonest">When the first of those that are left out may be asked again.</param>
    internal List<Target> Order(IReadOnlyList<Target> targets, out TimeSpan soonest)
    {
        List<Target> good = [];
        List<Target> poor = [];
        soonest = TimeSpan.MaxValue;
        foreach (Target target in targets)
        {
            State state = Of(target);
            Breaker breaker = state.Breaker;
            breaker.Adopt(_sharing?.Of(state.RowKey));
            switch (breaker.Ask(out TimeSpan left))
            {
                case Standing.Good when _keys.Ask(target) == Standing.Good:
                    good.Add(target);
                    break;
                case Standing.Good or Standing.Poor:
                    poor.Add(target);
                    break;
                default:
                    soonest = left < soonest ? left : soonest;
                    break;
            }
        }

        good.AddRange(poor);
        return good;
    }

    internal CallWatch Begin(UpstreamRequest request)
    {
        (Breaker breaker, Pace pace, _) = Of(request.Target);
        breaker.Begin();
        _keys.Begin(request.Target);
        return new CallWatch(_time, request.Stream ? pace : null, breaker.Pauses);
    }

    /// <param name="target">Was called.</param>
    /// <param name="watch">Over the call.</param>
    /// <param name="outcome">What came of it; null when the call was given up.</param>
    internal void Hear(Target target, CallWatch watch, Outcome? outcome)
    {
        watch.End();
        (CallResult result, TimeSpan? asked) = ResultOf(outcome);
        if (_keys.Hear(target, outcome, asked))
        {
            // The server itself is well.
            (result, asked) = (CallResult.Works, null);
        }

        Breaker breaker = Of(target).Breaker;
        bool recovers = result == CallResult.Works && breaker.IsPaused;
        if (breaker.Hear(result, asked) is { } pause)
        {
            Paused(_logger, LogText.Of(target.ToString()), result, pause.TotalSeconds);
            _sharing?.Begin(TargetId.Of(target), pause, dead: result == CallResult.Dead);
            _alerts?.Paused(target, result);
        }
        else if (recovers)
        {
            Recovered(_logger, LogText.Of(target.ToString()));
            _sharing?.End(TargetId.Of(target));
            _alerts?.Recovered(target);
        }
    }

    /// <summary>How a target stands, for those who look on: nothing counts as a call of it.</summary>
    /// <param name="keys">The same place with each of its keys: it is as good as the best of them.</param>
    /// <returns>Null for one that nothing was heard of; and how long it is not to be asked.</returns>
    internal (Standing Standing, TimeSpan Left)? Look(IReadOnlyList<Target> keys)
    {
        Target target = keys[0];
        TargetId id = TargetId.Of(target);
        if (_sharing?.Of(id.RowKey()) is not null)
        {
            // Nobody asked it here, but others say how it is.
            Of(target);
        }

        (Standing Standing, TimeSpan Left)? poorest = null;
        foreach (State state in _states.Where(known => known.Key with { Series = id.Series } == id && target.IsSeries(known.Key.Series)).Select(known => known.Value))
        {
            state.Breaker.Adopt(_sharing?.Of(state.RowKey));
            Standing standing = state.Breaker.Ask(out TimeSpan left);
            if (state.Breaker.IsKnown && (poorest is not { } before || standing > before.Standing || left > before.Left))
            {
                poorest = (standing, left);
            }
        }

        (Standing Standing, TimeSpan Left) best = keys.Select(key => (_keys.Ask(key, out TimeSpan left), left)).MinBy(key => key.left);
        return best.Standing == Standing.Good || poorest is { Standing: not Standing.Good } ? poorest : (Standing.Poor, best.Left);
    }

    /// <summary>How many targets something is known of.</summary>
    internal int Count => _states.Count;

    /// <summary>Those that were asked, and how they stand now.</summary>
    internal IEnumerable<(TargetId Target, Standing Standing)> Standings() => _states.Select(state => (state.Key, state.Value.Breaker.Ask(out _)));

    /// <summary>Forgets what has changed or is gone.</summary>
    internal void Keep(Unchanged unchanged)
    {
        foreach (TargetId id in _states.Keys.Where(id => !unchanged.HasTarget(id.Provider, id.Series)))
        {
            _states.TryRemove(id, out _);
        }

        _keys.Keep(unchanged);
    }

    private static TimeSpan? RetryAfter(GatewayError error) =>
        error.RetryAfterSeconds is { } seconds ? TimeSpan.FromSeconds(Math.Min(seconds, LongestRest.TotalSeconds)) : null;

    private static (CallResult Result, TimeSpan? Asked) ResultOf(Outcome? outcome) => outcome switch
    {
        null or Outcome.ClientLeft or Outcome.Stopped or Refusal { Error.Code: GatewayError.StoppedCode or GatewayError.BusyCode } or Outcome.BrokenOff { Error.Code: GatewayError.BusyCode } => (CallResult.Unknown, null),
        Refusal { IsBlameless: true } => (CallResult.Unknown, null),
        Outcome.BrokenOff or Refusal { Error.Code: GatewayError.TooLateCode } => (CallResult.Fails, null),
        Refusal { Error: { ShouldRetry: false } error } when error.Type == ErrorType.Billing || error.Status >= 500 => (CallResult.Rests, s_restOfMisconfigured),
        Refusal { Unreachable: true } => (CallResult.Dead, null),
        Refusal { Error: { Status: 429 } error } => RetryAfter(error) is { } asked ? (CallResult.Rests, asked) : (CallResult.Fails, null),
        Refusal { Error: { Status: 408 or >= 500 } error } => (CallResult.Fails, RetryAfter(error)),
        _ => (CallResult.Works, null),
    };

    private State Of(Target target) =>
        _states.GetOrAdd(TargetId.Of(target), static (id, time) => new State(new Breaker(time), new Pace(time), id.RowKey()), _time);

    private sealed record State(Breaker Breaker, Pace Pace, string RowKey);

    [LoggerMessage(11, LogLevel.Warning, "{Target} is left out for {Seconds} s: {Result}")]
    private static partial void Paused(ILogger logger, string target, CallResult result, double seconds);

    [LoggerMessage(14, LogLevel.Information, "{Target} answers again")]
    private static partial void Recovered(ILogger logger, string target);
}
