using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Gateway.Tests.Authentication.Oidc;

/// <summary>An issuer's key, private half included: signs tokens and shows its public half as a JWK.</summary>
internal sealed class TokenSigner : IDisposable
{
    private readonly AsymmetricAlgorithm _key;

    private TokenSigner(string algorithm, string keyId, AsymmetricAlgorithm key)
    {
        Algorithm = algorithm;
        KeyId = keyId;
        _key = key;
    }

    public string Algorithm { get; }

    public string KeyId { get; }

    public static TokenSigner Create(string algorithm = "RS256", string keyId = "key-1", int rsaBits = 2048) => new(algorithm, keyId, algorithm switch
    {
        "ES256" => ECDsa.Create(ECCurve.NamedCurves.nistP256),
        "ES384" => ECDsa.Create(ECCurve.NamedCurves.nistP384),
        "ES512" => ECDsa.Create(ECCurve.NamedCurves.nistP521),
        _ => RSA.Create(rsaBits),
    });

    public JsonObject ToJwk()
    {
        JsonObject jwk = new() { ["kid"] = KeyId, ["use"] = "sig" };
        if (_key is RSA rsa)
        {
            RSAParameters parameters = rsa.ExportParameters(false);
            jwk["kty"] = "RSA";
            jwk["n"] = Base64Url.EncodeToString(parameters.Modulus);
            jwk["e"] = Base64Url.EncodeToString(parameters.Exponent);
        }
        else
        {
            ECParameters parameters = ((ECDsa)_key).ExportParameters(false);
            jwk["kty"] = "EC";
            jwk["crv"] = $"P-{((ECDsa)_key).KeySize}";
            jwk["x"] = Base64Url.EncodeToString(parameters.Q.X);
            jwk["y"] = Base64Url.EncodeToString(parameters.Q.Y);
        }

        return jwk;
    }

    /// <param name="claims">The payload.</param>
    /// <param name="change">What to do to the header before it is signed.</param>
    public string Sign(JsonObject claims, Action<JsonObject>? change = null) => Sign(claims.ToJsonString(), change);

    public string Sign(string payload, Action<JsonObject>? change = null) => Sign(Encoding.UTF8.GetBytes(payload), change);

    public string Sign(byte[] payload, Action<JsonObject>? change = null)
    {
        JsonObject header = new() { ["typ"] = "JWT", ["alg"] = Algorithm, ["kid"] = KeyId };
        change?.Invoke(header);
        string input = $"{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(header.ToJsonString()))}.{Base64Url.EncodeToString(payload)}";
        return $"{input}.{Base64Url.EncodeToString(Sign(Encoding.ASCII.GetBytes(input)))}";
    }

    public void Dispose() => _key.Dispose();

    private byte[] Sign(byte[] input)
    {
        HashAlgorithmName hash = new($"SHA{Algorithm[2..]}");
        return _key is RSA rsa
            ? rsa.SignData(input, hash, Algorithm[0] == 'P' ? RSASignaturePadding.Pss : RSASignaturePadding.Pkcs1)
            : ((ECDsa)_key).SignData(input, hash, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
    }
}
