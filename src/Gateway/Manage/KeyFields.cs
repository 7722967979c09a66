using Gateway.Authentication.Access;
using Gateway.Authentication.Keys;

namespace Gateway.Manage;

/// <summary>The requests about keys.</summary>
internal static class KeyFields
{
    private const string Owner = "owner";
    private const string ExpiresAt = "expires_at";
    private const string Overlap = "overlap_seconds";

    public static readonly string[] OfUpdate =
    [
        GrantFields.Name, Owner, GrantFields.ScopeNames, GrantFields.Models, GrantFields.Providers, GrantFields.Limits, GrantFields.Tags, ExpiresAt,
    ];

    public static readonly string[] OfNew = [GrantFields.Team, .. OfUpdate];

    public static readonly string[] OfRotation = [Overlap];

    private static readonly TimeSpan s_usualOverlap = TimeSpan.FromHours(24);

    public static NewKey ReadNew(FieldReader fields, DateTimeOffset now) => new()
    {
        Team = fields.RequiredText(GrantFields.Team),
        Name = fields.Text(GrantFields.Name),
        Owner = fields.Text(Owner),
        Scopes = fields.Texts(GrantFields.ScopeNames),
        Models = fields.Texts(GrantFields.Models),
        Providers = fields.Texts(GrantFields.Providers),
        Limits = GrantFields.ReadLimits(fields)(Limits.None),
        Tags = fields.TextMap(GrantFields.Tags),
        ExpiresAt = fields.Time(ExpiresAt, now),
    };

    /// <summary>What is not given stays, what is null is cleared. Lists and tags are replaced whole, limits one by one.</summary>
    public static Func<VirtualKey, VirtualKey> ReadUpdate(FieldReader fields, DateTimeOffset now)
    {
        // With a body of its own, so that the JSON need not live on.
        (bool name, bool owner, bool scopes, bool models, bool providers, bool tags, bool expires) =
            (fields.Has(GrantFields.Name), fields.Has(Owner), fields.Has(GrantFields.ScopeNames), fields.Has(GrantFields.Models),
                fields.Has(GrantFields.Providers), fields.Has(GrantFields.Tags), fields.Has(ExpiresAt));
        (string? newName, string? newOwner) = (fields.Text(GrantFields.Name), fields.Text(Owner));
        (IReadOnlyList<string> newScopes, IReadOnlyList<string> newModels, IReadOnlyList<string> newProviders) =
            (fields.Texts(GrantFields.ScopeNames), fields.Texts(GrantFields.Models), fields.Texts(GrantFields.Providers));
        IReadOnlyDictionary<string, string> newTags = fields.TextMap(GrantFields.Tags);
        DateTimeOffset? newExpiry = fields.Time(ExpiresAt, now);
        Func<Limits, Limits> limits = GrantFields.ReadLimits(fields);
        return key => key with
        {
            Name = name ? newName : key.Name,
            Owner = owner ? newOwner : key.Owner,
            Scopes = scopes ? newScopes : key.Scopes,
            Models = models ? newModels : key.Models,
            Providers = providers ? newProviders : key.Providers,
            Tags = tags ? newTags : key.Tags,
            ExpiresAt = expires ? newExpiry : key.ExpiresAt,
            Limits = limits(key.Limits),
        };
    }

    public static Rotation ReadRotation(FieldReader fields) =>
        new(fields.Whole(Overlap, 0) is { } seconds ? TimeSpan.FromSeconds(Math.Min(seconds, int.MaxValue)) : s_usualOverlap);

    public sealed record Rotation(TimeSpan Overlap);
}
