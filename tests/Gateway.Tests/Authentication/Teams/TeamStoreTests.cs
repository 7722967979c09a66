using Gateway.Audit;
using Gateway.Authentication.Access;
using Gateway.Authentication.Teams;
using Gateway.Storage;
using Gateway.Tests.Storage;

namespace Gateway.Tests.Authentication.Teams;

/// <summary>Two operators who change one team at the same moment: none of them overwrites the other unseen.</summary>
public sealed class TeamStoreTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    private static readonly Limits s_limits = new() { RequestsPerMinute = new RateLimit(1) };

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Version_that_somebody_replaced_cannot_be_replaced_again(bool tables)
    {
        ITeamStore store = await StoreAsync(tables);
        Team team = new("t" + Guid.NewGuid().ToString("n"), s_limits) { UpdatedBy = "ann", UpdatedAt = DateTimeOffset.UtcNow };
        Assert.True(await store.SetAsync(team, CancellationToken.None));
        Assert.False(await store.SetAsync(team with { UpdatedBy = "bob" }, CancellationToken.None));

        Team seen = (await store.FindAsync(team.Name, CancellationToken.None))!;
        Assert.True(await store.SetAsync(seen with { UpdatedBy = "cy" }, CancellationToken.None));
        Assert.False(await store.SetAsync(seen with { UpdatedBy = "dan" }, CancellationToken.None));
        Assert.Equal("cy", (await store.FindAsync(team.Name, CancellationToken.None))!.UpdatedBy);

        Assert.True(await store.RemoveAsync(team.Name, CancellationToken.None));
        Assert.False(await store.SetAsync(seen with { UpdatedBy = "eve" }, CancellationToken.None));
        Assert.Null(await store.FindAsync(team.Name, CancellationToken.None));
    }

    [Fact]
    public async Task Same_write_again_is_taken_for_the_echo_of_the_first()
    {
        ITeamStore store = await StoreAsync(tables: true);
        Team team = new("t" + Guid.NewGuid().ToString("n"), s_limits) { UpdatedBy = "ann", UpdatedAt = DateTimeOffset.UtcNow };
        Assert.True(await store.SetAsync(team, CancellationToken.None));
        Assert.True(await store.SetAsync(team, CancellationToken.None));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Change_between_reading_and_writing_is_told(bool tables)
    {
        TeamAdministration teams = new(await StoreAsync(tables), new AuditTrail(new MemoryAuditStore(), TimeProvider.System), TimeProvider.System);
        string name = "t" + Guid.NewGuid().ToString("n");
        await teams.SetAsync(name, team => team with { Limits = s_limits }, "ann", CancellationToken.None);
        int calls = 0;
        TeamChange change = await teams.SetAsync(
            name,
            before =>
            {
                // The first call only asks whether the change makes sense.
                if (++calls == 2)
                {
                    teams.SetAsync(name, old => old with { Limits = old.Limits with { OutputTokensPerMinute = new RateLimit(5) } }, "bob", CancellationToken.None).GetAwaiter().GetResult();
                }

                return before with { Limits = before.Limits with { InputTokensPerMinute = new RateLimit(9) } };
            },
            "ann",
            CancellationToken.None);

        Assert.Equal($"Somebody else changed team '{name}' at the same moment. Look at it and try again.", Assert.IsType<TeamChange.Conflict>(change).Reason);
        Team stored = (await teams.FindAsync(name, CancellationToken.None))!;
        Assert.Equal((5, null, "bob"), (stored.Limits.OutputTokensPerMinute?.Value, stored.Limits.InputTokensPerMinute?.Value, stored.UpdatedBy));
    }

    private async Task<ITeamStore> StoreAsync(bool tables)
    {
        if (!tables)
        {
            return new MemoryTeamStore();
        }

        TableStorage storage = Azurite.StorageAt(azurite.ConnectionString);
        await StorageTables.CreateAsync(storage);
        return new TableTeamStore(storage);
    }
}
