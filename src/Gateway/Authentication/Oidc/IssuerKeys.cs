using System.Text.Json;
using Gateway.Translation.Json;

namespace Gateway.Authentication.Oidc;

/// <summary>The public keys of an issuer, read from its JWKS. Keys for other purposes and of other kinds are left out.</summary>
internal sealed class IssuerKeys
{
    private const int MostKeys = 100;

    private readonly VerificationKey[] _keys;

    private IssuerKeys(VerificationKey[] keys) => _keys = keys;

    /// <summary>Null when it is no key set, or has no key that could verify anything.</summary>
    public static IssuerKeys? Parse(ReadOnlySpan<byte> utf8)
    {
        if (StrictJson.ParseObject(utf8) is not { } root
            || !root.TryGetProperty("keys", out JsonElement keys)
            || keys.ValueKind != JsonValueKind.Array
            || keys.GetArrayLength() > MostKeys)
        {
            return null;
        }

        VerificationKey[] usable = [.. keys.EnumerateArray().Select(VerificationKey.Read).OfType<VerificationKey>()];
        return usable.Length > 0 ? new IssuerKeys(usable) : null;
    }

    /// <summary>By id and algorithm. A token that names no key is only taken when one single key fits.</summary>
    public VerificationKey? Find(CompactJwt token)
    {
        VerificationKey[] fitting = Array.FindAll(_keys, key => key.Fits(token.Algorithm));
        return token.KeyId is null
            ? fitting.Length == 1 ? fitting[0] : null
            : Array.Find(fitting, key => key.Id == token.KeyId);
    }
}
