using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Gateway.Authentication.Access;

namespace Gateway.Authentication.Oidc;

/// <summary>Finds the rule for a verified token, and who that makes the caller.</summary>
internal static class IssuerMatch
{
    /// <summary>The first rule that fits, or why that cannot take the token, or why the one that came closest does not.</summary>
    public static (TrustedIssuer? Rule, string? Problem) Find(IReadOnlyList<TrustedIssuer> rules, TokenClaims claims)
    {
        string? problem = null;
        foreach (TrustedIssuer rule in rules)
        {
            if (!rule.Audiences.Intersect(claims.Audiences, StringComparer.Ordinal).Any())
            {
                problem ??= "is for another audience ('aud')";
            }
            else if (FirstMissing(rule, claims) is { } claim)
            {
                problem = $"has no claim '{claim}' with a value that is let in";
            }
            else if (rule.PerSubject && string.IsNullOrWhiteSpace(claims.Subject))
            {
                // One budget for all who have no name would be nobody's.
                return (null, $"has no subject ('sub'), and the rule '{rule.Id}' counts each subject by itself");
            }
            else if (rule.People?.TeamOf(claims) is { } team && !GrantRules.IsTeam(team))
            {
                return (null, $"has a claim '{rule.People.TeamClaim}' whose value is no name of a team");
            }
            else
            {
                return (rule, null);
            }
        }

        return (null, problem);
    }

    public static Caller ToCaller(TrustedIssuer rule, TokenClaims claims) => new()
    {
        KeyId = rule.PerSubject ? $"oidc.{rule.Id}.{SubjectId(claims.Subject)}" : $"oidc.{rule.Id}",
        Team = rule.People?.TeamOf(claims) ?? rule.Team,
        Name = rule.Name,
        Subject = claims.Subject,
        PerSubject = rule.PerSubject,
        Person = rule.People?.LabelOf(claims),
        CredentialKind = CredentialKind.Oidc,
        CredentialHeader = CredentialHeaders.Authorization,
        Scopes = rule.Scopes,
        AllowedModels = rule.Models,
        AllowedProviders = rule.Providers,
        Limits = rule.People is { } people ? people.LimitsOf(claims).Or(rule.Limits) : rule.Limits,
        Tags = rule.Tags,
        ExpiresAt = claims.ExpiresAt,
    };

    private static string? FirstMissing(TrustedIssuer rule, TokenClaims claims) => rule.Claims
        .Where(required => !claims.Values(required.Key).Any(
            value => required.Value.Any(pattern => Wildcard.Matches(pattern, value, StringComparison.Ordinal))))
        .Select(required => required.Key)
        .FirstOrDefault();

    /// <summary>Subjects hold characters that no row key takes, and people's names: 96 bits of a hash tell them apart.</summary>
    private static string SubjectId(string? subject) =>
        Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(subject ?? string.Empty)).AsSpan(0, 12));
}
