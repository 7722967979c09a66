using System.Buffers.Text;
using System.Text;
using System.Text.Json.Nodes;
using Gateway.Authentication.Access;
using Gateway.Translation.Errors;

namespace Gateway.Tests.Authentication.Oidc;

public sealed class TokenCheckTests : IAsyncLifetime
{
    private TokenDoor _door = null!;
    private TokenSigner _signer = null!;

    public async Task InitializeAsync()
    {
        _door = await TokenDoor.OpenAsync();
        _signer = _door.Issuer.AddSigner();
        await _door.TrustAsync();
    }

    public async Task DisposeAsync() => await _door.DisposeAsync();

    [Theory]
    [InlineData("RS256")]
    [InlineData("RS384")]
    [InlineData("RS512")]
    [InlineData("PS256")]
    [InlineData("PS384")]
    [InlineData("PS512")]
    [InlineData("ES256")]
    [InlineData("ES384")]
    [InlineData("ES512")]
    public async Task Each_of_the_nine_algorithms_is_let_in(string algorithm)
    {
        TokenSigner signer = _door.Issuer.AddSigner(algorithm, "another");

        Caller caller = await _door.AdmitsAsync(signer.Sign(_door.Claims()));

        Assert.Equal("oidc.rule", caller.KeyId);
        Assert.Equal("search", caller.Team);
        Assert.Equal("me", caller.Subject);
        Assert.Equal(CredentialKind.Oidc, caller.CredentialKind);
        Assert.Equal("Authorization", caller.CredentialHeader);
    }

    [Theory]
    [InlineData("none")]
    [InlineData("HS256")]
    [InlineData("EdDSA")]
    [InlineData("rs256")]
    [InlineData("RS1")]
    [InlineData("")]
    public async Task Any_other_algorithm_is_refused(string algorithm) =>
        Assert.Contains("algorithm", (await _door.RefusesAsync(_signer.Sign(_door.Claims(), header => header["alg"] = algorithm))).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("RS256", "ES256")]
    [InlineData("RS256", "PS256")]
    [InlineData("RS256", "RS512")]
    [InlineData("ES256", "RS256")]
    [InlineData("ES256", "ES384")]
    public async Task An_algorithm_that_is_not_the_keys_is_refused(string real, string claimed)
    {
        TokenSigner signer = _door.Issuer.AddSigner(real, "another");

        await _door.RefusesAsync(signer.Sign(_door.Claims(), header => header["alg"] = claimed));
    }

    [Theory]
    [InlineData("jku", "\"https://evil.example/keys\"")]
    [InlineData("x5u", "\"https://evil.example/keys\"")]
    [InlineData("jwk", "{}")]
    [InlineData("crit", "[\"exp\"]")]
    public async Task A_header_that_brings_its_own_key_or_rules_is_refused(string name, string value) =>
        Assert.Contains(name, (await _door.RefusesAsync(_signer.Sign(_door.Claims(), header => header[name] = JsonNode.Parse(value)))).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("\"logout+jwt\"")]
    [InlineData("\"dpop+jwt\"")]
    [InlineData("7")]
    public async Task A_signed_object_of_another_type_is_refused(string type) =>
        await _door.RefusesAsync(_signer.Sign(_door.Claims(), header => header["typ"] = JsonNode.Parse(type)));

