using System.Buffers.Text;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Gateway.Tests.Authentication.Oidc;
using Microsoft.AspNetCore.Http;
using Microsoft.IdentityModel.Logging;

namespace Gateway.Tests.Security;

/// <summary>Keys that no issuer should publish. The library that verifies would take many of them.</summary>
public sealed class KeySetTests
{
    public static TheoryData<string, Action<JsonObject>> Bad => new()
    {
        { "a short modulus behind zeros", key => key["n"] = Base64Url.EncodeToString([.. new byte[128], .. Number(key, "n")[128..]]) },
        { "a modulus of one bit less than 2048", key => key["n"] = Base64Url.EncodeToString([0x7F, .. Number(key, "n")[1..]]) },
        { "a modulus of 16384 bits", key => key["n"] = Base64Url.EncodeToString([.. Enumerable.Repeat((byte)0xFF, 2048)]) },
        { "an exponent of 1", key => key["e"] = "AQ" },
        { "an even exponent", key => key["e"] = "AQAA" },
        { "an exponent of 0", key => key["e"] = "AA" },
        { "an exponent of nothing", key => key["e"] = "" },
        { "an exponent of 72 bits", key => key["e"] = "AQAAAAAAAAAB" },
        { "a modulus with padding", key => key["n"] = key["n"]!.GetValue<string>() + "==" },
        { "a modulus that is a number", key => key["n"] = 7 },
        { "no modulus", key => key.Remove("n") },
        { "a key for encryption", key => key["use"] = "enc" },
        { "a use that is no text", key => key["use"] = 7 },
        { "a key for signing only", key => key["key_ops"] = new JsonArray("sign") },
        { "a key for nothing", key => key["key_ops"] = new JsonArray() },
        { "a key of another algorithm", key => key["alg"] = "RS512" },
        { "a key of a forbidden algorithm", key => key["alg"] = "none" },
        { "an algorithm that is no text", key => key["alg"] = 7 },
        { "a shared secret", key => (key["kty"], key["k"]) = ("oct", "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ") },
        { "a kind in lower case", key => key["kty"] = "rsa" },
        { "a curve instead", key => (key["kty"], key["crv"], key["x"], key["y"]) = ("EC", "P-256", "AQAB", "AQAB") },
    };

    public static TheoryData<string, Action<JsonObject>> BadPoints => new()
    {
        { "x and y changed over", key => (key["x"], key["y"]) = (key["y"]!.DeepClone(), key["x"]!.DeepClone()) },
        { "the point at zero", key => (key["x"], key["y"]) = (Base64Url.EncodeToString(new byte[32]), Base64Url.EncodeToString(new byte[32])) },
        { "a point of another curve", key => key["crv"] = "P-384" },
        { "a zero in front", key => key["x"] = Base64Url.EncodeToString([0, .. Number(key, "x")]) },
        { "a byte less", key => key["x"] = Base64Url.EncodeToString(Number(key, "x").AsSpan(1)) },
        { "a curve of another kind", key => key["crv"] = "secp256k1" },
        { "no curve", key => key.Remove("crv") },
        { "an algorithm of another curve", key => key["alg"] = "ES384" },
    };

    [Theory]
    [MemberData(nameof(Bad))]
    public async Task An_RSA_key_that_is_not_in_order_lets_nobody_in(string what, Action<JsonObject> change) => await RefusesAsync("RS256", what, change);

    [Theory]
    [MemberData(nameof(BadPoints))]
    public async Task An_elliptic_key_that_is_not_in_order_lets_nobody_in(string what, Action<JsonObject> change) => await RefusesAsync("ES256", what, change);

    [Fact]
    public async Task A_zero_in_front_of_a_modulus_of_full_length_is_let_pass()
    {
        await using TokenDoor door = await TokenDoor.OpenAsync();
        using TokenSigner signer = TokenSigner.Create();
        await PublishAsync(door, signer, key => key["n"] = Base64Url.EncodeToString([0, .. Number(key, "n")]));

        await door.AdmitsAsync(signer.Sign(door.Claims()));
    }

    [Fact]
    public async Task The_numbers_of_a_key_count_and_not_a_certificate_beside_them()
    {
        using RSA other = RSA.Create(2048);
        using X509Certificate2 certificate = new CertificateRequest("CN=other", other, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            .CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        await using TokenDoor door = await TokenDoor.OpenAsync();
        using TokenSigner signer = TokenSigner.Create();
        await PublishAsync(door, signer, key => key["x5c"] = new JsonArray(Convert.ToBase64String(certificate.RawData)));

        await door.AdmitsAsync(signer.Sign(door.Claims()));
        string input = signer.Sign(door.Claims()).Split('.') is [var header, var payload, _] ? $"{header}.{payload}" : "";
        string forged = $"{input}.{Base64Url.EncodeToString(other.SignData(Encoding.ASCII.GetBytes(input), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1))}";
        Assert.Contains("does not verify", (await door.RefusesAsync(forged)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("RS256")]
    [InlineData("PS512")]
    [InlineData("ES256")]
    [InlineData("ES512")]
    public async Task Many_at_once_are_each_judged_by_their_own_signature(string algorithm)
    {
        await using TokenDoor door = await TokenDoor.OpenAsync();
        TokenSigner signer = door.Issuer.AddSigner(algorithm);
        using TokenSigner stranger = TokenSigner.Create(algorithm);
        await door.TrustAsync();
        string[] good = [.. Enumerable.Range(0, 100).Select(i => signer.Sign(Numbered(door, i)))];
        string[] forged = [.. Enumerable.Range(0, 100).Select(i => stranger.Sign(Numbered(door, i)))];

        await Parallel.ForEachAsync(Enumerable.Range(0, 100), async (i, _) =>
        {
            await door.AdmitsAsync(good[i]);
            await door.RefusesAsync(forged[i]);
        });

        Assert.Equal(1, door.Issuer.Fetches);
    }

    [Fact]
    public void The_library_keeps_what_it_is_given_out_of_its_messages() => Assert.False(IdentityModelEventSource.ShowPII);

    private static async Task RefusesAsync(string algorithm, string what, Action<JsonObject> change)
    {
        await using TokenDoor door = await TokenDoor.OpenAsync();
        using TokenSigner signer = TokenSigner.Create(algorithm);
        await PublishAsync(door, signer, change);

        // The set has a good key besides, so it is the key that is refused and not the set.
        Assert.True((await door.RefusesAsync(signer.Sign(door.Claims()))).Message.Contains("does not publish", StringComparison.Ordinal), what);
    }

    private static async Task PublishAsync(TokenDoor door, TokenSigner signer, Action<JsonObject> change)
    {
        JsonObject jwk = signer.ToJwk();
        change(jwk);
        using TokenSigner good = TokenSigner.Create("ES384", "good");
        string keys = new JsonObject { ["keys"] = new JsonArray(jwk, good.ToJwk()) }.ToJsonString();
        door.Issuer.InsteadOfKeys = http => http.Response.WriteAsync(keys);
        await door.TrustAsync();
    }

    private static byte[] Number(JsonObject key, string name) => Base64Url.DecodeFromChars(key[name]!.GetValue<string>());

    private static JsonObject Numbered(TokenDoor door, int number)
    {
        JsonObject claims = door.Claims();
        claims["jti"] = number;
        return claims;
    }
}
