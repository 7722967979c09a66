namespace Gateway.Routing;

/// <summary>Which answers of a model are kept without being asked to: the settings <c>Gateway:Models:[i]:Cache</c>.</summary>
/// <param name="Ttl">For how long.</param>
/// <param name="All">Also those that would come out otherwise the next time.</param>
public sealed record CacheRule(TimeSpan Ttl, bool All)
{
    /// <summary>Whatever is older, few would still call an answer.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(7);
}
