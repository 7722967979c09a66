using System.Collections.Concurrent;
using Gateway.Diagnostics;
using Gateway.Routing;
using Gateway.Translation.Errors;
using Microsoft.Extensions.Logging;

namespace Gateway.Upstreams;

/// <summary>
/// Where a provider has several keys, each rests alone: one that is refused or used up says nothing of the others, while a
/// server that fails does so for all of them.
/// </summary>
internal sealed partial class KeyHealth(TimeProvider time, ILogger logger)
{
    /// <summary>For a limit that does not say when it is free again.</summary>
    private static readonly TimeSpan s_shortRest = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<(string Provider, int KeyNumber, string Series), Breaker> _breakers = new();

    /// <summary>The other keys of the same server are no way out, unless the refusal was for the key.</summary>
    /// <param name="next">May be asked.</param>
    /// <param name="asked">Refused.</param>
    /// <param name="refusal">What it said.</param>
    public static bool MayTakeOver(Target next, Target asked, Refusal refusal) => !IsOtherKey(next, asked) || Concerns(refusal);

    /// <summary>The same server, which another key does not make any faster.</summary>
    public static bool IsOtherKey(Target next, Target asked) => asked.Provider.KeyNumber > 0 && next.IsServedLike(asked);

    public Standing Ask(Target target) => Ask(target, out _);

    /// <param name="target">With one key of several, or the only one.</param>
    /// <param name="left">How long the key is not to be asked.</param>
    public Standing Ask(Target target, out TimeSpan left)
    {
        left = TimeSpan.Zero;
        return target.Provider.KeyNumber > 0 ? Of(target).Ask(out left) : Standing.Good;
    }

    public void Begin(Target target)
    {
        if (target.Provider.KeyNumber > 0)
        {
            Of(target).Begin();
        }
    }

    /// <summary>True when what came of a call is the key's doing.</summary>
    public bool Hear(Target target, Outcome? outcome, TimeSpan? asked)
    {
        if (target.Provider.KeyNumber == 0)
        {
            return false;
        }

        bool rests = outcome is Refusal { Error: var error } refusal && Concerns(refusal) && error.Status is not (403 or 404);
        CallResult result = rests ? CallResult.Rests : outcome is Outcome.Answered ? CallResult.Works : CallResult.Unknown;
        if (Of(target).Hear(result, asked ?? s_shortRest) is { } pause)
        {
            Rests(logger, target.Provider.KeyNumber, LogText.Of(target.ToString()), pause.TotalSeconds, Reason(((Refusal)outcome!).Error));
        }

        return rests;
    }

    /// <summary>Forgets what has changed or is gone.</summary>
    public void Keep(Unchanged unchanged)
    {
        foreach ((string Provider, int KeyNumber, string Series) key in _breakers.Keys.Where(key => !unchanged.HasTarget(key.Provider, key.Series)))
        {
            _breakers.TryRemove(key, out _);
        }
    }

    /// <summary>Another key may do better: the server itself is well.</summary>
    private static bool Concerns(Refusal refusal) =>
        refusal is { Unreachable: false, IsBlameless: false, Error: var error } && (error.Status is 403 or 404 or 429 || error.OfCredentials || error.Type == ErrorType.Billing);

    private static string Reason(GatewayError error) =>
        error.OfCredentials ? "the provider refuses it, replace it" : error.Type == ErrorType.Billing ? "its account is empty" : "its limit is used up";

    private Breaker Of(Target target) =>
        _breakers.GetOrAdd((target.Provider.Name, target.Provider.KeyNumber, target.Series), static (_, time) => new Breaker(time), time);

    [LoggerMessage(12, LogLevel.Warning, "Key {Number} of {Target} rests for {Seconds} s: {Reason}")]
    private static partial void Rests(ILogger logger, int number, string target, double seconds, string reason);
}
