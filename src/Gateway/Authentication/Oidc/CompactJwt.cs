using System.Text;
using System.Text.Json;
using Gateway.Translation.Json;

namespace Gateway.Authentication.Oidc;

/// <summary>
/// A signed JWT taken apart. Nothing in it is proved yet. Read here and not by the library that verifies it: that one
/// takes a claim that is there twice, text after the end, and times that are strings.
/// </summary>
internal sealed class CompactJwt
{
    /// <summary>In characters; real tokens have one to four thousand.</summary>
    public const int LongestToken = 16 * 1024;

    private static readonly string[] s_refusedHeaders = ["crit", "jku", "jwk", "x5u"];

    private CompactJwt(string algorithm, string? keyId, byte[] payload, byte[] signingInput, byte[] signature)
    {
        Algorithm = algorithm;
        KeyId = keyId;
        Payload = payload;
        SigningInput = signingInput;
        Signature = signature;
    }

    /// <summary>One of <see cref="SigningAlgorithms"/>.</summary>
    public string Algorithm { get; }

    public string? KeyId { get; }

    public byte[] Payload { get; }

    public byte[] SigningInput { get; }

    public byte[] Signature { get; }

    /// <summary>Tells a JWT by its looks: three parts, the first a JSON object, which in base64url begins like this.</summary>
    public static bool IsJwt(ReadOnlySpan<char> text) =>
        text.StartsWith("eyJ", StringComparison.Ordinal) && text.Count('.') == 2;

    /// <summary>The token, or what is wrong with its form in the words of a message.</summary>
    public static (CompactJwt? Token, string? Problem) Parse(string text)
    {
        if (text.Length > LongestToken)
        {
            return (null, $"is longer than {LongestToken} characters");
        }

        if (text.Split('.') is not [var header64, var payload64, var signature64]
            || Base64UrlText.Decode(header64) is not { } headerBytes
            || Base64UrlText.Decode(payload64) is not { } payload
            || Base64UrlText.Decode(signature64) is not { } signature
            || StrictJson.ParseObject(headerBytes) is not { } header)
        {
            return (null, "is not a well-formed JWT");
        }

        if (header.Text("alg") is not { } algorithm || !SigningAlgorithms.Contain(algorithm))
        {
            return (null, $"is not signed with an algorithm that is accepted ({SigningAlgorithms.Names})");
        }

        if (Array.Find(s_refusedHeaders, each => header.Has(each)) is { } refused)
        {
            // The first would have to be understood, the others would let the token bring its own key.
            return (null, $"has the header '{refused}', which is never accepted");
        }

        if (header.Has("typ") && !IsTokenType(header.Text("typ")))
        {
            return (null, "is a signed object of another type than a JWT");
        }

        if (header.TryGetProperty("kid", out JsonElement kid) && kid.ValueKind != JsonValueKind.String)
        {
            return (null, "is not a well-formed JWT");
        }

        byte[] signingInput = Encoding.ASCII.GetBytes(text, 0, header64.Length + 1 + payload64.Length);
        return (new CompactJwt(algorithm, header.Text("kid"), payload, signingInput, signature), null);
    }

    /// <summary>Other types are signed with the same keys for other purposes: logout tokens, proofs of possession.</summary>
    private static bool IsTokenType(string? type) =>
        type is not null && type.ToUpperInvariant() is "JWT" or "AT+JWT" or "APPLICATION/JWT" or "APPLICATION/AT+JWT";
}
