using Gateway.Authentication.Access;
using Gateway.Translation.Errors;

namespace Gateway.Authentication.Keys;

/// <summary>
/// The refusals of a key. Each names the header the key came in. Only the holder of the right secret is told more
/// than that the key is not valid: an unknown id and a wrong secret read the same.
/// </summary>
internal static class KeyRefusal
{
    public static GatewayError Foreign(string header) => GatewayError.Authentication(header == CredentialHeaders.ApiKey
        ? $"The {header} header does not hold an API key of this gateway: those begin with '{ApiKey.Prefix}'. A non-empty {header} header decides alone; send other tokens as 'Authorization: Bearer' without it."
        : $"The {header} header holds neither an API key of this gateway (those begin with '{ApiKey.Prefix}') nor an OIDC token (JWT).");

    public static GatewayError Damaged(string header) => GatewayError.Authentication(
        $"The API key in the {header} header fails its checksum: it was mistyped or cut when it was copied.");

    public static GatewayError Invalid(string header) => GatewayError.Authentication(
        $"The API key in the {header} header is not valid. Ask the operator of this gateway for a new one.");

    public static GatewayError Revoked(string header) => GatewayError.Authentication(
        $"The API key in the {header} header has been revoked. Ask the operator of this gateway for a new one.");

    public static GatewayError Expired(string header, DateTimeOffset expiry) => GatewayError.Authentication(
        $"The API key in the {header} header expired on {expiry.UtcDateTime:yyyy-MM-dd HH:mm} UTC. Ask the operator of this gateway for a new one.");

    public static GatewayError BootstrapStopped(string header) => GatewayError.Authentication(
        $"The bootstrap key in the {header} header stopped when the first key with scope manage was made. Use that key; the operator removes Gateway__BootstrapKey.");

    public static GatewayError BootstrapOnlyManages() => GatewayError.Permission(
        "The bootstrap key is for /manage only: it makes the first keys. Make one with POST /manage/keys, and use that here.");

    public static GatewayError BootstrapMakesManagers() => GatewayError.Permission(
        "The bootstrap key gives no key the scope manage: it makes the first one that has it, with POST /manage/keys.");

    /// <summary>Worth a retry, so the client's SDK is left to decide.</summary>
    public static GatewayError StorageUnavailable(string header) => GatewayError.Unavailable(
        $"The storage of API keys cannot be reached, so the key in the {header} header cannot be checked. Try again in a moment.");
}
