using Gateway.Authentication.Access;

namespace Gateway.Manage;

/// <summary>Whose numbers a caller sees: everybody's, or those of its own team and nothing of any other.</summary>
internal sealed class Sight
{
    /// <summary>Stands for who made or changed a thing, where readers of one team see it: operators are of another.</summary>
    public const string AnOperator = "operator";

    private readonly Caller _caller;

    private Sight(Caller caller, bool ofAll) => (_caller, OfAll) = (caller, ofAll);

    /// <summary>Nothing is kept from this caller.</summary>
    public bool OfAll { get; }

    /// <summary>The one team that there is for this caller; null when there are all.</summary>
    public string? Team => OfAll ? null : _caller.Team;

    /// <summary>Null for who sees nothing of others.</summary>
    public static Sight? Of(Caller caller) =>
        caller.ReadsAllTeams ? new Sight(caller, ofAll: true)
        : caller.HasScope(Scopes.Usage) ? new Sight(caller, ofAll: false)
        : null;

    /// <summary>Whether something of that team may be shown; what is nobody's belongs to operators.</summary>
    public bool Sees(string? team) => OfAll || team == _caller.Team;

    /// <summary>The team to look at, when <paramref name="asked"/> was asked for; or the refusal, when that is another's.</summary>
    public (string? Team, ManageAnswer? Refusal) TeamFor(string? asked) => asked is null || Sees(asked)
        ? (asked ?? Team, null)
        : (Team, new ManageAnswer.Refused(ScopeRefusal.OtherTeam(_caller)));
}
