using System.Security.Cryptography;

namespace Gateway.Authentication.Oidc;

/// <summary>
/// A public key of an issuer. The key decides which algorithms fit it; what a token claims is only compared with that.
/// </summary>
internal abstract class VerificationKey
{
    private VerificationKey(string? id, string? algorithm)
    {
        Id = id;
        Algorithm = algorithm;
    }

    public string? Id { get; }

    /// <summary>The only algorithm the issuer uses it for, when it says so.</summary>
    public string? Algorithm { get; }

    public bool Fits(SigningAlgorithm algorithm) =>
        (Algorithm is null || Algorithm == algorithm.Name) && FitsType(algorithm);

    public bool Verifies(CompactJwt token)
    {
        if (!Fits(token.Algorithm))
        {
            return false;
        }

        try
        {
            return Verifies(token.Algorithm, token.SigningInput, token.Signature);
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    protected abstract bool FitsType(SigningAlgorithm algorithm);

    /// <summary>Imports the key each time: the BCL's objects are not promised to be safe for several threads.</summary>
    protected abstract bool Verifies(SigningAlgorithm algorithm, byte[] data, byte[] signature);

    public sealed class Rsa(string? id, string? algorithm, RSAParameters parameters) : VerificationKey(id, algorithm)
    {
        protected override bool FitsType(SigningAlgorithm algorithm) => algorithm.Padding is not null;

        protected override bool Verifies(SigningAlgorithm algorithm, byte[] data, byte[] signature)
        {
            using RSA rsa = RSA.Create(parameters);
            return rsa.VerifyData(data, signature, algorithm.Hash, algorithm.Padding!);
        }
    }

    public sealed class Elliptic(string? id, string? algorithm, string curve, ECParameters parameters) : VerificationKey(id, algorithm)
    {
        protected override bool FitsType(SigningAlgorithm algorithm) => algorithm.Curve == curve;

        protected override bool Verifies(SigningAlgorithm algorithm, byte[] data, byte[] signature)
        {
            using ECDsa ecdsa = ECDsa.Create(parameters);
            return signature.Length == 2 * parameters.Q.X!.Length
                && ecdsa.VerifyData(data, signature, algorithm.Hash, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        }
    }
}
