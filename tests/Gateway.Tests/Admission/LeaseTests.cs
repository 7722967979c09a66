using Gateway.Admission;
using Gateway.Authentication.Access;
using Gateway.Routing.Prices;
using Gateway.Tests.Security;
using Gateway.Tests.Support;

namespace Gateway.Tests.Admission;

/// <summary>Money that instances set aside: what it covers, and what becomes of it when budgets change.</summary>
public sealed class LeaseTests
{
    private readonly FakeClock _time = new();
    private readonly MemorySpendStore _store = new();

    [Fact]
    public async Task Lease_of_a_larger_budget_is_not_spent_under_a_smaller_one()
    {
        BudgetAccount account = New("a");
        await TakeAsync(account, Day(1000m));
        Assert.NotNull(await account.ReserveAsync(Usd.Of(0.05m), [Day(0.05m)], default));

        // What was too much is given back, and a larger budget takes it again.
        _time.AdvanceSeconds(2);
        Assert.Null(await New("b").ReserveAsync(Usd.Of(0.03m), [Day(0.05m)], default));
        Assert.Null(await account.ReserveAsync(Usd.Of(0.05m), [Day(1000m)], default));
    }

    [Theory]
    [InlineData(nameof(BudgetWindow.Week))]
    [InlineData(nameof(BudgetWindow.Lifetime))]
    public async Task Budget_that_is_added_holds_for_what_was_set_aside_before(string window)
    {
        BudgetAccount account = New("a");
        await TakeAsync(account, Day(1000m));
        BudgetLimit added = new(Enum.Parse<BudgetWindow>(window), new Budget(0.05m));
        Assert.Equal(added, (await account.ReserveAsync(Usd.Of(0.05m), [Day(1000m), added], default))!.Limit);
    }

    /// <summary>The lease was taken under a smaller budget, of a window in which less was spent.</summary>
    [Fact]
    public async Task Budget_of_another_window_that_is_added_holds_though_it_is_larger()
    {
        BudgetAccount account = New("a");
        Assert.Null(await account.ReserveAsync(Usd.Of(0.9m), [Day(1m)], default));
        account.Settle(Usd.Of(0.9m), Usd.Of(0.9m));
        await account.UpkeepAsync(closing: true, default);
        _time.Advance(TimeSpan.FromDays(1));
        await TakeAsync(account, Day(0.5m));
        BudgetLimit added = new(BudgetWindow.Lifetime, new Budget(0.95m));
        Assert.Equal(added, (await account.ReserveAsync(Usd.Of(0.05m), [Day(0.5m), added], default))!.Limit);
    }

    [Fact]
    public async Task Request_for_all_of_a_budget_may_wait_for_what_is_only_reserved()
    {
        Assert.Null(await New("a").ReserveAsync(Usd.Of(0.5m), [Day(1m)], default));
        BudgetAccount other = New("b");
        Assert.True((await other.ReserveAsync(Usd.Of(1m), [Day(1m)], default))!.MayPass);
        Assert.False((await other.ReserveAsync(Usd.Of(1.000001m), [Day(1m)], default))!.MayPass);
    }

    /// <summary>Else others would be let in for what running requests are still to spend.</summary>
    [Fact]
    public async Task Lease_covers_what_runs_also_when_another_answer_was_dearer_than_expected()
    {
        BudgetAccount account = New("a");
        Assert.Null(await account.ReserveAsync(Usd.Of(0.3m), [Day(1m)], default));
        Assert.Null(await account.ReserveAsync(Usd.Of(0.1m), [Day(1m)], default));
        account.Settle(Usd.Of(0.1m), Usd.Of(0.35m));
        await account.UpkeepAsync(closing: false, default);
        Assert.NotNull(await New("b").ReserveAsync(Usd.Of(0.4m), [Day(1m)], default));
    }

    [Fact]
    public async Task What_an_answer_leaves_of_its_reservation_is_for_the_next_at_once()
    {
        BudgetAccount account = New("a");
        Assert.Null(await account.ReserveAsync(Usd.Of(0.9m), [Day(1m)], default));
        Assert.NotNull(await account.ReserveAsync(Usd.Of(0.2m), [Day(1m)], default));
        account.Settle(Usd.Of(0.9m), Usd.Of(0.1m));
        Assert.Null(await account.ReserveAsync(Usd.Of(0.2m), [Day(1m)], default));
    }

