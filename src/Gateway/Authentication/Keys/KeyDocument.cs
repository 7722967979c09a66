using System.Text.Json.Serialization;
using Gateway.Authentication.Access;

namespace Gateway.Authentication.Keys;

/// <summary>A key as operators see it, on the command line and under <c>/manage</c>. Never its hash.</summary>
public sealed record KeyDocument
{
    public required string Id { get; init; }

    /// <summary>The text of the key, in the answer that issues it and nowhere else.</summary>
    public string? Key { get; init; }

    public required string State { get; init; }

    public required string Team { get; init; }

    public string? Name { get; init; }

    public string? Owner { get; init; }

    public required IReadOnlyList<string> Models { get; init; }

    public required IReadOnlyList<string> Providers { get; init; }

    public required IReadOnlyList<string> Scopes { get; init; }

    public required Limits Limits { get; init; }

    /// <summary>Where keys are shown, not where one is made.</summary>
    public KeySpend? Spend { get; init; }

    public required IReadOnlyDictionary<string, string> Tags { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required string CreatedBy { get; init; }

    public DateTimeOffset? ExpiresAt { get; init; }

    public DateTimeOffset? RotatedAt { get; init; }

    /// <summary>Until when the secret before the last rotation works, while it does.</summary>
    public DateTimeOffset? PreviousValidUntil { get; init; }

    public DateTimeOffset? RevokedAt { get; init; }

    public string? RevokedBy { get; init; }

    /// <summary>What whoever has just changed it should know.</summary>
    public IReadOnlyList<string>? Warnings { get; init; }

    public static KeyDocument From(VirtualKey key, DateTimeOffset now, string? text = null) => new()
    {
        Id = key.Id,
        Key = text,
        State = key.StateAt(now) switch
        {
            KeyState.Active => "active",
            KeyState.Expired => "expired",
            _ => "revoked",
        },
        Team = key.Team,
        Name = key.Name,
        Owner = key.Owner,
        Models = key.Models,
        Providers = key.Providers,
        Scopes = key.Scopes,
        Limits = key.Limits,
        Tags = key.Tags,
        CreatedAt = key.CreatedAt,
        CreatedBy = key.CreatedBy,
        ExpiresAt = key.ExpiresAt,
        RotatedAt = key.RotatedAt,
        PreviousValidUntil = key.PreviousValidUntil > now ? key.PreviousValidUntil : null,
        RevokedAt = key.RevokedAt,
        RevokedBy = key.RevokedBy,
    };

    /// <summary>A record would print the key.</summary>
    public override string ToString() => $"{nameof(KeyDocument)} {Id}";
}

/// <summary>How operators' JSON is written.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(KeyDocument))]
[JsonSerializable(typeof(IReadOnlyList<KeyDocument>))]
public sealed partial class KeyJson : JsonSerializerContext;
