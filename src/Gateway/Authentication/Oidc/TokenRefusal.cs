using Gateway.Authentication.Access;
using Gateway.Translation.Errors;

namespace Gateway.Authentication.Oidc;

/// <summary>The refusals of a token. They repeat nothing of it.</summary>
internal static class TokenRefusal
{
    private const string Subject = $"The token in the {CredentialHeaders.Authorization} header";

    /// <param name="problem">What the token is or has, as the rest of a sentence.</param>
    public static GatewayError Because(string problem) => GatewayError.Authentication($"{Subject} {problem}.");

    public static GatewayError IssuersUnavailable { get; } = GatewayError.Unavailable(
        $"The storage of trusted issuers cannot be reached, so the token in the {CredentialHeaders.Authorization} header cannot be checked. Try again in a moment.");

    public static GatewayError KeysUnavailable { get; } = GatewayError.Unavailable(
        $"The signing keys of the issuer cannot be fetched, so the token in the {CredentialHeaders.Authorization} header cannot be checked. Try again in a moment.");
}
