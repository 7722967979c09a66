using System.Text.Json.Serialization;

namespace Gateway.Audit;

public enum AuditOutcome
{
    /// <summary>Written before the act: what is not followed by another outcome was done.</summary>
    [JsonStringEnumMemberName("done")]
    Done,

    [JsonStringEnumMemberName("failed")]
    Failed,

    /// <summary>The storage did not say, or nobody waited for its answer: a look at the thing itself tells.</summary>
    [JsonStringEnumMemberName("unknown")]
    Unknown,
}

/// <summary>One administrative act: who did what to which thing, and when. Holds no secrets.</summary>
/// <param name="At">When.</param>
/// <param name="Actor">Who: the operating system's user, the name given with <c>--as</c>, or a key id.</param>
/// <param name="Action">What: <c>key.create</c>, <c>key.update</c>, <c>key.rotate</c>, <c>key.revoke</c>, <c>team.set</c>, <c>team.remove</c>, <c>issuer.add</c>, <c>issuer.remove</c>, <c>learned.clear</c>.</param>
/// <param name="Target">The id of the key or issuer, the name of the team, or the target whose lessons were cleared (<c>*</c>: all).</param>
/// <param name="Outcome">Whether it came to be.</param>
/// <param name="Details">What else is worth knowing later.</param>
public sealed record AuditEntry(
    DateTimeOffset At,
    string Actor,
    string Action,
    string Target,
    AuditOutcome Outcome,
    IReadOnlyDictionary<string, string> Details)
{
    /// <summary>In the trail: it begins with the time, and no other entry has the same. The store gives it.</summary>
    [JsonIgnore]
    internal string Place { get; init; } = "";
}
