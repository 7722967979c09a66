using Azure.Data.Tables;
using Gateway.Audit;
using Gateway.Authentication.Keys;
using Gateway.Storage;
using Gateway.Tests.Storage;
using Limits = Gateway.Authentication.Access.Limits;

namespace Gateway.Tests.Authentication.Keys;

/// <summary>Keys and the audit trail on a real Table service.</summary>
public sealed class KeyTableTests : IClassFixture<AzuriteFixture>, IAsyncLifetime
{
    private readonly AzuriteFixture _azurite;
    private readonly TableStorage _storage;
    private readonly Door _door;

    public KeyTableTests(AzuriteFixture azurite)
    {
        _azurite = azurite;
        _storage = Azurite.StorageAt(azurite.ConnectionString);
        _door = new Door(store: new TableKeyStore(_storage));
    }

    public Task InitializeAsync() => StorageTables.CreateAsync(_storage);

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task Everything_about_a_key_survives_the_table()
    {
        NewKey request = new()
        {
            Team = "search & ranking",
            Name = "ci",
            Owner = "ada@example.com",
            Models = ["gpt-*", "a,b"],
            Providers = ["openai"],
            Scopes = ["manage"],
            Tags = new Dictionary<string, string> { ["cost centre"] = "42" },
            ExpiresAt = _door.Time.GetUtcNow().AddDays(30),
            Limits = new Limits
            {
                RequestsPerMinute = new(60, Gateway.Authentication.Access.LimitMode.Shadow),
                BudgetPerMonth = new(12.345678m),
            },
        };

        KeyChange.Issued issued = await _door.CreateAsync(request);
        VirtualKey stored = Assert.IsType<VirtualKey>(await _door.Administration.FindAsync(issued.Key.Id, default));

        Assert.Equal(request.Team, stored.Team);
        Assert.Equal(request.Name, stored.Name);
        Assert.Equal(request.Owner, stored.Owner);
        Assert.Equal(request.Models, stored.Models);
        Assert.Equal(request.Providers, stored.Providers);
        Assert.Equal(request.Scopes, stored.Scopes);
        Assert.Equal(request.Tags, stored.Tags);
        Assert.Equal(request.ExpiresAt, stored.ExpiresAt);
        Assert.Equal(request.Limits, stored.Limits);
        Assert.Equal("tester", stored.CreatedBy);
    }

    [Fact]
    public async Task Only_a_hash_is_stored()
    {
        KeyChange.Issued issued = await _door.CreateAsync();
        string secret = issued.Text.Split('_')[2];

        TableEntity row = (await _storage.Table("keys").GetEntityAsync<TableEntity>(issued.Key.Id, "key")).Value;

        foreach ((string _, object value) in row)
        {
            Assert.DoesNotContain(secret[..10], value?.ToString() ?? "", StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_row_that_cannot_be_read_lets_nobody_in()
    {
        KeyChange.Issued issued = await _door.CreateAsync();
        TableEntity broken = new(issued.Key.Id, "key") { ["Limits"] = """{"requests_per_century":1}""" };
        await _storage.Table("keys").UpdateEntityAsync(broken, Azure.ETag.All);
        try
        {
            Assert.Equal(503, (await _door.RefusesAsync(("x-api-key", issued.Text))).Status);
        }
        finally
        {
            // Other tests list the keys of this table, in whatever order the classes run.
            await _storage.Table("keys").DeleteEntityAsync(broken);
        }
    }

    [Fact]
    public async Task A_wrong_account_key_is_a_503_too()
    {
        KeyChange.Issued issued = await _door.CreateAsync();
        string wrong = _azurite.ConnectionString.Replace(Azurite.Key, Convert.ToBase64String(new byte[64]), StringComparison.Ordinal);
        Door door = new(store: new TableKeyStore(Azurite.StorageAt(wrong)));

        Assert.Equal(503, (await door.RefusesAsync(("x-api-key", issued.Text))).Status);
    }

    [Fact]
    public async Task Of_two_simultaneous_changes_one_is_refused()
    {
        KeyChange.Issued issued = await _door.CreateAsync();
        TableKeyStore store = new(_storage);
        VirtualKey seen = (await store.FindAsync(issued.Key.Id, default))!;

        Assert.True(await store.ReplaceAsync(seen with { RevokedAt = _door.Time.GetUtcNow() }, default));
        Assert.False(await store.ReplaceAsync(seen with { Hash = ApiKey.Generate(seen.Id).Key.Hash }, default));
    }

    [Fact]
    public async Task Change_of_limits_never_hides_another_of_the_same_moment()
    {
        KeyChange.Issued issued = await _door.CreateAsync();
        TableKeyStore store = new(_storage);
        VirtualKey seen = (await store.FindAsync(issued.Key.Id, default))!;

        Assert.True(await store.ReplaceAsync(seen with { Limits = new Limits { RequestsPerMinute = new(1) } }, default));
        Assert.False(await store.ReplaceAsync(seen with { Limits = new Limits { RequestsPerMinute = new(2) } }, default));
        Assert.Equal(1, (await store.FindAsync(seen.Id, default))!.Limits.RequestsPerMinute!.Value);
    }

    [Fact]
    public async Task The_audit_trail_lists_from_a_moment_on_in_the_order_of_time()
    {
        TableAuditStore audit = new(_storage);
        DateTimeOffset start = new(2026, 11, 20, 23, 59, 59, TimeSpan.Zero);
        for (int i = 0; i < 5; i++)
        {
            await audit.AppendAsync(new AuditEntry(start.AddSeconds(i), "ada", "key.create", $"audited{i}", AuditOutcome.Done, new Dictionary<string, string> { ["team"] = "search" }), default);
        }

        AuditEntry[] entries = [.. (await audit.ListAsync(start.AddSeconds(1), default)).Where(entry => entry.Target.StartsWith("audited", StringComparison.Ordinal))];

        Assert.Equal(["audited1", "audited2", "audited3", "audited4"], entries.Select(entry => entry.Target));
        Assert.Equal("search", entries[0].Details["team"]);
    }
}
