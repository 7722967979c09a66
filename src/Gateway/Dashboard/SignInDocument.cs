using System.Text.Json;
using System.Text.Json.Serialization;
using Gateway.Diagnostics;
using Gateway.Http;

namespace Gateway.Dashboard;

/// <summary>What the page must know before anybody has signed in.</summary>
/// <param name="Version">The gateway's.</param>
/// <param name="Oidc">Where people sign in; absent where they do not, or cannot.</param>
/// <param name="Problem">Why they cannot.</param>
internal sealed record SignInDocument(string Version, OidcDocument? Oidc, string? Problem)
{
    public static byte[] Of(SignInOptions? options, SignInPlace.Known? known)
    {
        OidcDocument? oidc = options is not null && known?.Endpoints is { } endpoints
            ? new OidcDocument(options.Issuer, endpoints.Authorization.AbsoluteUri, endpoints.Token.AbsoluteUri, options.ClientId, options.Scope, options.UsesIdToken ? "id" : "access")
            : null;
        string? problem = options is not null && oidc is null ? $"Signing in at {options.Issuer} is not possible just now. {known?.Problem} A key works all the same." : null;
        return JsonSerializer.SerializeToUtf8Bytes(new SignInDocument(GatewayVersion.Text, oidc, problem), SignInJson.Default.SignInDocument);
    }
}

internal sealed record OidcDocument(string Issuer, string AuthorizationEndpoint, string TokenEndpoint, string ClientId, string Scope, string Token);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(SignInDocument))]
internal sealed partial class SignInJson : JsonSerializerContext;
