using System.Collections.Frozen;
using System.Security.Cryptography;

namespace Gateway.Authentication.Oidc;

/// <summary>One of the nine algorithms that tokens may be signed with. Whatever is not listed does not exist here.</summary>
internal sealed class SigningAlgorithm
{
    /// <summary>The three hashes, each with its two RSA paddings and the curve that goes with it (RFC 7518, section 3.1).</summary>
    private static readonly FrozenDictionary<string, SigningAlgorithm> s_all = new SigningAlgorithm[]
    {
        new() { Name = "RS256", Hash = HashAlgorithmName.SHA256, Padding = RSASignaturePadding.Pkcs1 },
        new() { Name = "RS384", Hash = HashAlgorithmName.SHA384, Padding = RSASignaturePadding.Pkcs1 },
        new() { Name = "RS512", Hash = HashAlgorithmName.SHA512, Padding = RSASignaturePadding.Pkcs1 },
        new() { Name = "PS256", Hash = HashAlgorithmName.SHA256, Padding = RSASignaturePadding.Pss },
        new() { Name = "PS384", Hash = HashAlgorithmName.SHA384, Padding = RSASignaturePadding.Pss },
        new() { Name = "PS512", Hash = HashAlgorithmName.SHA512, Padding = RSASignaturePadding.Pss },
        new() { Name = "ES256", Hash = HashAlgorithmName.SHA256, Curve = "P-256" },
        new() { Name = "ES384", Hash = HashAlgorithmName.SHA384, Curve = "P-384" },
        new() { Name = "ES512", Hash = HashAlgorithmName.SHA512, Curve = "P-521" },
    }.ToFrozenDictionary(algorithm => algorithm.Name, StringComparer.Ordinal);

    private SigningAlgorithm()
    {
    }

    public required string Name { get; init; }

    public required HashAlgorithmName Hash { get; init; }

    /// <summary>For RSA keys.</summary>
    public RSASignaturePadding? Padding { get; init; }

    /// <summary>For elliptic keys: the curve that the key must be on.</summary>
    public string? Curve { get; init; }

    public static string Names { get; } = string.Join(", ", s_all.Keys.Order(StringComparer.Ordinal));

    public static SigningAlgorithm? Find(string name) => s_all.GetValueOrDefault(name);
}
