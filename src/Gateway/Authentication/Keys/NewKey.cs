namespace Gateway.Authentication.Keys;

/// <summary>What an operator asks for when a key is made.</summary>
public sealed record NewKey
{
    private const int LongestText = 128;
    private const int MostItems = 100;

    public required string Team { get; init; }

    public string? Name { get; init; }

    public string? Owner { get; init; }

    public IReadOnlyList<string> Scopes { get; init; } = [];

    public IReadOnlyList<string> Models { get; init; } = [];

    public IReadOnlyList<string> Providers { get; init; } = [];

    public Limits Limits { get; init; } = Limits.None;

    public IReadOnlyDictionary<string, string> Tags { get; init; } = new Dictionary<string, string>();

    public DateTimeOffset? ExpiresAt { get; init; }

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

        if (Tags.Count > MostItems)
        {
            errors.Add($"There are more than {MostItems} tags.");
        }

        foreach ((string key, string value) in Tags)
        {
            GrantRules.Text(errors, "tag", key.Length == 0 ? " " : key, LongestText);
            GrantRules.Text(errors, $"tag {key}", value, LongestText);
        }

        return errors;
    }
}
