namespace Gateway.Authentication.Access;

/// <summary>An authenticated caller and what it may do. Holds nothing secret, so it may be logged.</summary>
public sealed record Caller
{
    /// <summary>The visible id of the key; <c>oidc.</c> and the rule's id for a token. Fit for row keys.</summary>
    public required string KeyId { get; init; }

    public required string Team { get; init; }

    public string? Name { get; init; }

    /// <summary>Its limits are for one subject of an OIDC rule, not for all.</summary>
    public bool PerSubject { get; init; }

    /// <summary>The <c>sub</c> of an OIDC token. May name a person.</summary>
    public string? Subject { get; init; }

    /// <summary>How the token names its person, where the rule says which claim does. Only shown: people change their names, and others take them.</summary>
    public string? Person { get; init; }

    public required CredentialKind CredentialKind { get; init; }

    /// <summary>One of <see cref="CredentialHeaders"/>.</summary>
    public required string CredentialHeader { get; init; }

    public IReadOnlyList<string> Scopes { get; init; } = [];

    /// <summary>It may use <c>/manage</c> and nothing else: no models, no lists of them.</summary>
    public bool OnlyManages { get; init; }

    /// <summary>Patterns of model ids; none means every model.</summary>
    public IReadOnlyList<string> AllowedModels { get; init; } = [];

    /// <summary>Patterns of provider names; none means every provider.</summary>
    public IReadOnlyList<string> AllowedProviders { get; init; } = [];

    public Limits Limits { get; init; } = Limits.None;

    public IReadOnlyDictionary<string, string> Tags { get; init; } = new Dictionary<string, string>();

    /// <summary>When the key or the token ends; null for a key that does not.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    public bool AllowsModel(string id) =>
        AllowedModels.Count == 0 || AllowedModels.Any(pattern => Wildcard.Matches(pattern, id, StringComparison.Ordinal));

    /// <summary>Provider names are configuration keys, and those have no case.</summary>
    public bool AllowsProvider(string name) =>
        AllowedProviders.Count == 0 || AllowedProviders.Any(pattern => Wildcard.Matches(pattern, name, StringComparison.OrdinalIgnoreCase));

    public bool CallsModels => Access.Scopes.CallModels(Scopes);

    /// <summary>Numbers of every team are open to it.</summary>
    public bool ReadsAllTeams => HasScope(Access.Scopes.Manage) || HasScope(Access.Scopes.UsageOfAll);

    public bool HasScope(string scope) => Scopes.Contains(scope, StringComparer.Ordinal);
}
