using Azure.Data.Tables;
using Gateway.Admission;
using Gateway.Routing.Prices;
using Gateway.Storage;
using Gateway.Tests.Storage;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Gateway.Tests.Admission;

/// <summary>Spend and counts on a real Table service.</summary>
public sealed class SpendTableTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UtcNow);
    private readonly string _scope = $"key:{Guid.NewGuid():n}";

    [Fact]
    public async Task Money_survives_to_the_last_digit_with_windows_and_leases()
    {
        TableSpendStore store = Store();
        Lease lease = new("i1", 7, Usd.Of(0.0000000000000000000000000001m), _time.GetUtcNow());
        SpendState state = (await store.ReadAsync(_scope, default)).At(_time.GetUtcNow()).Add(Usd.Of(79_228.162514264337593543950335m)).With(lease);
        Assert.True(await store.TryWriteAsync(state, default));

        SpendState stored = await store.ReadAsync(_scope, default);
        Assert.Equal(state.Windows, stored.Windows);
        Assert.Equal(lease, Assert.Single(stored.Leases));
    }

    [Fact]
    public async Task Of_two_instances_that_read_the_same_row_one_writes()
    {
        TableSpendStore store = Store();
        SpendState none = await store.ReadAsync(_scope, default);
        Assert.True(await store.TryWriteAsync(none.At(_time.GetUtcNow()).Add(Usd.Of(1)), default));
        Assert.False(await store.TryWriteAsync(none.At(_time.GetUtcNow()).Add(Usd.Of(2)), default));

        SpendState one = await store.ReadAsync(_scope, default);
        Assert.True(await store.TryWriteAsync(one.Add(Usd.Of(3)), default));
        Assert.False(await store.TryWriteAsync(one.Add(Usd.Of(4)), default));
        Assert.Equal(Usd.Of(4), (await store.ReadAsync(_scope, default)).Spent(BudgetWindow.Day));
    }

    [Theory]
    [InlineData("DayUsd", "a lot")]
    [InlineData("Leases", "null")]
    [InlineData("Leases", 7)]
    public async Task Row_that_cannot_be_read_is_never_taken_for_nothing_spent(string column, object value)
    {
        TableSpendStore store = Store();
        Assert.True(await store.TryWriteAsync(new SpendState(_scope).At(_time.GetUtcNow()).Add(Usd.Of(1)), default));
        TableEntity broken = new(_scope, SpendRow.Budget) { [column] = value };
        await Azurite.StorageAt(azurite.ConnectionString).Table(TableSpendStore.TableName).UpdateEntityAsync(broken, Azure.ETag.All);
        await Assert.ThrowsAsync<StorageUnavailableException>(() => store.ReadAsync(_scope, default));
    }

    [Fact]
    public void Counts_of_others_are_as_old_as_the_service_says_whatever_their_clocks_say()
    {
        DateTimeOffset stored = _time.GetUtcNow();
        RateShare mine = Share("mine");
        RateShare ahead = Share("ahead") with { At = mine.At.AddMinutes(7), Slots = [new RateSlot(mine.At.AddMinutes(7).ToUnixTimeSeconds(), new RateCounts(1, 2, 3))] };

        RateShare told = Assert.Single(TableSpendStore.OfOthers([(mine, stored), (ahead, stored.AddHours(-1))], mine));

        Assert.Equal(("ahead", mine.At.AddHours(-1)), (told.Instance, told.At));
        Assert.Equal(mine.At.AddHours(-1).ToUnixTimeSeconds(), Assert.Single(told.Slots).Second);
    }

    private RateShare Share(string instance) => new(instance, [], 0, _time.GetUtcNow());

    private TableSpendStore Store() => new(Azurite.StorageAt(azurite.ConnectionString), NullLoggerFactory.Instance);
}
