using Gateway.Authentication.Access;
using Gateway.Authentication.Keys;
using Gateway.Tests.Authentication.Keys;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.Tests.Security;

/// <summary>
/// Somebody who tries keys learns nothing from what that costs: whether an id exists, is in use, revoked or expired makes
/// no difference to the reads of the storage and to the comparisons of hashes.
/// </summary>
public sealed class KeyProbeTests
{
    private readonly FakeClock _time = new();
    private readonly CountingKeyStore _store = new();
    private readonly KeyDirectory _directory;
    private readonly KeyAuthenticator _keys;
    private readonly KeyAdministration _administration;

    public KeyProbeTests()
    {
        _directory = new KeyDirectory(_store, _time, NullLoggerFactory.Instance);
        _keys = new KeyAuthenticator(_directory, _time);
        _administration = new KeyAdministration(_store, new Gateway.Audit.AuditTrail(new Gateway.Audit.MemoryAuditStore(), _time), _time);
    }

    public static TheoryData<string> Victims => ["unused", "used a moment ago", "used half a minute ago", "revoked", "expired", "rotated", "used by another, storage away"];

    [Theory]
    [MemberData(nameof(Victims))]
    public async Task Wrong_secrets_cost_the_same_whether_the_id_exists_or_not(string victim)
    {
        string id = await MakeAsync(victim);
        string unknown = ApiKey.Generate().Key.Id;

        // Twice at once, again within the second, a second later, much later, and the very same key once more.
        foreach (double pause in new[] { 0, 0, 0.5, 0.5, 1, 30, 61, 0 })
        {
            _time.AdvanceSeconds(pause);
            Assert.Equal(await CostAsync(ApiKey.Generate(unknown).Text), await CostAsync(ApiKey.Generate(id).Text));
        }

        (string wrong, string never) = (ApiKey.Generate(id).Text, ApiKey.Generate(unknown).Text);
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal(await CostAsync(never), await CostAsync(wrong));
            _time.AdvanceSeconds(6);
        }
    }

    [Fact]
    public async Task A_check_compares_twice_whatever_it_is_held_against()
    {
        KeyChange.Issued issued = await CreateAsync();
        SecretHash wrong = ApiKey.Generate(issued.Key.Id).Key.Hash;
        DateTimeOffset now = _time.GetUtcNow();

        Assert.False(VirtualKey.Accepts(null, wrong, now));
        Assert.False(VirtualKey.Accepts(null, SecretHash.OfNothing, now));
        Assert.False(VirtualKey.Accepts(issued.Key, wrong, now));
        Assert.False(VirtualKey.Accepts(issued.Key with { PreviousValidUntil = now.AddHours(1) }, SecretHash.OfNothing, now.AddHours(2)));
        Assert.True(VirtualKey.Accepts(issued.Key, issued.Key.Hash, now));
    }

    [Fact]
    public async Task Probes_do_not_keep_the_holder_of_the_right_secret_out()
    {
        KeyChange.Issued issued = await CreateAsync();
        for (int second = 0; second < 130; second++)
        {
            await ProbeAsync(ApiKey.Generate(issued.Key.Id).Text);
            Assert.IsType<AuthenticationResult.Authenticated>(await ProbeAsync(issued.Text));
            _directory.Forget(issued.Key.Id);
            Assert.IsType<AuthenticationResult.Authenticated>(await ProbeAsync(issued.Text));
            _time.AdvanceSeconds(1);
        }
    }

    [Fact]
    public async Task A_flood_of_made_up_ids_costs_bounded_memory_and_pushes_no_good_key_out()
    {
        KeyChange.Issued issued = await CreateAsync();
        await ProbeAsync(issued.Text);

        for (int i = 0; i < 12_000; i++)
        {
            Assert.IsType<AuthenticationResult.Refused>(await ProbeAsync(ApiKey.Generate().Text));
        }

        Assert.Equal(20_000, _keys.Remembered);
        int reads = _store.Reads;
        Assert.IsType<AuthenticationResult.Authenticated>(await ProbeAsync(issued.Text));
        Assert.Equal(reads, _store.Reads);
    }

    private async Task<string> MakeAsync(string victim)
    {
        KeyChange.Issued issued = await CreateAsync(victim == "expired" ? _time.GetUtcNow().AddSeconds(1) : null);
        switch (victim)
        {
            case "used a moment ago":
                await ProbeAsync(issued.Text);
                break;
            case "used half a minute ago":
                await ProbeAsync(issued.Text);
                _time.AdvanceSeconds(30);
                break;
            case "used by another, storage away":
                await ProbeAsync(issued.Text);
                _store.IsAway = true;
                break;
            case "revoked":
                await _administration.RevokeAsync(issued.Key.Id, "tester", default);
                break;
            case "expired":
                _time.AdvanceSeconds(2);
                break;
            case "rotated":
                await _administration.RotateAsync(issued.Key.Id, TimeSpan.FromHours(1), "tester", default);
                break;
        }

        return issued.Key.Id;
    }

    private async Task<KeyChange.Issued> CreateAsync(DateTimeOffset? expiresAt = null) => Assert.IsType<KeyChange.Issued>(
        await _administration.CreateAsync(new NewKey { Team = "search", ExpiresAt = expiresAt }, "tester", default));

    private async Task<(int Reads, long Checks, string Message)> CostAsync(string text)
    {
        (int reads, long checks) = (_store.Reads, _keys.Checks);
        AuthenticationResult.Refused refused = Assert.IsType<AuthenticationResult.Refused>(await ProbeAsync(text));
        return (_store.Reads - reads, _keys.Checks - checks, refused.Error.Message);
    }

    private async Task<AuthenticationResult> ProbeAsync(string text) => await _keys.AuthenticateAsync(text, "x-api-key", default);
}
