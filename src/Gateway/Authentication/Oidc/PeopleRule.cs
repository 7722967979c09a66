using System.Globalization;
using System.Text.Json.Serialization;
using Gateway.Authentication.Access;

namespace Gateway.Authentication.Oidc;

/// <summary>
/// What a rule takes from the claims of each person: team, limits and a name. Of a claim's values and the patterns, in
/// the order in which they are written, the first pair that matches counts; who matches none has what the rule gives to
/// all, which is what newcomers get.
/// </summary>
public sealed record PeopleRule
{
    /// <summary>In a team's name it stands for the claim's own value.</summary>
    public const string ClaimValue = "{claim}";

    private const int LongestText = 500;
    private const int LongestLabel = 128;
    private const int MostItems = 200;

    /// <summary>Claims that name the person, in order of preference: <c>preferred_username</c>, <c>email</c>. None: nobody is named.</summary>
    public IReadOnlyList<string> LabelClaims { get; init; } = [];

    public string? TeamClaim { get; init; }

    public IReadOnlyList<TeamOfClaim> Teams { get; init; } = [];

    public string? LimitsClaim { get; init; }

    public IReadOnlyList<LimitsOfClaim> Limits { get; init; } = [];

    /// <summary>The name to show, or null when no claim has one that can be shown.</summary>
    internal string? LabelOf(TokenClaims claims) => LabelClaims.SelectMany(claims.Values).FirstOrDefault(IsLabel);

    /// <summary>Null when no pattern matches.</summary>
    internal string? TeamOf(TokenClaims claims) => TeamClaim is null ? null : Teams
        .SelectMany(entry => claims.Values(TeamClaim)
            .Where(value => Wildcard.Matches(entry.Pattern, value, StringComparison.Ordinal))
            .Select(value => entry.Team.Replace(ClaimValue, value, StringComparison.Ordinal)))
        .FirstOrDefault();

    /// <summary>Limits that nobody has, when no pattern matches.</summary>
    internal Limits LimitsOf(TokenClaims claims) => LimitsClaim is null ? Access.Limits.None : Limits
        .FirstOrDefault(entry => claims.Values(LimitsClaim).Any(value => Wildcard.Matches(entry.Pattern, value, StringComparison.Ordinal)))?.Limits
        ?? Access.Limits.None;

    internal void Validate(List<string> errors, bool perSubject)
    {
        if (!perSubject)
        {
            errors.Add("What is taken from each person's claims needs per_subject (--per-subject): without it all tokens of the rule are one caller.");
        }

        Pair(errors, "team_claim (--team-claim)", TeamClaim, "teams (--team-map)", Teams.Count);
        Pair(errors, "limits_claim (--limits-claim)", LimitsClaim, "limits (--limits-map)", Limits.Count);
        foreach (string text in LabelClaims.Append(TeamClaim).Append(LimitsClaim).OfType<string>().Concat(Teams.Select(entry => entry.Pattern)).Concat(Limits.Select(entry => entry.Pattern)))
        {
            GrantRules.Text(errors, "name or pattern of each claim of people", text, LongestText);
        }

        if (LabelClaims.Count > MostItems || Teams.Count > MostItems || Limits.Count > MostItems)
        {
            errors.Add($"There are more than {MostItems} entries for one claim of people.");
        }

        foreach (TeamOfClaim entry in Teams)
        {
            errors.AddRange(GrantRules.Validate(entry.Team.Replace(ClaimValue, "x", StringComparison.Ordinal), [], [], [], Access.Limits.None)
                .Select(error => $"'{entry.Pattern}': {error}"));
        }

        foreach (LimitsOfClaim entry in Limits)
        {
            errors.AddRange(GrantRules.Validate("any", [], [], [], entry.Limits).Select(error => $"'{entry.Pattern}': {error}"));
        }
    }

    private static void Pair(List<string> errors, string claim, string? name, string map, int entries)
    {
        if (name is null != (entries == 0))
        {
            errors.Add($"{claim} and {map} need each other.");
        }
    }

    /// <summary>One line that shows what it is: nothing that hides, breaks or turns the text of a table around.</summary>
    private static bool IsLabel(string text) => text.Length <= LongestLabel && !string.IsNullOrWhiteSpace(text) && text.EnumerateRunes().All(rune =>
        System.Text.Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator
            or UnicodeCategory.ParagraphSeparator or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned or UnicodeCategory.Surrogate)
        && rune != System.Text.Rune.ReplacementChar);
}

/// <param name="Pattern">Of the claim's values, with * for any text.</param>
/// <param name="Team">Who pays for those. <c>{claim}</c> in it stands for the value.</param>
public sealed record TeamOfClaim(string Pattern, string Team);

/// <param name="Pattern">Of the claim's values, with * for any text.</param>
/// <param name="Limits">They take the place of the rule's, kind by kind.</param>
public sealed record LimitsOfClaim(string Pattern, Limits Limits);

/// <summary>The JSON inside the column. What is unknown is an error: a gateway that left it out would let people in as somebody else.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(PeopleRule))]
internal sealed partial class PeopleRuleJson : JsonSerializerContext;
