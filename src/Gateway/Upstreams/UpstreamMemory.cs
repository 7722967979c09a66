using Gateway.Authentication.Access;
using Gateway.Diagnostics;
using Gateway.Routing;
using Microsoft.Extensions.Logging;

namespace Gateway.Upstreams;

/// <summary>
/// What upstream models refused and then answered without, so that the next request is spared the refusal. What one
/// caller's requests taught is used for that caller only: nobody changes the world of another. It is kept in the process
/// for an hour, and operators see and clear it under <c>/manage/learned</c>.
/// </summary>
public sealed partial class UpstreamMemory(TimeProvider time, ILoggerFactory loggers)
{
    /// <summary>Names are at most 256 characters, so this is a few megabytes at most. Whoever is pushed out pays one more retry.</summary>
    private const int MaxEntries = 2000;

    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);

    private readonly ILogger _logger = loggers.CreateLogger("Gateway.Upstreams.UpstreamMemory");
    private readonly Lock _lock = new();
    private readonly Dictionary<Owner, Dictionary<string, Learned>> _byOwner = [];
    private int _count;

    /// <summary>A token's key id is that of its rule, which many people share.</summary>
    private readonly record struct Owner(string KeyId, string? Subject, string Target);

    internal Lessons Of(Caller caller, Target target)
    {
        if (Volatile.Read(ref _count) == 0)
        {
            return Lessons.None;
        }

        DateTimeOffset now = time.GetUtcNow();
        lock (_lock)
        {
            return _byOwner.TryGetValue(OwnerOf(caller, target), out Dictionary<string, Learned>? all)
                ? all.Values.Where(learned => learned.ExpiresAt > now).Aggregate(Lessons.None, (lessons, learned) => lessons.With(learned.Lesson))
                : Lessons.None;
        }
    }

    /// <summary>Remembers what proved right: the request was answered once it was said so.</summary>
    internal void Learn(Caller caller, Target target, Lesson lesson, string requestId)
    {
        DateTimeOffset now = time.GetUtcNow();
        Learned learned = new(target.ToString(), caller.KeyId, lesson.Parameter, lesson.MaxOutputTokens, requestId, now, now + Lifetime);
        lock (_lock)
        {
            MakeRoom(now);
            Owner owner = OwnerOf(caller, target);
            if (!_byOwner.TryGetValue(owner, out Dictionary<string, Learned>? all))
            {
                _byOwner[owner] = all = new(StringComparer.Ordinal);
            }

            _count += all.ContainsKey(lesson.Parameter) ? 0 : 1;
            all[lesson.Parameter] = learned;
        }

        Remembered(_logger, requestId, learned.KeyId, LogText.Of(learned.Target), lesson.Parameter, lesson.MaxOutputTokens, learned.ExpiresAt);
    }

    /// <summary>What is in force, newest first.</summary>
    public IReadOnlyList<Learned> List()
    {
        DateTimeOffset now = time.GetUtcNow();
        lock (_lock)
        {
            return [.. _byOwner.Values.SelectMany(all => all.Values).Where(learned => learned.ExpiresAt > now).OrderByDescending(learned => learned.LearnedAt)];
        }
    }

    /// <summary>Forgets what is known of a target, or of all. Returns how much that was.</summary>
    public int Clear(string? target)
    {
        lock (_lock)
        {
            return Remove((owner, _) => target is null || owner.Target == target);
        }
    }

    /// <summary>Forgets what other servers of the same name refused.</summary>
    internal void Keep(Unchanged unchanged)
    {
        lock (_lock)
        {
            Remove((owner, _) => !unchanged.HasProvider(owner.Target.Split('/')[0]));
        }
    }

    private static Owner OwnerOf(Caller caller, Target target) => new(caller.KeyId, caller.Subject, target.ToString());

    private void MakeRoom(DateTimeOffset now)
    {
        if (_count < MaxEntries)
        {
            return;
        }

        Remove((_, learned) => learned.ExpiresAt <= now);
        if (_count >= MaxEntries)
        {
            DateTimeOffset median = _byOwner.Values.SelectMany(all => all.Values).Select(learned => learned.LearnedAt).Order().ElementAt(_count / 2);
            Remove((_, learned) => learned.LearnedAt <= median);
        }
    }

    private int Remove(Func<Owner, Learned, bool> condemned)
    {
        int before = _count;
        foreach ((Owner owner, Dictionary<string, Learned> all) in _byOwner.ToList())
        {
            foreach (string parameter in all.Where(entry => condemned(owner, entry.Value)).Select(entry => entry.Key).ToList())
            {
                all.Remove(parameter);
                _count--;
            }

            if (all.Count == 0)
            {
                _byOwner.Remove(owner);
            }
        }

        return before - _count;
    }

    [LoggerMessage(10, LogLevel.Warning, "{RequestId} learned for key {KeyId}: {Target} does not take {Parameter} (limit {MaxOutputTokens}); remembered until {Until:u}")]
    private static partial void Remembered(ILogger logger, string requestId, string keyId, string target, string parameter, int? maxOutputTokens, DateTimeOffset until);
}

/// <summary>One thing that is remembered, as operators see it.</summary>
/// <param name="Target"><c>provider/model</c>.</param>
/// <param name="KeyId">Whose requests it changes; <c>oidc.</c> and the rule for tokens, of which each subject has its own.</param>
/// <param name="Parameter">What is left out, or lowered.</param>
/// <param name="MaxOutputTokens">To what the output limit is lowered; null when the parameter is left out.</param>
/// <param name="RequestId">The request that taught it: the log and its receipt tell the story.</param>
/// <param name="LearnedAt">When.</param>
/// <param name="ExpiresAt">From then on the parameter is sent again.</param>
public sealed record Learned(string Target, string KeyId, string Parameter, int? MaxOutputTokens, string RequestId, DateTimeOffset LearnedAt, DateTimeOffset ExpiresAt)
{
    internal Lesson Lesson => new(Parameter, MaxOutputTokens, Lasts: true);
}
