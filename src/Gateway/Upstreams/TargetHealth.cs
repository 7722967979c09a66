using System.Collections.Concurrent;
using Gateway.Diagnostics;
using Gateway.Routing;
using Gateway.Translation.Errors;
using Microsoft.Extensions.Logging;

namespace Gateway.Upstreams;

/// <summary>
/// Which targets are down, so that one dead upstream is paid for by a few requests and not by each. Kept per instance.
/// A target that still answers, if only with errors, is always asked when no other is left.
/// </summary>
public sealed partial class TargetHealth(TimeProvider time, ILoggerFactory loggers)
{
    /// <summary>An upstream may ask for a day; a gateway that obeyed would forget to look whether it is well again.</summary>
    private static readonly TimeSpan s_longestRest = TimeSpan.FromMinutes(5);

    /// <summary>For keys that are refused and accounts that are empty: somebody has to act first.</summary>
    private static readonly TimeSpan s_restOfMisconfigured = TimeSpan.FromMinutes(1);

    private readonly ILogger _logger = loggers.CreateLogger("Gateway.Upstreams.TargetHealth");

    /// <summary>By names that the operator wrote: those that clients make up share one.</summary>
    private readonly ConcurrentDictionary<(string Provider, string Series), Breaker> _breakers = new();

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
            switch (Of(target).Ask(out TimeSpan left))
            {
                case Standing.Good:
                    good.Add(target);
                    break;
                case Standing.Poor:
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

    internal void Begin(Target target) => Of(target).Begin();

    /// <param name="target">Was called.</param>
    /// <param name="outcome">What came of it; null when the call was given up.</param>
    internal void Hear(Target target, Outcome? outcome)
    {
        (CallResult result, TimeSpan? asked) = ResultOf(outcome);
        if (Of(target).Hear(result, asked) is { } pause)
        {
            Paused(_logger, LogText.Of(target.ToString()), result, pause.TotalSeconds);
        }
    }

    private static TimeSpan? RetryAfter(GatewayError error) =>
        error.RetryAfterSeconds is { } seconds ? TimeSpan.FromSeconds(Math.Min(seconds, s_longestRest.TotalSeconds)) : null;

    private static (CallResult Result, TimeSpan? Asked) ResultOf(Outcome? outcome) => outcome switch
    {
        null or Outcome.ClientLeft or Outcome.Stopped or Refusal { IsBlameless: true } or Refusal { Error.Code: GatewayError.StoppedCode } => (CallResult.Unknown, null),
        Outcome.BrokenOff => (CallResult.Fails, null),
        Refusal { Unreachable: true } => (CallResult.Dead, null),
        Refusal { Error.Code: GatewayError.TooLateCode } => (CallResult.Fails, null),
        Refusal { Error: { ShouldRetry: false } error } when error.Type == ErrorType.Billing || error.Status >= 500 => (CallResult.Rests, s_restOfMisconfigured),
        Refusal { Error: { Status: 429 } error } => RetryAfter(error) is { } asked ? (CallResult.Rests, asked) : (CallResult.Fails, null),
        Refusal { Error: { Status: 408 or >= 500 } error } => (CallResult.Fails, RetryAfter(error)),
        _ => (CallResult.Works, null),
    };

    private Breaker Of(Target target) => _breakers.GetOrAdd((target.Provider.Name, target.Series), static (_, time) => new Breaker(time), time);

    [LoggerMessage(11, LogLevel.Warning, "{Target} is left out for {Seconds} s: {Result}")]
    private static partial void Paused(ILogger logger, string target, CallResult result, double seconds);
}
