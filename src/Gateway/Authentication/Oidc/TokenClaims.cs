using System.Text.Json;
using Gateway.Translation.Json;

namespace Gateway.Authentication.Oidc;

/// <summary>What a token says. Worth something only once its signature has been verified.</summary>
internal sealed class TokenClaims
{
    /// <summary>By how much the clocks of issuer and gateway may differ.</summary>
    public static readonly TimeSpan Skew = TimeSpan.FromSeconds(60);

    private readonly JsonElement _claims;

    private TokenClaims(JsonElement claims, string issuer, IReadOnlyList<string> audiences, DateTimeOffset expiresAt)
    {
        _claims = claims;
        Issuer = issuer;
        Audiences = audiences;
        ExpiresAt = expiresAt;
    }

    public string Issuer { get; }

    public IReadOnlyList<string> Audiences { get; }

    public DateTimeOffset ExpiresAt { get; }

    public string? Subject => _claims.Text("sub");

    private DateTimeOffset? NotBefore { get; init; }

    private DateTimeOffset? IssuedAt { get; init; }

    /// <summary>Null unless issuer, audience and expiry are there and every time is a time.</summary>
    public static TokenClaims? Parse(ReadOnlySpan<byte> payload)
    {
        if (StrictJson.ParseObject(payload) is not { } claims
            || claims.Text("iss") is not { Length: > 0 } issuer
            || AudiencesOf(claims) is not { Count: > 0 } audiences
            || !TryTime(claims, "exp", out DateTimeOffset? expiresAt) || expiresAt is null
            || !TryTime(claims, "nbf", out DateTimeOffset? notBefore)
            || !TryTime(claims, "iat", out DateTimeOffset? issuedAt))
        {
            return null;
        }

        return new TokenClaims(claims, issuer, audiences, expiresAt.Value) { NotBefore = notBefore, IssuedAt = issuedAt };
    }

    /// <summary>What is wrong with its times, in the words of a message; null when nothing is.</summary>
    public string? TimeProblem(DateTimeOffset now) =>
        now >= ExpiresAt + Skew ? "has expired"
        : NotBefore > now + Skew ? "is not valid yet"
        : IssuedAt > now + Skew ? "was issued in the future"
        : null;

    /// <summary>The values of a claim as texts: one, or the elements of an array. None when it is absent or an object.</summary>
    public IEnumerable<string> Values(string name)
    {
        if (!_claims.TryGetProperty(name, out JsonElement claim))
        {
            return [];
        }

        return claim.ValueKind == JsonValueKind.Array
            ? claim.EnumerateArray().Select(ToText).OfType<string>()
            : ToText(claim) is { } text ? [text] : [];
    }

    private static string? ToText(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Number => value.GetRawText(),
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        _ => null,
    };

    private static List<string>? AudiencesOf(JsonElement claims)
    {
        if (!claims.TryGetProperty("aud", out JsonElement audience))
        {
            return null;
        }

        if (audience.ValueKind == JsonValueKind.String)
        {
            return [audience.GetString()!];
        }

        return audience.ValueKind == JsonValueKind.Array && audience.EnumerateArray().All(each => each.ValueKind == JsonValueKind.String)
            ? [.. audience.EnumerateArray().Select(each => each.GetString()!)]
            : null;
    }

    /// <summary>Seconds since 1970, possibly with a fraction. Absent is fine, anything else is not.</summary>
    private static bool TryTime(JsonElement claims, string name, out DateTimeOffset? time)
    {
        time = null;
        if (!claims.TryGetProperty(name, out JsonElement value))
        {
            return true;
        }

        if (value.ValueKind != JsonValueKind.Number || !value.TryGetDouble(out double seconds) || seconds is not (>= 0 and <= 253_402_300_799))
        {
            return false;
        }

        time = DateTimeOffset.FromUnixTimeSeconds((long)seconds);
        return true;
    }
}
