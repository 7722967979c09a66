using Gateway.Admission;
using Gateway.Authentication.Access;
using Gateway.Routing.Prices;
using Gateway.Storage;

namespace Gateway.Tests.Admission;

/// <summary>Several instances and one budget, with a clock that the test moves and a storage that loses answers.</summary>
public sealed class BudgetAccountTests
{
    private readonly FakeClock _time = new FakeClock();
    private readonly LossySpendStore _store = new();

    [Fact]
    public async Task What_is_settled_is_written_exactly_and_the_lease_given_back()
    {
        BudgetAccount account = New("a");
        BudgetLimit[] day = [Day(1m)];
        Assert.Null(await account.ReserveAsync(Usd.Of(0.10m), day, default));
        account.Settle(Usd.Of(0.10m), Usd.Of(0.0123456789m));
        await account.UpkeepAsync(closing: false, default);
        Assert.Equal<decimal>(0.0123456789m, (await StateAsync()).Spent(BudgetWindow.Day));
        Assert.True((await StateAsync()).HeldByOthers("b", _time.GetUtcNow()) > Usd.Zero);

        _time.Advance(BudgetAccount.IdleTime + TimeSpan.FromSeconds(1));
        await account.UpkeepAsync(closing: false, default);
        Assert.Equal<decimal>(0, (await StateAsync()).HeldByOthers("b", _time.GetUtcNow()));
        Assert.True(account.IsIdle);
    }

    [Fact]
    public async Task Reservations_of_all_instances_never_exceed_the_budget()
    {
        BudgetAccount[] accounts = [.. Enumerable.Range(0, 8).Select(i => New($"i{i}"))];
        BudgetLimit[] day = [Day(1m)];
        int admitted = 0;
        for (int i = 0; i < 400; i++)
        {
            admitted += await accounts[i % 8].ReserveAsync(Usd.Of(0.01m), day, default) is null ? 1 : 0;
        }

        // What leases hold in advance shrinks with what is left, so little is kept from those who ask.
        Assert.InRange(admitted, 80, 100);
    }

    [Fact]
    public async Task Refusal_tells_spent_money_from_money_that_is_only_reserved()
    {
        BudgetAccount first = New("a");
        BudgetAccount second = New("b");
        BudgetLimit[] day = [Day(1m)];
        Assert.Null(await first.ReserveAsync(Usd.Of(0.9m), day, default));
        BudgetRefusal held = (await second.ReserveAsync(Usd.Of(0.5m), day, default))!;
        Assert.True(held.MayPass);
        Assert.InRange<decimal>(held.Held, 0.9m, 1m);

        first.Settle(Usd.Of(0.9m), Usd.Of(0.8m));
        await first.UpkeepAsync(closing: true, default);
        _time.AdvanceSeconds(2);
        BudgetRefusal spent = (await second.ReserveAsync(Usd.Of(0.5m), day, default))!;
        Assert.False(spent.MayPass);
        Assert.Equal((0.8m, 0m), ((decimal)spent.Spent, (decimal)spent.Held));
        Assert.Null(await second.ReserveAsync(Usd.Of(0.2m), day, default));
    }

    [Fact]
    public async Task Crashed_instance_gives_its_lease_back_when_it_runs_out()
    {
        BudgetLimit[] day = [Day(1m)];
        Assert.Null(await New("crashed").ReserveAsync(Usd.Of(0.9m), day, default));
        BudgetAccount other = New("other");
        Assert.NotNull(await other.ReserveAsync(Usd.Of(0.5m), day, default));

        _time.Advance(BudgetAccount.LeaseTime + TimeSpan.FromSeconds(1));
        Assert.Null(await other.ReserveAsync(Usd.Of(0.5m), day, default));
    }

