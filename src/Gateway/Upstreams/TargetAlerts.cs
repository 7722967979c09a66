using System.Collections.Concurrent;
using System.Globalization;
using Gateway.Alerts;
using Gateway.Routing;

namespace Gateway.Upstreams;

/// <summary>
/// Tells operators of targets that do not work: one alert of a kind for each target and hour, however many instances find
/// it. Named as the configuration does: names that clients made up under a wildcard go nowhere.
/// </summary>
internal sealed class TargetAlerts(AlertOutbox outbox, TimeProvider time)
{
    /// <summary>Those that were told to be down, and not yet to be well.</summary>
    private readonly ConcurrentDictionary<string, bool> _down = new(StringComparer.Ordinal);

    /// <summary>A target is left out from now on. One that asked for a rest is not down.</summary>
    public void Paused(Target target, CallResult why)
    {
        if (why is CallResult.Fails or CallResult.Dead)
        {
            string name = NameOf(target);
            string reason = why == CallResult.Dead ? "it cannot be reached" : "its calls fail";
            _down[name] = true;
            Raise(AlertEvents.TargetDown, "A target is down", $"{name} is left out for a while, since {reason}. Models with other targets go on with those.", new TargetNews(name, reason));
        }
    }

    public void Recovered(Target target)
    {
        string name = NameOf(target);
        if (_down.TryRemove(name, out _))
        {
            Raise(AlertEvents.TargetRecovered, "A target is well again", $"{name} answers again.", new TargetNews(name, null));
        }
    }

    public void Misconfigured(Target target, string mistake)
    {
        string name = NameOf(target);
        Raise(
            AlertEvents.TargetMisconfigured, "A target cannot be used",
            $"{name} cannot be used: {mistake}. Check its settings under Gateway:Providers and Gateway:Models.", new TargetNews(name, mistake));
    }

    private static string NameOf(Target target) => TargetId.Of(target).ToString();

    private void Raise(string name, string title, string message, TargetNews news)
    {
        DateTimeOffset now = time.GetUtcNow();
        outbox.TryRaise(new Alert
        {
            Id = Alert.IdOf(string.Create(CultureInfo.InvariantCulture, $"{name}|{news.Name}|{now.UtcDateTime:yyyyMMddHH}")),
            Event = name,
            At = now,
            Title = title,
            Message = message,
            Target = news,
        });
    }
}
