using Gateway.Authentication.Access;

namespace Gateway.Authentication.Keys;

/// <summary>What an operator asks for when a key is made.</summary>
public sealed record NewKey
{
    private const int LongestText = 128;

    public required string Team { get; init; }

    public string? Name { get; init; }

    public string? Owner { get; init; }

    public IReadOnlyList<string> Scopes { get; init; } = [];

    public IReadOnlyList<string> Models { get; init; } = [];

    public IReadOnlyList<string> Providers { get; init; } = [];

    public Limits Limits { get; init; } = Limits.None;

    public IReadOnlyDictionary<string, string> Tags { get; init; } = new Dictionary<string, string>();

    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>A changed key, to be held against the same rules; an expiry that was there before may have passed.</summary>
    internal static NewKey From(VirtualKey key, VirtualKey before) => new()
    {
        Team = key.Team,
        Name = key.Name,
        Owner = key.Owner,
        Scopes = key.Scopes,
        Models = key.Models,
        Providers = key.Providers,
        Limits = key.Limits,
        Tags = key.Tags,
        ExpiresAt = key.ExpiresAt == before.ExpiresAt ? null : key.ExpiresAt,
    };

    /// <summary>Everything that is wrong with it, not the first thing only.</summary>
    public IReadOnlyList<string> Validate(DateTimeOffset now)
    {
        List<string> errors = [.. GrantRules.Validate(Team, Models, Providers, Scopes, Limits)];
        GrantRules.Text(errors, "name", Name, LongestText);
        GrantRules.Text(errors, "owner", Owner, LongestText);
        if (ExpiresAt <= now)
        {
            errors.Add("The expiry lies in the past.");
        }

        GrantRules.Tags(errors, Tags);
        return errors;
    }
}
