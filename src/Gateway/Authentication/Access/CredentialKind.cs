using System.Text.Json.Serialization;

namespace Gateway.Authentication.Access;

/// <summary>What a caller proved its identity with.</summary>
public enum CredentialKind
{
    [JsonStringEnumMemberName("api_key")]
    ApiKey,

    [JsonStringEnumMemberName("oidc")]
    Oidc,
}
