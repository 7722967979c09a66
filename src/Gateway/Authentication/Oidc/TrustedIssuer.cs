using System.Text.Json.Serialization;
using Gateway.Authentication.Access;

namespace Gateway.Authentication.Oidc;

/// <summary>
/// A rule for tokens of one issuer: which of them are let in, and as whom. An issuer may have several rules; the first
/// by id that a token fulfils is the one that counts.
/// </summary>
public sealed record TrustedIssuer
{
    private const int LongestId = 40;
    private const int LongestText = 500;
    private const int MostItems = 50;

    /// <summary>Chosen by the operator; also what usage and limits are counted under.</summary>
    public required string Id { get; init; }

    /// <summary>The token's <c>iss</c>, to the letter. Keys are fetched from there and from nowhere else.</summary>
    public required string Issuer { get; init; }

    /// <summary>The token's <c>aud</c> must hold one of these.</summary>
    public required IReadOnlyList<string> Audiences { get; init; }

    /// <summary>Claims that the token must have, each with patterns of which one must match.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Claims { get; init; } = new Dictionary<string, IReadOnlyList<string>>();

    /// <summary>Said by the operator in so many words when every subject of the issuer is welcome.</summary>
    public bool AnySubject { get; init; }

    /// <summary>Count limits and usage for each subject by itself instead of for the rule.</summary>
    public bool PerSubject { get; init; }

    /// <summary>What is taken from each person's claims instead of being the same for all; null for nothing.</summary>
    public PeopleRule? People { get; init; }

    /// <summary>Of all, or of those of whom <see cref="People"/> says nothing else.</summary>
    public required string Team { get; init; }

    public string? Name { get; init; }

    public IReadOnlyList<string> Scopes { get; init; } = [];

    public IReadOnlyList<string> Models { get; init; } = [];

    public IReadOnlyList<string> Providers { get; init; } = [];

    public Limits Limits { get; init; } = Limits.None;

    public IReadOnlyDictionary<string, string> Tags { get; init; } = new Dictionary<string, string>();

    public DateTimeOffset CreatedAt { get; init; }

    public string CreatedBy { get; init; } = string.Empty;

    /// <summary>What whoever has just added it should know.</summary>
    public IReadOnlyList<string>? Warnings { get; init; }

    /// <summary>Some or all of those who come by it have a budget.</summary>
    [JsonIgnore]
    public bool HasBudget => Limits.HasBudget || People?.Limits.Any(entry => entry.Limits.HasBudget) == true;

    public static bool IsId(string id) =>
        id.Length is > 0 and <= LongestId && id.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');

    /// <summary>Everything that is wrong with it, not the first thing only.</summary>
    public IReadOnlyList<string> Validate()
    {
        List<string> errors = [.. GrantRules.Validate(Team, Models, Providers, Scopes, Limits)];
        GrantRules.Text(errors, "name", Name, LongestText);
        GrantRules.Tags(errors, Tags);
        People?.Validate(errors, PerSubject);
        if (!IsId(Id))
        {
            errors.Add($"The id must have 1 to {LongestId} characters of a-z, 0-9 and '-'.");
        }

        if (!Uri.TryCreate(Issuer, UriKind.Absolute, out Uri? uri) || uri.Scheme != Uri.UriSchemeHttps
            || uri.Query.Length > 0 || uri.Fragment.Length > 0 || uri.UserInfo.Length > 0 || Issuer.Length > LongestText)
        {
            errors.Add("The issuer must be an https address without query, fragment and user, exactly as the tokens have it in 'iss'.");
        }

        if (Audiences.Count is 0 or > MostItems)
        {
            errors.Add($"There must be 1 to {MostItems} audiences. An audience that is only this gateway's keeps tokens for others out.");
        }

        if (Claims.Count == 0 && !AnySubject)
        {
            errors.Add("At least one claim must be required: at issuers that serve many customers anybody can get a token for any audience. If everyone at this issuer is to be let in, say so.");
        }

        foreach (string text in Claims.Keys.Concat(Claims.Values.SelectMany(patterns => patterns)).Concat(Audiences))
        {
            GrantRules.Text(errors, "name or pattern of each claim and audience", text, LongestText);
        }

        if (Claims.Count > MostItems || Claims.Values.Any(patterns => patterns.Count is 0 or > MostItems))
        {
            errors.Add($"There may be {MostItems} claims, each with 1 to {MostItems} patterns.");
        }

        return errors;
    }
}