    /// <summary>The request would run longer than the money is its own.</summary>
    [Theory]
    [InlineData(40, 0)]
    [InlineData(55, 1)]
    public async Task Lease_that_is_about_to_end_is_renewed_first(int seconds, int reads)
    {
        CountingSpendStore store = new(_store);
        BudgetAccount account = new("key:k", "a", store, _time);
        await TakeAsync(account, Day(1000m));
        int before = store.Reads;
        _time.AdvanceSeconds(seconds);
        Assert.Null(await account.ReserveAsync(Usd.Of(0.05m), [Day(1000m)], default));
        Assert.Equal(before + reads, store.Reads);
    }

    [Fact]
    public async Task Budget_that_is_raised_or_taken_away_goes_on_with_its_lease()
    {
        CountingSpendStore store = new(_store);
        BudgetAccount account = new("key:k", "a", store, _time);
        await TakeAsync(account, Day(1000m), new BudgetLimit(BudgetWindow.Month, new Budget(2000m)));
        int reads = store.Reads;
        Assert.Null(await account.ReserveAsync(Usd.Of(0.01m), [Day(1000m)], default));
        Assert.Null(await account.ReserveAsync(Usd.Of(0.01m), [Day(1001m)], default));
        Assert.Null(await account.ReserveAsync(Usd.Of(0.01m), [Day(1001m, LimitMode.Enforce), new BudgetLimit(BudgetWindow.Month, new Budget(2001m))], default));
        Assert.Equal(reads, store.Reads);
    }

    /// <summary>Each answer costs 0.00012 USD and 0.0205 are reserved for it, so that a lease is worth many answers.</summary>
    [Theory]
    [InlineData("""{"limits":{"budget_per_day":{"usd":1000}}}""", """{"limits":{"budget_per_day":{"usd":0.0001}}}""")]
    [InlineData("""{"limits":{"budget_per_day":{"usd":1000}}}""", """{"limits":{"budget_for_lifetime":{"usd":0.0001}}}""")]
    [InlineData("""{"limits":{"models":[{"model":"m","budget_per_day":{"usd":1000}}]}}""", """{"limits":{"models":[{"model":"M","budget_per_day":{"usd":0.0001}}]}}""")]
    public async Task Lowered_budget_of_a_busy_team_refuses_as_soon_as_it_is_known(string before, string after)
    {
        await using FakeUpstream upstream = await FakeUpstream.StartAsync();
        await using GatewayServer gateway = await GatewayServer.StartAsync(upstream, _time, ("Gateway:Models:0:Price:Input", "10"), ("Gateway:Models:0:Price:Output", "10"));
        string key = await gateway.KeyAsync("lowered");
        Assert.Equal(200, (await gateway.AskAsync(GatewayServer.Key, Team, before, "PATCH")).Status);
        Assert.Equal(200, (await gateway.AskAsync(key, "/v1/messages", Body)).Status);
        Assert.Equal(200, (await gateway.AskAsync(GatewayServer.Key, Team, after, "PATCH")).Status);
        for (int second = 0; second < 59; second++)
        {
            _time.AdvanceSeconds(1);
            Assert.Equal(200, (await gateway.AskAsync(key, "/v1/messages", Body)).Status);
        }

        _time.AdvanceSeconds(2);
        Told told = await gateway.AskAsync(key, "/v1/messages", Body);
        Assert.True(told.Status == 402, told.Body);
    }

    private const string Team = "/manage/teams/lowered";
    private const string Body = """{"model":"m","max_tokens":2048,"messages":[{"role":"user","content":"Hello"}]}""";

    private BudgetAccount New(string instance) => new("key:k", instance, _store, _time);

    private static BudgetLimit Day(decimal usd, LimitMode mode = LimitMode.Enforce) => new(BudgetWindow.Day, new Budget(usd, mode));

    /// <summary>One request, and with it a lease for ten more.</summary>
    private static async Task TakeAsync(BudgetAccount account, params BudgetLimit[] limits)
    {
        Assert.Null(await account.ReserveAsync(Usd.Of(0.05m), limits, default));
        account.Settle(Usd.Of(0.05m), Usd.Of(0.01m));
    }

    private sealed class CountingSpendStore(ISpendStore inner) : ISpendStore
    {
        public int Reads { get; private set; }

        public Task<IReadOnlyList<SpendState>> ListAsync(Predicate<string> wanted, CancellationToken cancellationToken) => inner.ListAsync(wanted, cancellationToken);

        public Task<SpendState> ReadAsync(string scope, CancellationToken cancellationToken)
        {
            Reads++;
            return inner.ReadAsync(scope, cancellationToken);
        }

        public Task<bool> TryWriteAsync(SpendState state, CancellationToken cancellationToken) => inner.TryWriteAsync(state, cancellationToken);

        public Task<IReadOnlyList<RateShare>> ShareAsync(string scope, RateShare mine, CancellationToken cancellationToken) => inner.ShareAsync(scope, mine, cancellationToken);
    }
}
