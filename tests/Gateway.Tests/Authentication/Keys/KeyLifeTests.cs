using Gateway.Authentication.Access;
using Gateway.Authentication.Keys;
using Gateway.Translation.Errors;

namespace Gateway.Tests.Authentication.Keys;

public sealed class KeyLifeTests
{
    private readonly Door _door = new();

    [Fact]
    public async Task A_key_is_read_once_in_60_seconds()
    {
        KeyChange.Issued issued = await _door.CreateAsync();

        for (int second = 0; second < 60; second++)
        {
            await _door.AdmitsAsync(("x-api-key", issued.Text));
            _door.Time.AdvanceSeconds(1);
        }

        Assert.Equal(1, _door.Store.Reads);
        await _door.AdmitsAsync(("x-api-key", issued.Text));
        Assert.Equal(2, _door.Store.Reads);
    }

    [Fact]
    public async Task Concurrent_requests_with_one_key_share_one_read()
    {
        KeyChange.Issued issued = await _door.CreateAsync();
        TaskCompletionSource gate = new();
        _door.Store.Gate = gate.Task;

        Task<Caller>[] requests = [.. Enumerable.Range(0, 50).Select(_ => _door.AdmitsAsync(("x-api-key", issued.Text)))];
        gate.SetResult();
        await Task.WhenAll(requests);

        Assert.Equal(1, _door.Store.Reads);
    }

    [Fact]
    public async Task A_client_that_leaves_does_not_take_the_read_from_the_others()
    {
        KeyChange.Issued issued = await _door.CreateAsync();
        TaskCompletionSource gate = new();
        _door.Store.Gate = gate.Task;
        using CancellationTokenSource leaving = new();

        Task<AuthenticationResult> left = _door.Authenticator.AuthenticateAsync(
            new Microsoft.AspNetCore.Http.HeaderDictionary { ["x-api-key"] = issued.Text }, leaving.Token).AsTask();
        Task<Caller> stayed = _door.AdmitsAsync(("x-api-key", issued.Text));
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => left);
        gate.SetResult();

        Assert.Equal(issued.Key.Id, (await stayed).KeyId);
        Assert.Equal(1, _door.Store.Reads);
    }

    [Fact]
    public async Task A_revoked_key_stops_within_60_seconds()
    {
        KeyChange.Issued issued = await _door.CreateAsync();
        await _door.AdmitsAsync(("x-api-key", issued.Text));
        await _door.Administration.RevokeAsync(issued.Key.Id, "tester", default);

        _door.Time.AdvanceSeconds(60);

        GatewayError error = await _door.RefusesAsync(("x-api-key", issued.Text));
        Assert.Equal(401, error.Status);
        Assert.False(error.ShouldRetry);
        Assert.Contains("revoked", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_expired_key_stops_at_once_though_its_row_is_cached()
    {
        KeyChange.Issued issued = await _door.CreateAsync(new NewKey { Team = "search", ExpiresAt = _door.Time.GetUtcNow().AddSeconds(30) });
        _door.Time.AdvanceSeconds(29);
        await _door.AdmitsAsync(("x-api-key", issued.Text));

        _door.Time.AdvanceSeconds(1);

        GatewayError error = await _door.RefusesAsync(("Authorization", $"Bearer {issued.Text}"));
        Assert.Contains("expired on 2026-11-21 12:00 UTC", error.Message, StringComparison.Ordinal);
        Assert.Contains("Authorization", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refusal_is_remembered_for_10_seconds()
    {
        string unknown = Door.Unknown();
        for (int second = 0; second < 10; second++)
        {
            await _door.RefusesAsync(("x-api-key", unknown));
            _door.Time.AdvanceSeconds(1);
        }

        Assert.Equal(1, _door.Store.Reads);
        await _door.RefusesAsync(("x-api-key", unknown));
        Assert.Equal(2, _door.Store.Reads);
    }

    [Fact]
    public async Task An_unknown_key_and_a_wrong_secret_of_a_known_key_read_the_same()
    {
        KeyChange.Issued issued = await _door.CreateAsync();
        string wrongSecret = ApiKey.Generate(issued.Key.Id).Text;

        GatewayError unknown = await _door.RefusesAsync(("x-api-key", Door.Unknown()));
        GatewayError wrong = await _door.RefusesAsync(("x-api-key", wrongSecret));

        Assert.Equal(unknown, wrong);
    }

    [Fact]
    public async Task A_wrong_secret_of_a_revoked_key_learns_nothing_more()
    {
        KeyChange.Issued issued = await _door.CreateAsync();
        await _door.Administration.RevokeAsync(issued.Key.Id, "tester", default);

        GatewayError error = await _door.RefusesAsync(("x-api-key", ApiKey.Generate(issued.Key.Id).Text));

        Assert.DoesNotContain("revoked", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Wrong_secrets_of_one_key_cost_at_most_one_read_a_second()
    {
        KeyChange.Issued issued = await _door.CreateAsync();
        await _door.AdmitsAsync(("x-api-key", issued.Text));

        for (int i = 0; i < 100; i++)
        {
            await _door.RefusesAsync(("x-api-key", ApiKey.Generate(issued.Key.Id).Text));
        }

        Assert.Equal(2, _door.Store.Reads);
        _door.Time.AdvanceSeconds(1);
        await _door.RefusesAsync(("x-api-key", ApiKey.Generate(issued.Key.Id).Text));
        Assert.Equal(3, _door.Store.Reads);
    }

    [Fact]
    public async Task A_missing_storage_is_a_503_that_may_be_retried_and_is_not_remembered()
    {
        KeyChange.Issued issued = await _door.CreateAsync();
        _door.Store.IsAway = true;

        GatewayError error = await _door.RefusesAsync(("x-api-key", issued.Text));

        Assert.Equal(503, error.Status);
        Assert.Equal(ErrorType.Api, error.Type);
        Assert.Null(error.ShouldRetry);
        Assert.Contains("storage", error.Message, StringComparison.Ordinal);

        _door.Store.IsAway = false;
        await _door.AdmitsAsync(("x-api-key", issued.Text));
    }

    [Fact]
    public async Task A_cached_key_outlives_a_missing_storage_for_its_60_seconds_only()
    {
        KeyChange.Issued issued = await _door.CreateAsync();
        await _door.AdmitsAsync(("x-api-key", issued.Text));
        _door.Store.IsAway = true;

        _door.Time.AdvanceSeconds(59);
        await _door.AdmitsAsync(("x-api-key", issued.Text));
        _door.Time.AdvanceSeconds(1);

        Assert.Equal(503, (await _door.RefusesAsync(("x-api-key", issued.Text))).Status);
    }

    [Fact]
    public async Task No_message_repeats_any_part_of_a_secret()
    {
        KeyChange.Issued issued = await _door.CreateAsync();
        await _door.Administration.RevokeAsync(issued.Key.Id, "tester", default);
        string[] secrets = [issued.Text, Door.Unknown(), issued.Text[..^3], issued.Text[..^1] + "é"];

        foreach (string secret in secrets)
        {
            string message = (await _door.RefusesAsync(("x-api-key", secret))).Message;
            Assert.DoesNotContain(secret[17..27], message, StringComparison.Ordinal);
        }
    }
}
