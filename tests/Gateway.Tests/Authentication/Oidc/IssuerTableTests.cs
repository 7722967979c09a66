using Azure.Data.Tables;
using Gateway.Authentication.Access;
using Gateway.Authentication.Oidc;
using Gateway.Storage;
using Gateway.Tests.Storage;

namespace Gateway.Tests.Authentication.Oidc;

/// <summary>Rules for issuers on a real Table service, of their own: all rules are one partition.</summary>
public sealed class IssuerTableTests : IAsyncLifetime
{
    private static readonly TrustedIssuer s_rule = new()
    {
        Id = "rule",
        Issuer = "https://issuer.example/größe",
        Audiences = ["a", "b"],
        Claims = new Dictionary<string, IReadOnlyList<string>> { ["sub"] = ["repo:org/*", "it's"], ["ref"] = ["refs/heads/main"] },
        PerSubject = true,
        Team = "search & ranking",
        Name = "CI",
        Scopes = ["manage"],
        Models = ["gpt-*"],
        Providers = ["openai"],
        Limits = new Limits { BudgetPerMonth = new Budget(12.345678m) },
        Tags = new Dictionary<string, string> { ["cost centre"] = "42" },
        CreatedAt = new DateTimeOffset(2026, 11, 21, 12, 0, 0, TimeSpan.Zero).AddTicks(1),
        CreatedBy = "ada",
    };

    private Azurite _azurite = null!;
    private TableStorage _storage = null!;
    private TableIssuerStore _store = null!;

    public async Task InitializeAsync()
    {
        _azurite = await Azurite.ShareAsync();
        _storage = Azurite.StorageAt(_azurite.ConnectionString);
        _store = new TableIssuerStore(_storage);
        await StorageTables.CreateAsync(_storage);
    }

    public async Task DisposeAsync() => await _azurite.DisposeAsync();

    [Fact]
    public async Task Rule_is_read_back_whole_and_its_id_is_taken_until_it_is_removed()
    {
        Assert.True(await _store.AddAsync(s_rule, default));
        Assert.Equivalent(s_rule, Assert.Single(await _store.ListAsync(default)), strict: true);
        Assert.False(await _store.AddAsync(s_rule with { Team = "other" }, default));
        Assert.True(await _store.RemoveAsync(s_rule.Id, default));
        Assert.False(await _store.RemoveAsync(s_rule.Id, default));
        Assert.Empty(await _store.ListAsync(default));
        Assert.True(await _store.AddAsync(s_rule, default));
    }

    [Fact]
    public async Task One_rule_that_cannot_be_read_makes_all_unavailable()
    {
        await _store.AddAsync(s_rule, default);
        await _storage.Table(TableIssuerStore.TableName).AddEntityAsync(new TableEntity("issuer", "broken") { ["Issuer"] = "https://issuer.example" });
        StorageUnavailableException exception = await Assert.ThrowsAsync<StorageUnavailableException>(() => _store.ListAsync(default));
        Assert.Contains("The row of issuer broken in table 'issuers' cannot be read.", exception.Message, StringComparison.Ordinal);
    }
}
