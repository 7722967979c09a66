using Gateway.Authentication.Access;
using Gateway.Bounds;
using Gateway.Routing;
using Gateway.Translation.Errors;

namespace Gateway.Upstreams;

/// <summary>
/// Which upstream is asked, and how often: the next target when one is down, busy or misconfigured, and the same one
/// again when its refusal taught how it wants the request. Targets that just failed others come last, and those that
/// could not be reached are left out for a while.
/// </summary>
public sealed class Failover(UpstreamMemory memory, TargetHealth health, CallSlots slots)
{
    /// <summary>One retry for each thing that an upstream may refuse; more would be a loop.</summary>
    private const int MaxLessons = 6;

    /// <summary>Says the request in the words of one target. Null and the error when it cannot be said there.</summary>
    internal delegate UpstreamCall? Translate(Target target, Lessons lessons, out GatewayError? error);

    /// <summary>Makes one call, and answers the client if it can. Nobody is left to be asked after the last.</summary>
    internal delegate Task<Outcome> Attempt(UpstreamCall call, bool last);

    /// <summary>Comes back with the outcome of the last attempt.</summary>
    internal async Task<Outcome> RunAsync(Caller caller, string requestId, IReadOnlyList<Target> targets, Translate translate, Attempt attempt, CancellationToken aborted)
    {
        List<Target> order = health.Order(targets, out TimeSpan soonest);
        List<Refusal> refusals = [];
        foreach (Target target in order)
        {
            bool last = refusals.Count == order.Count - 1;
            Outcome outcome = await TryAsync(caller, requestId, target, translate, call => CallAsync(call, last, attempt, aborted));
            if (outcome is not Refusal { MayFailOver: true } refusal)
            {
                return outcome;
            }

            refusals.Add(refusal);
        }

        return refusals.Count > 0 ? Refusal.OfMany(refusals) : Refusal.NobodyLeft(soonest);
    }

    private async Task<Outcome> CallAsync(UpstreamCall call, bool last, Attempt attempt, CancellationToken aborted)
    {
        // While another target is left nobody waits at a full one. It is not the target's failure: its health hears nothing.
        using IDisposable? slot = await slots.EnterAsync(call.Request.Target, mayWait: last, aborted);
        if (slot is null)
        {
            return new Refusal(CallSlots.TargetIsFull);
        }

        Outcome? outcome = null;
        health.Begin(call.Request.Target);
        try
        {
            return outcome = await attempt(call, last);
        }
        finally
        {
            health.Hear(call.Request.Target, outcome);
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
                return new Refusal(error!);
            }

            Outcome outcome = await attempt(call);
            if (outcome is not Refusal refusal)
            {
                // Only what proved right: the answer came once the request was said so.
                Remember(outcome is Outcome.Answered ? learned : [], caller, target, requestId);
                return outcome;
            }

            if (learned.Count + (fitted ? 1 : 0) == MaxLessons)
            {
                return refusal;
            }

            if (!fitted && refusal.Error.FittingMaxTokens is { } room && room < call.Wrote.MaxTokens)
            {
                // Concerns this request alone: input and max_tokens together were too much.
                (fitted, lessons) = (true, lessons with { MaxOutputTokens = room });
            }
            else if (Lesson.Of(refusal.Error, call, lessons) is { } next)
            {
                learned.Add(next);
                lessons = lessons.With(next);
            }
            else
            {
                return refusal;
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
