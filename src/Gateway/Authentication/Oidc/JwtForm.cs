namespace Gateway.Authentication.Oidc;

/// <summary>Tells a JWT from anything else by its looks, before anything is decoded.</summary>
internal static class JwtForm
{
    /// <summary>Three parts; every JWT header is a JSON object, which in base64url begins like this.</summary>
    public static bool IsJwt(ReadOnlySpan<char> text) =>
        text.StartsWith("eyJ", StringComparison.Ordinal) && text.Count('.') == 2;
}
