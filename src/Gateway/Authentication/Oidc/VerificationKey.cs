using System.Numerics;
using System.Security.Cryptography;
using System.Text.Json;
using Gateway.Translation.Json;
using Microsoft.IdentityModel.Tokens;

namespace Gateway.Authentication.Oidc;

/// <summary>
/// A public key of an issuer. The key decides which algorithms fit it; what a token claims is only compared with that.
/// </summary>
internal sealed class VerificationKey
{
    public const string Rsa = JsonWebAlgorithmsKeyTypes.RSA;

    private const int ShortestModulus = 2048;
    private const int LongestModulus = 8192;
    private const int LongestExponent = 64;

    private readonly JsonWebKey _key;

    private VerificationKey(JsonWebKey key) => _key = key;

    public string? Id => _key.Kid;

    private string Kind => _key.Kty == Rsa ? Rsa : _key.Crv;

    /// <summary>
    /// Null when it may not verify signatures, or cannot. The library would take short keys and a certificate in place
    /// of the numbers, so it is given nothing but the public numbers of a key that has been looked at.
    /// </summary>
    public static VerificationKey? Read(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object
            || (json.Has("use") && json.Text("use") != JsonWebKeyUseNames.Sig)
            || (json.Has("alg") && json.Text("alg") is null)
            || !MayVerify(json))
        {
            return null;
        }

        JsonWebKey? key = json.Text("kty") switch
        {
            Rsa => ReadRsa(json),
            JsonWebAlgorithmsKeyTypes.EllipticCurve => ReadElliptic(json),
            _ => null,
        };
        if (key is null)
        {
            return null;
        }

        key.Kid = json.Text("kid");
        key.Alg = json.Text("alg");

        // Says no to a point that is not on its curve.
        return JsonWebKeyConverter.TryConvertToSecurityKey(key, out _) ? new VerificationKey(key) : null;
    }

    /// <summary>When the issuer says what it uses the key for, that is the only algorithm that fits.</summary>
    public bool Fits(string algorithm) =>
        (_key.Alg is null || _key.Alg == algorithm) && SigningAlgorithms.KindOfKey(algorithm) == Kind;

    public bool Verifies(CompactJwt token)
    {
        if (!Fits(token.Algorithm) || token.Signature.Length == 0)
        {
            return false;
        }

        // Kept by the library for the next token: importing the key takes ten times as long as the check.
        SignatureProvider provider = _key.CryptoProviderFactory.CreateForVerifying(_key, token.Algorithm);
        try
        {
            return provider.Verify(token.SigningInput, token.Signature);
        }
        catch (CryptographicException)
        {
            return false;
        }
        finally
        {
            _key.CryptoProviderFactory.ReleaseSignatureProvider(provider);
        }
    }

    private static bool MayVerify(JsonElement json) =>
        !json.TryGetProperty("key_ops", out JsonElement operations)
        || (operations.ValueKind == JsonValueKind.Array
            && operations.EnumerateArray().Any(each => each.ValueKind == JsonValueKind.String && each.ValueEquals("verify")));

    private static JsonWebKey? ReadRsa(JsonElement json) =>
        Number(json, "n") is { } modulus && modulus.GetBitLength() is >= ShortestModulus and <= LongestModulus
        && Number(json, "e") is { IsEven: false, IsOne: false } exponent && exponent.GetBitLength() <= LongestExponent
            ? new JsonWebKey { Kty = Rsa, N = Text(modulus), E = Text(exponent) }
            : null;

    private static JsonWebKey? ReadElliptic(JsonElement json)
    {
        int? length = json.Text("crv") switch
        {
            JsonWebKeyECTypes.P256 => 32,
            JsonWebKeyECTypes.P384 => 48,
            JsonWebKeyECTypes.P521 => 66,
            _ => null,
        };
        return length is not null && Base64UrlText.Decode(json.Text("x"))?.Length == length && Base64UrlText.Decode(json.Text("y"))?.Length == length
            ? new JsonWebKey { Kty = JsonWebAlgorithmsKeyTypes.EllipticCurve, Crv = json.Text("crv"), X = json.Text("x"), Y = json.Text("y") }
            : null;
    }

    private static BigInteger? Number(JsonElement json, string name) =>
        Base64UrlText.Decode(json.Text(name)) is { } bytes ? new BigInteger(bytes, isUnsigned: true, isBigEndian: true) : null;

    /// <summary>Without the zero in front that some issuers put there and some platforms refuse.</summary>
    private static string Text(BigInteger number) => Base64UrlEncoder.Encode(number.ToByteArray(isUnsigned: true, isBigEndian: true));
}
