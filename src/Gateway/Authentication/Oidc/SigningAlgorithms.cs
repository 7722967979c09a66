using System.Collections.Frozen;
using Microsoft.IdentityModel.Tokens;

namespace Gateway.Authentication.Oidc;

/// <summary>The nine algorithms that tokens may be signed with. Whatever is not listed does not exist here.</summary>
internal static class SigningAlgorithms
{
    /// <summary>The three hashes, each with its two RSA paddings and the one curve that goes with it (RFC 7518, section 3.1).</summary>
    private static readonly FrozenDictionary<string, string> s_keys = new Dictionary<string, string>
    {
        [SecurityAlgorithms.RsaSha256] = VerificationKey.Rsa,
        [SecurityAlgorithms.RsaSha384] = VerificationKey.Rsa,
        [SecurityAlgorithms.RsaSha512] = VerificationKey.Rsa,
        [SecurityAlgorithms.RsaSsaPssSha256] = VerificationKey.Rsa,
        [SecurityAlgorithms.RsaSsaPssSha384] = VerificationKey.Rsa,
        [SecurityAlgorithms.RsaSsaPssSha512] = VerificationKey.Rsa,
        [SecurityAlgorithms.EcdsaSha256] = JsonWebKeyECTypes.P256,
        [SecurityAlgorithms.EcdsaSha384] = JsonWebKeyECTypes.P384,
        [SecurityAlgorithms.EcdsaSha512] = JsonWebKeyECTypes.P521,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public static string Names { get; } = string.Join(", ", s_keys.Keys.Order(StringComparer.Ordinal));

    public static bool Contain(string name) => s_keys.ContainsKey(name);

    /// <summary>What a key must be for the algorithm: RSA, or on that curve.</summary>
    public static string KindOfKey(string name) => s_keys[name];
}
