using Gateway.Authentication.Access;

namespace Gateway.Authentication.Keys;

/// <summary>What has become of a key.</summary>
public enum KeyState
{
    Active,
    Expired,
    Revoked,
}

/// <summary>A key as it is stored: its hash, what it may do, and its life.</summary>
public sealed record VirtualKey
{
    public required string Id { get; init; }

    public required SecretHash Hash { get; init; }

    /// <summary>The secret before the last rotation, which works until <see cref="PreviousValidUntil"/>.</summary>
    public SecretHash? PreviousHash { get; init; }

    public DateTimeOffset? PreviousValidUntil { get; init; }

    public required string Team { get; init; }

    public string? Name { get; init; }

    public string? Owner { get; init; }

    public IReadOnlyList<string> Scopes { get; init; } = [];

    /// <summary>Holds the scope <c>manage</c>, or has held it: from then on the bootstrap key is refused.</summary>
    public bool HasManaged { get => field || Scopes.Contains(Access.Scopes.Manage, StringComparer.Ordinal); init; }

    public IReadOnlyList<string> Models { get; init; } = [];

    public IReadOnlyList<string> Providers { get; init; } = [];

    public Limits Limits { get; init; } = Limits.None;

    public IReadOnlyDictionary<string, string> Tags { get; init; } = new Dictionary<string, string>();

    public required DateTimeOffset CreatedAt { get; init; }

    public required string CreatedBy { get; init; }

    public DateTimeOffset? ExpiresAt { get; init; }

    public DateTimeOffset? RotatedAt { get; init; }

    public DateTimeOffset? RevokedAt { get; init; }

    public string? RevokedBy { get; init; }

    /// <summary>The storage's mark of this version of the row; an update with an old one is refused.</summary>
    public string? Version { get; init; }

    public KeyState StateAt(DateTimeOffset now) =>
        RevokedAt is not null ? KeyState.Revoked
        : ExpiresAt <= now ? KeyState.Expired
        : KeyState.Active;

    /// <summary>
    /// True for the current secret of the key, and for the one before it as long as they overlap. Compares twice
    /// whatever the key is, and when there is none: the time that it takes says nothing.
    /// </summary>
    public static bool Accepts(VirtualKey? key, SecretHash presented, DateTimeOffset now)
    {
        bool current = presented.Equals(key?.Hash ?? SecretHash.OfNothing);
        bool previous = presented.Equals(key?.PreviousHash ?? SecretHash.OfNothing);
        return key is not null & (current | (previous & now < key?.PreviousValidUntil));
    }

    public Caller ToCaller(string header) => new()
    {
        KeyId = Id,
        Team = Team,
        Name = Name,
        CredentialKind = CredentialKind.ApiKey,
        CredentialHeader = header,
        Scopes = Scopes,
        AllowedModels = Models,
        AllowedProviders = Providers,
        Limits = Limits,
        Tags = Tags,
        ExpiresAt = ExpiresAt,
    };
}
