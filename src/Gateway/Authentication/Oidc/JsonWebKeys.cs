using System.Security.Cryptography;
using System.Text.Json;

namespace Gateway.Authentication.Oidc;

/// <summary>The public keys of an issuer, read from its JWKS. Keys for other purposes and of other kinds are left out.</summary>
internal sealed class JsonWebKeys
{
    private const int MostKeys = 100;
    private const int ShortestModulus = 2048 / 8;
    private const int LongestModulus = 8192 / 8;

    private readonly VerificationKey[] _keys;

    private JsonWebKeys(VerificationKey[] keys) => _keys = keys;

    public int Count => _keys.Length;

    /// <summary>Null when it is no key set, or has no key that could verify anything.</summary>
    public static JsonWebKeys? Parse(ReadOnlyMemory<byte> utf8)
    {
        if (StrictJson.ParseObject(utf8) is not { } root
            || !root.TryGetProperty("keys", out JsonElement keys)
            || keys.ValueKind != JsonValueKind.Array
            || keys.GetArrayLength() > MostKeys)
        {
            return null;
        }

        VerificationKey[] usable = [.. keys.EnumerateArray().Select(ToKey).OfType<VerificationKey>()];
        return usable.Length > 0 ? new JsonWebKeys(usable) : null;
    }

    /// <summary>By id and algorithm. A token that names no key is only taken when one single key fits.</summary>
    public VerificationKey? Find(CompactJwt token)
    {
        VerificationKey[] fitting = Array.FindAll(_keys, key => key.Fits(token.Algorithm));
        return token.KeyId is null
            ? fitting.Length == 1 ? fitting[0] : null
            : Array.Find(fitting, key => key.Id == token.KeyId);
    }

    private static VerificationKey? ToKey(JsonElement key)
    {
        if (key.ValueKind != JsonValueKind.Object || (key.Has("use") && key.Text("use") != "sig") || !MayVerify(key))
        {
            return null;
        }

        return key.Text("kty") switch
        {
            "RSA" => ToRsa(key),
            "EC" => ToElliptic(key),
            _ => null,
        };
    }

    private static bool MayVerify(JsonElement key) =>
        !key.TryGetProperty("key_ops", out JsonElement operations)
        || (operations.ValueKind == JsonValueKind.Array
            && operations.EnumerateArray().Any(each => each.ValueKind == JsonValueKind.String && each.ValueEquals("verify")));

    private static VerificationKey.Rsa? ToRsa(JsonElement key)
    {
        if (Number(key, "n") is not { Length: >= ShortestModulus and <= LongestModulus } modulus
            || Number(key, "e") is not { Length: > 0 and <= 8 } exponent
            || (exponent[^1] & 1) == 0 || exponent is [1])
        {
            return null;
        }

        return new VerificationKey.Rsa(key.Text("kid"), key.Text("alg"), new RSAParameters { Modulus = modulus, Exponent = exponent });
    }

    private static VerificationKey.Elliptic? ToElliptic(JsonElement key)
    {
        (ECCurve curve, int length)? known = key.Text("crv") switch
        {
            "P-256" => (ECCurve.NamedCurves.nistP256, 32),
            "P-384" => (ECCurve.NamedCurves.nistP384, 48),
            "P-521" => (ECCurve.NamedCurves.nistP521, 66),
            _ => null,
        };
        if (known is not var (curve, length)
            || Base64UrlText.Decode(key.Text("x")) is not { } x || x.Length != length
            || Base64UrlText.Decode(key.Text("y")) is not { } y || y.Length != length)
        {
            return null;
        }

        ECParameters parameters = new() { Curve = curve, Q = new ECPoint { X = x, Y = y } };
        return IsOnCurve(parameters) ? new VerificationKey.Elliptic(key.Text("kid"), key.Text("alg"), key.Text("crv")!, parameters) : null;
    }

    private static bool IsOnCurve(ECParameters parameters)
    {
        try
        {
            using ECDsa ecdsa = ECDsa.Create(parameters);
            return true;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    /// <summary>A big-endian number; some issuers put a zero in front that does not belong there.</summary>
    private static byte[]? Number(JsonElement key, string name) =>
        Base64UrlText.Decode(key.Text(name)) is { } bytes ? bytes.AsSpan().TrimStart((byte)0).ToArray() : null;
}