    [Fact]
    public async Task A_token_of_a_stranger_with_the_same_key_id_is_refused()
    {
        using TokenSigner stranger = TokenSigner.Create();

        Assert.Contains("signature", (await _door.RefusesAsync(stranger.Sign(_door.Claims()))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_payload_changed_after_signing_is_refused()
    {
        string[] parts = _signer.Sign(_door.Claims()).Split('.');
        JsonObject claims = _door.Claims();
        claims["sub"] = "somebody else";

        await _door.RefusesAsync($"{parts[0]}.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(claims.ToJsonString()))}.{parts[2]}");
    }

    [Theory]
    [InlineData("exp", -60, "expired")]
    [InlineData("nbf", 61, "not valid yet")]
    [InlineData("iat", 61, "future")]
    public async Task Times_are_checked_with_60_seconds_of_skew(string claim, int wrong, string reason)
    {
        JsonObject claims = _door.Claims();
        claims[claim] = _door.Now(wrong);
        GatewayError error = await _door.RefusesAsync(_signer.Sign(claims));
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);

        claims[claim] = _door.Now(wrong < 0 ? wrong + 1 : wrong - 1);
        await _door.AdmitsAsync(_signer.Sign(claims));
    }

    [Theory]
    [InlineData("exp", null)]
    [InlineData("exp", "\"tomorrow\"")]
    [InlineData("exp", "-1")]
    [InlineData("exp", "1e300")]
    [InlineData("nbf", "true")]
    [InlineData("iat", "\"0\"")]
    [InlineData("aud", null)]
    [InlineData("aud", "7")]
    [InlineData("aud", "[]")]
    [InlineData("aud", "[\"gateway\",7]")]
    [InlineData("iss", null)]
    [InlineData("iss", "7")]
    public async Task A_claim_that_is_missing_or_of_a_wrong_type_is_refused(string claim, string? value)
    {
        JsonObject claims = _door.Claims();
        claims.Remove(claim);
        if (value is not null)
        {
            claims[claim] = JsonNode.Parse(value);
        }

        await _door.RefusesAsync(_signer.Sign(claims));
    }

    [Fact]
    public async Task A_claim_given_twice_is_refused()
    {
        string payload = _door.Claims().ToJsonString();

        await _door.RefusesAsync(_signer.Sign($"{payload[..^1]},\"sub\":\"me\"}}"));
    }

    [Theory]
    [InlineData("another")]
    [InlineData("Gateway")]
    [InlineData("")]
    public async Task A_token_for_another_audience_is_refused(string audience)
    {
        JsonObject claims = _door.Claims();
        claims["aud"] = audience;

        Assert.Contains("audience", (await _door.RefusesAsync(_signer.Sign(claims))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_audience_of_several_is_enough()
    {
        JsonObject claims = _door.Claims();
        claims["aud"] = new JsonArray("another", "gateway");

        await _door.AdmitsAsync(_signer.Sign(claims));
    }

    [Fact]
    public async Task A_token_of_more_than_16_KB_is_refused_before_it_is_read()
    {
        JsonObject claims = _door.Claims();
        claims["padding"] = new string('x', 16 * 1024);

        Assert.Contains("longer", (await _door.RefusesAsync(_signer.Sign(claims))).Message, StringComparison.Ordinal);
        Assert.Equal(0, _door.Store.Reads);
    }

    [Theory]
    [InlineData("/")]
    [InlineData(".evil.example")]
    [InlineData("/../tenant")]
    public async Task An_issuer_counts_only_to_the_letter(string addition)
    {
        JsonObject claims = _door.Claims();
        claims["iss"] = _door.Issuer.Address + addition;

        Assert.Contains("does not trust", (await _door.RefusesAsync(_signer.Sign(claims))).Message, StringComparison.Ordinal);
        Assert.Equal(0, _door.Issuer.Fetches);
    }

    [Theory]
    [InlineData("eyJ.e30.AA")]
    [InlineData("eyJhbGciOiJSUzI1NiJ9.e30=.AA")]
    [InlineData("eyJhbGciOiJSUzI1NiJ9.e3 0.AA")]
    [InlineData("eyJhbGciOiJSUzI1NiJ9..")]
    [InlineData("eyJhbGciOiJSUzI1NiIsImFsZyI6Im5vbmUifQ.e30.AA")]
    [InlineData("eyJhbGciOiJSUzI1NiJ9.W10.AA")]
    [InlineData("eyJhbGciOiJSUzI1NiJ9.e30.A")]
    public async Task What_only_looks_like_a_token_is_refused(string token) => Assert.Equal(401, (await _door.RefusesAsync(token)).Status);

    [Fact]
    public async Task A_token_in_x_api_key_is_refused_and_the_message_says_where_it_belongs()
    {
        AuthenticationResult result = await _door.Authenticator.AuthenticateAsync(
            new Microsoft.AspNetCore.Http.HeaderDictionary { ["x-api-key"] = _signer.Sign(_door.Claims()) }, default);

        Assert.Contains("Bearer", Assert.IsType<AuthenticationResult.Refused>(result).Error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_message_repeats_any_part_of_a_token()
    {
        JsonObject claims = _door.Claims();
        claims["sub"] = "a-person@example.com";
        string token = _signer.Sign(claims);

        string message = (await _door.RefusesAsync(token)).Message;

        Assert.DoesNotContain("a-person", message, StringComparison.Ordinal);
        Assert.All(token.Split('.'), part => Assert.DoesNotContain(part[..10], message, StringComparison.Ordinal));
    }
}
