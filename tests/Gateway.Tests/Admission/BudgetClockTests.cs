using Gateway.Admission;
using Gateway.Authentication.Access;
using Gateway.Routing.Prices;

namespace Gateway.Tests.Admission;

/// <summary>Budgets at their end, at midnight, and with clocks that are wrong.</summary>
public sealed class BudgetClockTests
{
    private readonly MemorySpendStore _store = new();

    [Fact]
    public async Task Used_up_budget_that_is_polled_on_two_instances_is_soon_said_to_be_used_up()
    {
        FakeClock time = new();
        BudgetAccount[] accounts = [New("a", time), New("b", time)];
        BudgetLimit[] day = [Day(1m)];
        int poll = 0;
        while (await TakeAsync(accounts[poll++ % 2], day) is null)
        {
        }

        // Both kept a rest of their leases that was too small for a request.
        List<bool> mayPass = [];
        for (int second = 0; second < 70; second++)
        {
            time.AdvanceSeconds(1);
            if (second % 2 == 0)
            {
                await accounts[0].UpkeepAsync(closing: false, default);
                await accounts[1].UpkeepAsync(closing: false, default);
            }

            if (await TakeAsync(accounts[poll++ % 2], day) is { } refusal)
            {
                mayPass.Add(refusal.MayPass);
            }
        }

        Assert.True(mayPass.IndexOf(false) is >= 0 and <= 3, $"402 after {mayPass.IndexOf(false)} times 429");
        Assert.DoesNotContain(true, mayPass.Skip(mayPass.IndexOf(false)));
        Assert.InRange<decimal>((await StateAsync(time)).Spent(BudgetWindow.Day), 0.98m, 1m);
    }

    [Theory]
    [InlineData("2026-11-21T23:59:59Z", nameof(BudgetWindow.Day))]
    [InlineData("2026-11-22T23:59:59Z", nameof(BudgetWindow.Week))]
    [InlineData("2026-12-31T23:59:59Z", nameof(BudgetWindow.Month))]
    [InlineData("2027-01-03T23:59:59Z", nameof(BudgetWindow.Week))]
    public async Task Clock_that_is_behind_at_midnight_does_not_empty_the_window_that_has_begun(string late, string name)
    {
        BudgetWindow window = Enum.Parse<BudgetWindow>(name);
        DateTimeOffset moment = DateTimeOffset.Parse(late, System.Globalization.CultureInfo.InvariantCulture);
        (FakeClock behind, FakeClock ahead) = (new FakeClock(moment), new FakeClock(moment.AddSeconds(2)));
        BudgetLimit[] limits = [new(window, new Budget(1m))];
        BudgetAccount first = New("ahead", ahead);
        Assert.Null(await first.ReserveAsync(Usd.Of(0.9m), limits, default));
        first.Settle(Usd.Of(0.9m), Usd.Of(0.9m));
        await first.UpkeepAsync(closing: true, default);

        BudgetAccount second = New("behind", behind);
        Assert.NotNull(await second.ReserveAsync(Usd.Of(0.5m), limits, default));
        Assert.Null(await second.ReserveAsync(Usd.Of(0.05m), limits, default));
        second.Settle(Usd.Of(0.05m), Usd.Of(0.05m));
        await second.UpkeepAsync(closing: true, default);
        Assert.Equal<decimal>(0.95m, (await StateAsync(ahead)).Spent(window));
    }

    [Fact]
    public async Task Clock_that_is_set_back_does_not_prolong_a_lease()
    {
        (FakeClock wrong, FakeClock right) = (new FakeClock(), new FakeClock());
        BudgetLimit[] day = [Day(1m)];
        BudgetAccount first = New("wrong", wrong);
        Assert.Null(await first.ReserveAsync(Usd.Of(0.1m), day, default));
        first.Settle(Usd.Of(0.1m), Usd.Zero);

        wrong.SetClockBy(TimeSpan.FromHours(-1));
        wrong.AdvanceSeconds(61);
        right.AdvanceSeconds(61);
        Assert.Null(await New("right", right).ReserveAsync(Usd.Of(0.95m), day, default));
        Assert.NotNull(await first.ReserveAsync(Usd.Of(0.1m), day, default));
    }

    [Fact]
    public async Task What_is_settled_after_its_lease_ran_out_is_charged_all_the_same()
    {
        FakeClock time = new();
        BudgetLimit[] day = [Day(1m)];
        BudgetAccount slow = New("slow", time);
        Assert.Null(await slow.ReserveAsync(Usd.Of(0.5m), day, default));
        time.AdvanceSeconds(120);
        BudgetAccount other = New("other", time);
        Assert.Null(await other.ReserveAsync(Usd.Of(0.9m), day, default));
        await Task.WhenAll(Task.Run(() => slow.Settle(Usd.Of(0.5m), Usd.Of(0.5m))), Task.Run(() => other.Settle(Usd.Of(0.9m), Usd.Of(0.4m))));
        await Task.WhenAll(slow.UpkeepAsync(closing: true, default), other.UpkeepAsync(closing: true, default));
        Assert.Equal<decimal>(0.9m, (await StateAsync(time)).Spent(BudgetWindow.Day));
        Assert.False((await slow.ReserveAsync(Usd.Of(0.2m), day, default))!.MayPass);
    }

    private BudgetAccount New(string instance, TimeProvider time) => new("key:k", instance, _store, time);

    private static BudgetLimit Day(decimal usd) => new(BudgetWindow.Day, new Budget(usd));

    private async Task<SpendState> StateAsync(TimeProvider time) => (await _store.ReadAsync("key:k", default)).At(time.GetUtcNow());

    /// <summary>One request that costs what was reserved for it.</summary>
    private static async Task<BudgetRefusal?> TakeAsync(BudgetAccount account, BudgetLimit[] limits)
    {
        Usd usd = Usd.Of(0.0099m);
        BudgetRefusal? refusal = await account.ReserveAsync(usd, limits, default);
        if (refusal is null)
        {
            account.Settle(usd, usd);
        }

        return refusal;
    }
}
