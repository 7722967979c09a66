using Gateway.Authentication.Access;
using Gateway.Bounds;
using Gateway.Routing;
using Gateway.Translation.Errors;

namespace Gateway.Upstreams;

/// <summary>
/// Which upstream is asked, and how often: the next target when one is down, busy or misconfigured, one with a larger
/// window when the conversation is too long, and the same one again when its refusal taught how it wants the request.
/// Targets that just failed others come last, and those that could not be reached are left out for a while.
/// </summary>
public sealed class Failover(UpstreamMemory memory, TargetHealth health, CallSlots slots, ConfigurationAlarm alarm, FailureLog failures)
{
    /// <summary>One retry for each thing that an upstream may refuse; more would be a loop.</summary>
    private const int MaxLessons = 6;

    private static readonly FailoverRules s_usual = new();

    /// <summary>Says the request in the words of one target. Null and the error when it cannot be said there.</summary>
    internal delegate UpstreamCall? Translate(Target target, Lessons lessons, out GatewayError? error);

    /// <summary>Makes one call, and answers the client if it can. Nobody is left to be asked after the last.</summary>
    internal delegate Task<Outcome> Attempt(UpstreamCall call, bool last);

    /// <summary>Comes back with the outcome of the last attempt.</summary>
    internal async Task<Outcome> RunAsync(Caller caller, string requestId, IReadOnlyList<Target> targets, Translate translate, Attempt attempt, FailoverRules? rules = null, CancellationToken aborted = default)
    {
        await health.RefreshAsync();
        rules ??= s_usual;
        List<Target> order = Order(targets, rules, out TimeSpan soonest);
        List<(Target Target, Refusal Refusal)> refused = [];
        for (int at = 0; at >= 0 && at < order.Count; at = order.FindIndex(at + 1, next => refused.All(one => MayTakeOver(next, one, rules))))
        {
            Target target = order[at];
            bool last = order.Skip(at + 1).All(next => KeyHealth.IsOtherKey(next, target));
            Outcome outcome = await TryAsync(caller, requestId, target, translate, call => CallAsync(call, last, attempt, rules, aborted));
            if (outcome is not Refusal refusal || !(refusal.MayFailOver || IsOfThisTarget(refusal, rules)))
            {
                return outcome;
            }

            refused.Add((target, refusal));
        }

        return refused.Count == 0 ? Refusal.NobodyLeft(soonest) : Refusal.OfMany([.. refused.Select(one => one.Refusal)], Counts);

        // That a target is busy does not matter where one with as large a window found the conversation too long.
        bool Counts(Refusal passing)
        {
            (Target Target, Refusal Refusal) busy = refused.Find(one => ReferenceEquals(one.Refusal, passing));
            return refused.All(one => one.Refusal.Error.Code != GatewayError.ContextCode || IsLarger(busy.Target, one, rules));
        }
    }

    /// <summary>In poor standing last, and at the very end those whose window is surely too small.</summary>
    private List<Target> Order(IReadOnlyList<Target> targets, FailoverRules rules, out TimeSpan soonest)
    {
        List<Target> order = health.Order(targets, out soonest);
        if (rules.PassedOver is { } passedOver && !order.SequenceEqual(targets))
        {
            // Some target behind it comes before it.
            for (int i = 0; i < targets.Count; i++)
            {
                int place = order.IndexOf(targets[i]);
                if (place < 0 || targets.Skip(i + 1).Any(behind => order.IndexOf(behind) is >= 0 and var ahead && ahead < place))
                {
                    passedOver(new PassedOver(targets[i], PassedOverReason.Failed));
                }
            }
        }

        return [.. order.Where(target => !rules.SurelyTooSmall(target)), .. order.Where(rules.SurelyTooSmall)];
    }

    /// <summary>It may be answered elsewhere, though not by everyone.</summary>
    private static bool IsOfThisTarget(Refusal refusal, FailoverRules rules) =>
        refusal.Error.Code == GatewayError.ContextCode || (refusal.Error.Code == GatewayError.FilterCode && rules.AfterFilter);

    private static bool MayTakeOver(Target next, (Target Target, Refusal Refusal) refused, FailoverRules rules) =>
        KeyHealth.MayTakeOver(next, refused.Target, refused.Refusal) && (refused.Refusal.Error.Code != GatewayError.ContextCode || IsLarger(next, refused, rules));

    /// <summary>Only what is known: to be refused once more would cost the client time and tell it nothing.</summary>
    private static bool IsLarger(Target next, (Target Target, Refusal Refusal) refused, FailoverRules rules) =>
        next.ContextWindow > (refused.Refusal.Error.ContextLimit ?? refused.Target.ContextWindow ?? rules.EstimatedInput);

    private async Task<Outcome> CallAsync(UpstreamCall call, bool last, Attempt attempt, FailoverRules rules, CancellationToken aborted)
    {
        // While another target is left nobody waits at a full one. It is not the target's failure: its health hears nothing.
        using IDisposable? slot = await slots.EnterAsync(call.Request.Target, mayWait: last, aborted);
        if (slot is null)
        {
            rules.PassedOver?.Invoke(new PassedOver(call.Request.Target, PassedOverReason.Full));
            return new Refusal(CallSlots.TargetIsFull);
        }

        Outcome? outcome = null;
        CallWatch watch = call.Watch = health.Begin(call.Request);
        try
        {
            outcome = await attempt(call, last);
            alarm.Hear(call, outcome);
            return outcome;
        }
        finally
        {
            health.Hear(call.Request.Target, watch, outcome);
        }
    }

    private async Task<Outcome> TryAsync(Caller caller, string requestId, Target target, Translate translate, Func<UpstreamCall, Task<Outcome>> attempt)
    {
        Lessons lessons = memory.Of(caller, target);
        List<Lesson> learned = [];
        bool fitted = false;
        while (true)
        {
            using UpstreamCall? call = translate(target, lessons, out GatewayError? error);
            if (call is null)
            {
                return new Refusal(error!) { Unsaid = true };
            }

            Outcome outcome = await attempt(call);
            if (outcome is not Refusal refusal)
            {
                // Only what proved right: the answer came once the request was said so.
                Remember(outcome is Outcome.Answered ? learned : [], caller, target, requestId);
                return failures.Heard(requestId, call, outcome);
            }

            bool enough = learned.Count + (fitted ? 1 : 0) == MaxLessons;
            if (!enough && !fitted && refusal.Error.FittingMaxTokens is { } room && room < call.Wrote.MaxTokens)
            {
                // Concerns this request alone: input and max_tokens together were too much.
                (fitted, lessons) = (true, lessons with { MaxOutputTokens = room });
            }
            else if (!enough && Lesson.Of(refusal.Error, call, lessons) is { } next)
            {
                learned.Add(next);
                lessons = lessons.With(next);
            }
            else
            {
                return failures.Heard(requestId, call, refusal);
            }
        }
    }

    private void Remember(List<Lesson> learned, Caller caller, Target target, string requestId)
    {
        foreach (Lesson lesson in learned.Where(lesson => lesson.Lasts))
        {
            memory.Learn(caller, target, lesson, requestId);
        }
    }
}
