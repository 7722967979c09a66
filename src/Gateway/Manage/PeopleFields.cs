using Gateway.Authentication.Access;
using Gateway.Authentication.Oidc;

namespace Gateway.Manage;

/// <summary>The part of an issuer's rule that says what is taken from each person's claims.</summary>
internal static class PeopleFields
{
    public const string People = "people";

    private const string Pattern = "pattern";

    public static readonly string[] OfPeople = ["label_claims", "team_claim", "teams", "limits_claim", "limits"];

    public static readonly string[] OfTeam = [Pattern, GrantFields.Team];

    public static readonly string[] OfLimits = [Pattern, GrantFields.Limits];

    public static PeopleRule? Read(FieldReader fields) => fields.Object(People, OfPeople) is not { } people ? null : new PeopleRule
    {
        LabelClaims = people.Texts("label_claims"),
        TeamClaim = people.Text("team_claim"),
        Teams = [.. people.Objects("teams", OfTeam).Select(entry => new TeamOfClaim(entry.RequiredText(Pattern), entry.RequiredText(GrantFields.Team)))],
        LimitsClaim = people.Text("limits_claim"),
        Limits = [.. people.Objects("limits", OfLimits).Select(entry => new LimitsOfClaim(entry.RequiredText(Pattern), GrantFields.ReadLimits(entry)(Limits.None)))],
    };
}
