namespace Gateway.Authentication.Access;

/// <summary>How long an instance goes by what it once read: so long may a change take to be seen everywhere.</summary>
internal static class Lifetimes
{
    /// <summary>Of a key, a team's limits or the rules of issuers.</summary>
    public static readonly TimeSpan Known = TimeSpan.FromSeconds(60);

    /// <summary>Of a refusal. Short, since what is refused now may be made the next moment.</summary>
    public static readonly TimeSpan Refused = TimeSpan.FromSeconds(10);
}
