using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Gateway.Translation.Json;

namespace Gateway.Authentication.Oidc;

/// <summary>Where an issuer lets people sign in: of its discovery document.</summary>
/// <param name="Authorization">Where a browser is sent.</param>
/// <param name="Token">Where the page gets its tokens.</param>
internal sealed record IssuerEndpoints(Uri Authorization, Uri Token)
{
    /// <summary>Null when one is absent, or is none that a browser may be sent to.</summary>
    public static IssuerEndpoints? Read(JsonElement discovery) =>
        Usable(discovery.Text("authorization_endpoint"), out Uri? authorization) && Usable(discovery.Text("token_endpoint"), out Uri? token)
            ? new IssuerEndpoints(authorization, token)
            : null;

    /// <summary>Only an issuer of a developer, on the same machine, speaks plain HTTP.</summary>
    public static bool IsSafe(Uri uri) => uri.Scheme == Uri.UriSchemeHttps || (uri.Scheme == Uri.UriSchemeHttp && uri.IsLoopback);

    /// <summary>The host stands in the policy of a page, which has no form for addresses of IPv6 and where a semicolon would begin another rule.</summary>
    private static bool Usable(string? text, [NotNullWhen(true)] out Uri? uri) =>
        Uri.TryCreate(text, UriKind.Absolute, out uri) && IsSafe(uri) && uri.UserInfo.Length == 0 && uri.Fragment.Length == 0
        && uri.IdnHost.Length > 0 && uri.IdnHost.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_');
}
