using Gateway.Authentication.Access;
using Gateway.Authentication.Keys;

namespace Gateway.Authentication;

/// <summary>The key that a gateway without storage accepts. Registered only then, so that LocalHost can print it.</summary>
public sealed class DevelopmentKey
{
    private readonly SecretHash _hash;

    /// <param name="configured">Any non-empty text of the operator's choice; without one a key is made.</param>
    public DevelopmentKey(string? configured)
    {
        IsGenerated = string.IsNullOrWhiteSpace(configured);
        Value = IsGenerated ? ApiKey.Generate().Text : configured!.Trim();
        _hash = SecretHash.Of(Value);
    }

    public string Value { get; }

    public bool IsGenerated { get; }

    /// <summary>Hashes first, so that neither the length nor the beginning of the key can be timed.</summary>
    public bool Matches(string presented) => SecretHash.Of(presented).Equals(_hash);

    public static Caller ToCaller(string header) => new()
    {
        KeyId = "development",
        Team = "development",
        Name = "Development key",
        CredentialKind = CredentialKind.ApiKey,
        CredentialHeader = header,
        Scopes = Access.Scopes.All,
    };

    public override string ToString() => nameof(DevelopmentKey);
}
