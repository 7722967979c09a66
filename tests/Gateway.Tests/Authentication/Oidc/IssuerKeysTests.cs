using Gateway.Translation.Errors;
using Microsoft.AspNetCore.Http;

namespace Gateway.Tests.Authentication.Oidc;

/// <summary>How the keys of an issuer are fetched, kept and renewed.</summary>
public sealed class IssuerKeysTests : IAsyncLifetime
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

    [Fact]
    public async Task Keys_are_fetched_once_for_many_tokens()
    {
        await Task.WhenAll(Enumerable.Range(0, 20).Select(i => _door.AdmitsAsync(Token(i))));

        Assert.Equal(1, _door.Issuer.Fetches);
    }

    [Fact]
    public async Task An_unknown_key_id_makes_the_keys_be_fetched_again_at_most_once_a_minute()
    {
        await _door.AdmitsAsync(Token(0));
        _door.Time.AdvanceSeconds(60);
        using TokenSigner stranger = TokenSigner.Create(keyId: "stranger");

        for (int i = 0; i < 10; i++)
        {
            Assert.Contains("does not publish", (await _door.RefusesAsync(stranger.Sign(_door.Claims()))).Message, StringComparison.Ordinal);
        }

        Assert.Equal(2, _door.Issuer.Fetches);
        _door.Time.AdvanceSeconds(60);
        await _door.RefusesAsync(stranger.Sign(_door.Claims()));
        Assert.Equal(3, _door.Issuer.Fetches);
    }

    [Fact]
    public async Task A_rolled_key_is_let_in_for_all_who_come_with_it_at_once()
    {
        await _door.AdmitsAsync(Token(0));
        _door.Time.AdvanceSeconds(60);
        TokenSigner rolled = _door.Issuer.AddSigner("ES256", "key-2");

        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => _door.AdmitsAsync(rolled.Sign(_door.Claims()))));

        Assert.Equal(2, _door.Issuer.Fetches);
    }

    [Fact]
    public async Task A_withdrawn_key_is_gone_after_the_next_renewal()
    {
        await _door.AdmitsAsync(Token(0));
        _door.Issuer.Signers.Clear();
        _door.Issuer.AddSigner("ES256", "key-2");

        _door.Time.Advance(TimeSpan.FromMinutes(15));
        await _door.TryAsync(Token(1));
        await WaitUntilAsync(() => _door.Issuer.Fetches == 2);

        _door.Time.AdvanceSeconds(1);
        await WaitUntilAsync(async () => (await _door.TryAsync(Token(2))) is Gateway.Authentication.Access.AuthenticationResult.Refused);
        _signer.Dispose();
    }

    [Fact]
    public async Task Keys_outlive_an_issuer_that_does_not_answer()
    {
        await _door.AdmitsAsync(Token(0));
        _door.Issuer.InsteadOfKeys = http => Fail(http, 500);

        _door.Time.Advance(TimeSpan.FromHours(23));
        await _door.AdmitsAsync(Token(1));

        _door.Time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(503, (await _door.RefusesAsync(Token(2))).Status);
    }

    [Fact]
    public async Task An_issuer_that_fails_at_first_is_a_503_and_is_not_asked_again_for_5_seconds()
    {
        _door.Issuer.InsteadOfKeys = http => Fail(http, 500);
        GatewayError error = await _door.RefusesAsync(Token(0));
        Assert.Equal(503, error.Status);
        Assert.Equal(ErrorType.Api, error.Type);
        Assert.Null(error.ShouldRetry);
        await _door.RefusesAsync(Token(1));
        Assert.Equal(1, _door.Issuer.Fetches);

        _door.Issuer.InsteadOfKeys = null;
        _door.Time.AdvanceSeconds(5);
        await _door.AdmitsAsync(Token(2));
    }

    [Fact]
    public async Task A_redirect_is_not_followed()
    {
        await using LocalIssuer other = await LocalIssuer.StartAsync();
        _door.Issuer.InsteadOfKeys = http =>
        {
            http.Response.Redirect($"{other.Address}/keys");
            return Task.CompletedTask;
        };

        Assert.Equal(503, (await _door.RefusesAsync(Token(0))).Status);
        Assert.Equal(0, other.Fetches);
    }

    [Fact]
    public async Task A_key_set_without_end_is_given_up()
    {
        _door.Issuer.InsteadOfKeys = async http =>
        {
            byte[] spaces = new byte[64 * 1024];
            Array.Fill(spaces, (byte)' ');
            while (!http.RequestAborted.IsCancellationRequested)
            {
                await http.Response.Body.WriteAsync(spaces);
            }
        };

        Assert.Equal(503, (await _door.RefusesAsync(Token(0))).Status);
    }

    [Fact]
    public async Task An_issuer_that_never_answers_is_given_up()
    {
        _door.Issuer.InsteadOfKeys = http => Task.Delay(Timeout.Infinite, http.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);

        Assert.Equal(503, (await _door.RefusesAsync(Token(0))).Status);
    }

    [Theory]
    [InlineData("https://127.0.0.1:1/other", null)]
    [InlineData(null, "http://127.0.0.1:1/keys")]
    [InlineData(null, "file:///etc/hostname")]
    public async Task A_discovery_document_of_another_issuer_or_without_https_is_refused(string? issuer, string? keys)
    {
        _door.Issuer.ClaimedIssuer = issuer;
        _door.Issuer.ClaimedKeysAddress = keys;

        Assert.Equal(503, (await _door.RefusesAsync(Token(0))).Status);
        Assert.Equal(0, _door.Issuer.Fetches);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("""{"keys":{}}""")]
    [InlineData("""{"keys":[]}""")]
    [InlineData("""{"keys":[{"kty":"RSA","kid":"\ud800","n":"AQAB","e":"AQAB"}]}""")]
    [InlineData("""{"keys":[{"kty":"\ud800"}]}""")]
    [InlineData("""{"keys":[],"\udc00":1}""")]
    [InlineData("""{"keys":[7,null,{"kty":"RSA","kid":"key-1","n":"AQAB","e":"AQAB"}]}""")]
    public async Task A_key_set_that_makes_no_sense_lets_nobody_in(string document)
    {
        _door.Issuer.InsteadOfKeys = http => http.Response.WriteAsync(document);

        Assert.Equal(503, (await _door.RefusesAsync(Token(0))).Status);
    }

    [Fact]
    public async Task A_short_RSA_key_lets_nobody_in()
    {
        using TokenSigner weak = TokenSigner.Create(keyId: "weak", rsaBits: 1024);
        _door.Issuer.Signers.Add(weak);

        Assert.Contains("does not publish", (await _door.RefusesAsync(weak.Sign(_door.Claims()))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_without_a_key_id_is_taken_only_when_one_key_fits()
    {
        await _door.AdmitsAsync(_signer.Sign(_door.Claims(), header => header.Remove("kid")));
        _door.Time.AdvanceSeconds(60);
        _door.Issuer.AddSigner("RS256", "key-2");
        TokenSigner third = _door.Issuer.AddSigner("ES256", "key-3");
        await _door.AdmitsAsync(third.Sign(_door.Claims()));

        await _door.RefusesAsync(_signer.Sign(_door.Claims(), header => header.Remove("kid")));
    }

    [Fact]
    public async Task A_certificate_that_nobody_vouches_for_is_not_trusted()
    {
        using Gateway.Authentication.Oidc.IssuerClient client = Gateway.Authentication.Oidc.IssuerClient.Create();

        (Gateway.Authentication.Oidc.IssuerKeys? keys, string? problem) = await client.FetchKeysAsync(_door.Issuer.Address);

        Assert.Null(keys);
        Assert.Contains("https", problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_verified_token_stops_when_it_expires()
    {
        string token = Token(0);
        await _door.AdmitsAsync(token);

        _door.Time.AdvanceSeconds(359);
        await _door.AdmitsAsync(token);
        _door.Time.AdvanceSeconds(1);

        Assert.Contains("expired", (await _door.RefusesAsync(token)).Message, StringComparison.Ordinal);
    }

    private string Token(int number)
    {
        System.Text.Json.Nodes.JsonObject claims = _door.Claims();
        claims["jti"] = number;
        return _signer.Sign(claims);
    }

    private static Task Fail(HttpContext http, int status)
    {
        http.Response.StatusCode = status;
        return Task.CompletedTask;
    }

    private static Task WaitUntilAsync(Func<bool> condition) => WaitUntilAsync(() => Task.FromResult(condition()));

    private static async Task WaitUntilAsync(Func<Task<bool>> condition)
    {
        for (int i = 0; i < 200 && !await condition(); i++)
        {
            await Task.Delay(25);
        }

        Assert.True(await condition());
    }
}
