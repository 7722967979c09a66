using Gateway.Authentication;
using Gateway.Authentication.Access;
using Gateway.Authentication.Keys;
using Gateway.Translation.Errors;

namespace Gateway.Tests.Authentication;

public sealed class CredentialOrderTests
{
    private readonly Door _door = new();

    [Fact]
    public async Task A_key_works_in_either_header_and_the_caller_knows_which()
    {
        KeyChange.Issued issued = await _door.CreateAsync(new NewKey { Team = "search", Name = "ci", Models = ["gpt-*"] });

        Caller byKey = await _door.AdmitsAsync(("x-api-key", issued.Text));
        Caller byBearer = await _door.AdmitsAsync(("Authorization", $"Bearer {issued.Text}"));

        Assert.Equal("x-api-key", byKey.CredentialHeader);
        Assert.Equal("Authorization", byBearer.CredentialHeader);
        Assert.All([byKey, byBearer], caller =>
        {
            Assert.Equal(issued.Key.Id, caller.KeyId);
            Assert.Equal("search", caller.Team);
            Assert.Equal(CredentialKind.ApiKey, caller.CredentialKind);
            Assert.True(caller.AllowsModel("gpt-5"));
            Assert.False(caller.AllowsModel("claude-haiku"));
            Assert.True(caller.AllowsProvider("anything"));
        });
    }

    [Fact]
    public async Task A_wrong_x_api_key_is_not_saved_by_a_good_bearer()
    {
        KeyChange.Issued issued = await _door.CreateAsync();

        GatewayError error = await _door.RefusesAsync(("x-api-key", Door.Unknown()), ("Authorization", $"Bearer {issued.Text}"));

        Assert.Equal(401, error.Status);
        Assert.Equal(ErrorType.Authentication, error.Type);
        Assert.False(error.ShouldRetry);
        Assert.Contains("x-api-key", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_good_x_api_key_is_not_spoiled_by_a_wrong_bearer()
    {
        KeyChange.Issued issued = await _door.CreateAsync();

        await _door.AdmitsAsync(("x-api-key", issued.Text), ("Authorization", "Bearer nonsense"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    public async Task An_empty_x_api_key_counts_as_absent(string empty)
    {
        KeyChange.Issued issued = await _door.CreateAsync();

        await _door.AdmitsAsync(("x-api-key", empty), ("Authorization", $"Bearer {issued.Text}"));
    }

    [Theory]
    [InlineData("bearer ")]
    [InlineData("BEARER   ")]
    [InlineData("Bearer\t")]
    public async Task The_scheme_has_no_case_and_space_around_the_key_is_ignored(string scheme)
    {
        KeyChange.Issued issued = await _door.CreateAsync();

        await _door.AdmitsAsync(("Authorization", $"{scheme}{issued.Text} "));
        await _door.AdmitsAsync(("x-api-key", $" {issued.Text}"));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("Bearer")]
    [InlineData("Bearer ")]
    public async Task Without_any_credential_the_message_says_how_to_send_one(string? authorization)
    {
        GatewayError error = authorization is null ? await _door.RefusesAsync() : await _door.RefusesAsync(("Authorization", authorization));

        Assert.Equal(401, error.Status);
        Assert.Contains("x-api-key", error.Message, StringComparison.Ordinal);
        Assert.Contains("Authorization: Bearer", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Basic dXNlcjpwYXNz")]
    [InlineData("Bearer sk-ant-api03-secret")]
    [InlineData("Bearer not.a.jwt")]
    public async Task Anything_else_in_Authorization_is_refused_without_being_repeated(string value)
    {
        GatewayError error = await _door.RefusesAsync(("Authorization", value));

        Assert.Equal(401, error.Status);
        Assert.Contains("Authorization", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(value.Split(' ')[1], error.Message, StringComparison.Ordinal);
        Assert.Equal(0, _door.Store.Reads);
    }

    [Fact]
    public async Task Two_different_keys_in_one_header_are_refused_and_two_equal_ones_are_one()
    {
        KeyChange.Issued one = await _door.CreateAsync();
        KeyChange.Issued two = await _door.CreateAsync();

        GatewayError error = await _door.RefusesAsync(("x-api-key", one.Text), ("x-api-key", two.Text));

        Assert.Contains("more than once", error.Message, StringComparison.Ordinal);
        await _door.AdmitsAsync(("x-api-key", one.Text), ("x-api-key", one.Text));
    }

    [Fact]
    public async Task A_mistyped_key_is_refused_without_asking_the_storage()
    {
        KeyChange.Issued issued = await _door.CreateAsync();
        char last = issued.Text[^1] == 'a' ? 'b' : 'a';

        GatewayError error = await _door.RefusesAsync(("x-api-key", issued.Text[..^1] + last));

        Assert.Contains("checksum", error.Message, StringComparison.Ordinal);
        Assert.Equal(0, _door.Store.Reads);
    }

    [Theory]
    [InlineData("x")]
    [InlineData("sk-my-own-key")]
    [InlineData("mgw_looks_like_ours_but_is_not")]
    public async Task A_development_key_may_be_any_text_in_either_header(string value)
    {
        Door door = new(new DevelopmentKey(value));

        Assert.Equal("development", (await door.AdmitsAsync(("x-api-key", value))).Team);
        Assert.Equal("development", (await door.AdmitsAsync(("Authorization", $"Bearer {value}"))).Team);
        Assert.Equal(401, (await door.RefusesAsync(("x-api-key", value + "x"))).Status);
    }

    [Fact]
    public async Task A_development_key_that_nobody_chose_has_our_format()
    {
        DevelopmentKey key = new(null);
        Door door = new(key);

        Assert.True(key.IsGenerated);
        Assert.Equal(ApiKeyForm.Sound, ApiKey.Read(key.Value, out _));
        Assert.True((await door.AdmitsAsync(("x-api-key", key.Value))).HasScope(Scopes.Manage));
    }
}
