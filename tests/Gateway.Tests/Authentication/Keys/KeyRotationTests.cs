using Gateway.Audit;
using Gateway.Authentication.Keys;
using Gateway.Translation.Errors;

namespace Gateway.Tests.Authentication.Keys;

public sealed class KeyRotationTests
{
    private readonly Door _door = new();

    [Fact]
    public async Task Both_secrets_of_a_rotated_key_work_until_the_overlap_ends()
    {
        KeyChange.Issued old = await _door.CreateAsync();
        KeyChange.Issued rotated = await RotateAsync(old.Key.Id, TimeSpan.FromHours(24));

        Assert.Equal(old.Key.Id, (await _door.AdmitsAsync(("x-api-key", old.Text))).KeyId);
        Assert.Equal(old.Key.Id, (await _door.AdmitsAsync(("x-api-key", rotated.Text))).KeyId);

        _door.Time.Advance(TimeSpan.FromHours(24));
        GatewayError error = await _door.RefusesAsync(("x-api-key", old.Text));
        Assert.Equal(401, error.Status);
        await _door.AdmitsAsync(("x-api-key", rotated.Text));
    }

    [Fact]
    public async Task A_new_secret_works_at_once_though_the_old_row_is_cached()
    {
        KeyChange.Issued old = await _door.CreateAsync();
        await _door.AdmitsAsync(("x-api-key", old.Text));

        KeyChange.Issued rotated = await RotateAsync(old.Key.Id, TimeSpan.FromHours(1));

        await _door.AdmitsAsync(("x-api-key", rotated.Text));
    }

    [Fact]
    public async Task A_new_secret_that_came_too_soon_after_a_wrong_one_is_not_held_against_it()
    {
        KeyChange.Issued old = await _door.CreateAsync();
        await _door.AdmitsAsync(("x-api-key", old.Text));
        await _door.RefusesAsync(("x-api-key", ApiKey.Generate(old.Key.Id).Text));
        KeyChange.Issued rotated = await RotateAsync(old.Key.Id, TimeSpan.FromHours(1));

        await _door.RefusesAsync(("x-api-key", rotated.Text));
        _door.Time.AdvanceSeconds(1);
        await _door.AdmitsAsync(("x-api-key", rotated.Text));
    }

    [Fact]
    public async Task A_second_rotation_ends_the_first_overlap()
    {
        KeyChange.Issued first = await _door.CreateAsync();
        KeyChange.Issued second = await RotateAsync(first.Key.Id, TimeSpan.FromHours(24));
        KeyChange.Issued third = await RotateAsync(first.Key.Id, TimeSpan.FromHours(24));

        await _door.RefusesAsync(("x-api-key", first.Text));
        await _door.AdmitsAsync(("x-api-key", second.Text));
        await _door.AdmitsAsync(("x-api-key", third.Text));
    }

    [Fact]
    public async Task Without_overlap_the_old_secret_stops_within_60_seconds()
    {
        KeyChange.Issued old = await _door.CreateAsync();
        await _door.AdmitsAsync(("x-api-key", old.Text));
        await RotateAsync(old.Key.Id, TimeSpan.Zero);

        _door.Time.AdvanceSeconds(60);

        await _door.RefusesAsync(("x-api-key", old.Text));
    }

    [Fact]
    public async Task Revoking_stops_both_secrets()
    {
        KeyChange.Issued old = await _door.CreateAsync();
        KeyChange.Issued rotated = await RotateAsync(old.Key.Id, TimeSpan.FromHours(24));
        await _door.Administration.RevokeAsync(old.Key.Id, "tester", default);

        await _door.RefusesAsync(("x-api-key", old.Text));
        await _door.RefusesAsync(("x-api-key", rotated.Text));
    }

    [Fact]
    public async Task A_revoked_key_cannot_be_rotated_back_to_life()
    {
        KeyChange.Issued key = await _door.CreateAsync();
        await _door.Administration.RevokeAsync(key.Key.Id, "tester", default);

        Assert.IsType<KeyChange.Conflict>(await _door.Administration.RotateAsync(key.Key.Id, TimeSpan.Zero, "tester", default));
    }

    [Fact]
    public async Task Every_act_is_on_record_with_who_when_and_what()
    {
        KeyChange.Issued key = await _door.CreateAsync(new NewKey { Team = "search", Name = "ci" });
        await RotateAsync(key.Key.Id, TimeSpan.FromHours(1));
        await _door.Administration.RevokeAsync(key.Key.Id, "tester", default);

        IReadOnlyList<AuditEntry> entries = await _door.Audit.ListAsync(DateTimeOffset.MinValue, default);

        Assert.Equal(["key.create", "key.rotate", "key.revoke"], entries.Select(entry => entry.Action));
        Assert.All(entries, entry =>
        {
            Assert.Equal("tester", entry.Actor);
            Assert.Equal(key.Key.Id, entry.Target);
            Assert.Equal(_door.Time.GetUtcNow(), entry.At);
            Assert.Equal(AuditOutcome.Done, entry.Outcome);
            Assert.DoesNotContain(key.Text.Split('_')[2], entry.ToString(), StringComparison.Ordinal);
        });
    }

    private async Task<KeyChange.Issued> RotateAsync(string id, TimeSpan overlap) =>
        Assert.IsType<KeyChange.Issued>(await _door.Administration.RotateAsync(id, overlap, "tester", default));
}
