using Gateway.Authentication.Access;
using Gateway.Authentication.Oidc;

namespace Gateway.Manage;

/// <summary>The request that adds a rule for an issuer's tokens.</summary>
internal static class IssuerFields
{
    public static readonly string[] OfNew =
    [
        "id", "issuer", "audiences", "claims", "any_subject", "per_subject", PeopleFields.People,
        GrantFields.Team, GrantFields.Name, GrantFields.ScopeNames, GrantFields.Models, GrantFields.Providers, GrantFields.Limits, GrantFields.Tags,
    ];

    public static TrustedIssuer ReadNew(FieldReader fields) => new()
    {
        Id = fields.RequiredText("id"),
        Issuer = fields.RequiredText("issuer"),
        Audiences = fields.Has("audiences") ? fields.Texts("audiences") : fields.Missing<IReadOnlyList<string>>("audiences", []),
        Claims = fields.TextsMap("claims"),
        AnySubject = fields.Flag("any_subject"),
        PerSubject = fields.Flag("per_subject"),
        People = PeopleFields.Read(fields),
        Team = fields.RequiredText(GrantFields.Team),
        Name = fields.Text(GrantFields.Name),
        Scopes = fields.Texts(GrantFields.ScopeNames),
        Models = fields.Texts(GrantFields.Models),
        Providers = fields.Texts(GrantFields.Providers),
        Limits = GrantFields.ReadLimits(fields)(Limits.None),
        Tags = fields.TextMap(GrantFields.Tags),
    };
}