    [Fact]
    public async Task Running_requests_keep_their_lease()
    {
        BudgetLimit[] day = [Day(1m)];
        BudgetAccount busy = New("busy");
        Assert.Null(await busy.ReserveAsync(Usd.Of(0.9m), day, default));
        for (int i = 0; i < 5; i++)
        {
            _time.AdvanceSeconds(40);
            await busy.UpkeepAsync(closing: false, default);
        }

        Assert.NotNull(await New("other").ReserveAsync(Usd.Of(0.5m), day, default));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Write_whose_answer_is_lost_is_counted_once(bool before)
    {
        LossySpendStore.Loss fault = before ? LossySpendStore.Loss.Before : LossySpendStore.Loss.After;
        BudgetAccount account = New("a");
        BudgetLimit[] day = [Day(10m)];
        decimal spent = 0;
        for (int i = 0; i < 30; i++)
        {
            Assert.Null(await account.ReserveAsync(Usd.Of(0.01m), day, default));
            account.Settle(Usd.Of(0.01m), Usd.Of(0.007m));
            spent += 0.007m;
            _store.Next = i % 3 == 0 ? fault : LossySpendStore.Loss.None;
            await Record.ExceptionAsync(() => account.UpkeepAsync(closing: false, default));
        }

        _store.Next = LossySpendStore.Loss.None;
        await account.UpkeepAsync(closing: true, default);
        Assert.Equal<decimal>(spent, (await StateAsync()).Spent(BudgetWindow.Lifetime));
    }

    [Theory]
    [InlineData(nameof(BudgetWindow.Day), "2026-11-21", "2026-11-22T00:00:00Z", 13)]
    [InlineData(nameof(BudgetWindow.Week), "2026-W47", "2026-11-23T00:00:00Z", 40)]
    [InlineData(nameof(BudgetWindow.Month), "2026-11", "2026-12-01T00:00:00Z", 24 * 10)]
    public async Task Window_ends_with_the_calendar_and_the_next_begins_empty(string name, string id, string end, double hours)
    {
        BudgetWindow window = Enum.Parse<BudgetWindow>(name);
        Assert.Equal(id, BudgetCalendar.Utc.IdOf(window, _time.GetUtcNow()));
        Assert.Equal(DateTimeOffset.Parse(end, System.Globalization.CultureInfo.InvariantCulture), BudgetCalendar.Utc.EndOf(window, _time.GetUtcNow()));
        BudgetLimit[] limits = [new(window, new Budget(1m)), new(BudgetWindow.Lifetime, new Budget(1.5m))];
        BudgetAccount account = New("a");
        Assert.Null(await account.ReserveAsync(Usd.Of(0.9m), limits, default));
        account.Settle(Usd.Of(0.9m), Usd.Of(0.9m));
        await account.UpkeepAsync(closing: true, default);
        Assert.Equal(window, (await account.ReserveAsync(Usd.Of(0.5m), limits, default))!.Limit.Window);

        _time.Advance(TimeSpan.FromHours(hours));
        Assert.Null(await account.ReserveAsync(Usd.Of(0.5m), limits, default));
        account.Settle(Usd.Of(0.5m), Usd.Of(0.5m));
        await account.UpkeepAsync(closing: true, default);
        _time.Advance(TimeSpan.FromHours(hours));
        Assert.Equal(BudgetWindow.Lifetime, (await account.ReserveAsync(Usd.Of(0.5m), limits, default))!.Limit.Window);
    }

    [Theory]
    [InlineData("2026-12-31T23:59:59Z", "2026-W53", "2026-12", "2027-01-01")]
    [InlineData("2027-01-03T23:59:59Z", "2026-W53", "2027-01", "2027-02-01")]
    public void Year_ends_where_the_calendar_says(string now, string week, string month, string nextMonth)
    {
        DateTimeOffset moment = DateTimeOffset.Parse(now, System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal((week, month), (BudgetCalendar.Utc.IdOf(BudgetWindow.Week, moment), BudgetCalendar.Utc.IdOf(BudgetWindow.Month, moment)));
        Assert.Equal(nextMonth, BudgetCalendar.Utc.EndOf(BudgetWindow.Month, moment)!.Value.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture));
        Assert.Null(BudgetCalendar.Utc.EndOf(BudgetWindow.Lifetime, moment));
    }

    [Fact]
    public async Task Empty_budget_asks_the_storage_once_a_second()
    {
        BudgetAccount account = New("a");
        BudgetLimit[] day = [Day(0.01m)];
        for (int i = 0; i < 50; i++)
        {
            Assert.NotNull(await account.ReserveAsync(Usd.Of(0.02m), day, default));
        }

        Assert.Equal(1, _store.Reads);
    }

    [Fact]
    public async Task Hot_path_seldom_asks_the_storage()
    {
        BudgetAccount account = New("a");
        BudgetLimit[] day = [Day(1000m)];
        for (int i = 0; i < 1000; i++)
        {
            Assert.Null(await account.ReserveAsync(Usd.Of(0.01m), day, default));
            account.Settle(Usd.Of(0.01m), Usd.Of(0.01m));
        }

        // Ten requests, then twenty, forty ...: leases that do not last grow.
        Assert.InRange(_store.Writes, 1, 10);
    }

    private BudgetAccount New(string instance) => new("key:k", instance, _store, _time);

    private static BudgetLimit Day(decimal usd) => new(BudgetWindow.Day, new Budget(usd));

    private async Task<SpendState> StateAsync() => (await _store.ReadAsync("key:k", default)).At(_time.GetUtcNow());

    /// <summary>A storage in memory that can lose a write, or the answer to one.</summary>
    private sealed class LossySpendStore : ISpendStore
    {
        private readonly MemorySpendStore _inner = new();

        public enum Loss
        {
            None,
            Before,
            After,
        }

        public Loss Next { get; set; }

        public int Reads { get; private set; }

        public int Writes { get; private set; }

        public Task<IReadOnlyList<SpendState>> ListAsync(Predicate<string> wanted, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<SpendState> ReadAsync(string scope, CancellationToken cancellationToken)
        {
            Reads++;
            return _inner.ReadAsync(scope, cancellationToken);
        }

        public async Task<bool> TryWriteAsync(SpendState state, CancellationToken cancellationToken)
        {
            Writes++;
            Loss fault = Next;
            Next = Loss.None;
            bool written = fault != Loss.Before && await _inner.TryWriteAsync(state, cancellationToken);
            return fault == Loss.None ? written : throw new StorageUnavailableException("lost");
        }

        public Task<IReadOnlyList<RateShare>> ShareAsync(string scope, RateShare mine, CancellationToken cancellationToken) =>
            _inner.ShareAsync(scope, mine, cancellationToken);
    }
}
