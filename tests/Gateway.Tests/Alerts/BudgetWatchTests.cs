using Gateway.Admission;
using Gateway.Alerts;
using Gateway.Authentication.Access;
using Gateway.Routing.Prices;

namespace Gateway.Tests.Alerts;

/// <summary>What is seen of a budget's row, where the wire does not reach: a full queue, and refusals that say nothing of the budget.</summary>
public sealed class BudgetWatchTests
{
    private static readonly Limits s_limits = new() { BudgetForLifetime = new Budget(10), AlertAt = [100] };

    private readonly FakeClock _time = new();
    private readonly AlertOutbox _outbox = new("here");
    private readonly BudgetWatch _watch;

    public BudgetWatchTests()
    {
        _watch = new BudgetWatch("key:k", _outbox, _time);
        _watch.Know(new Caller { KeyId = "k", Team = "t", CredentialKind = CredentialKind.ApiKey, CredentialHeader = "x-api-key" }, s_limits, s_limits.AlertAt);
    }

    [Fact]
    public void What_found_no_room_in_the_queue_is_told_at_the_next_write()
    {
        for (int i = 0; i < AlertOutbox.Capacity; i++)
        {
            Assert.True(_outbox.TryRaise(Other()));
        }

        _watch.See(Spent(10));
        Assert.DoesNotContain(_outbox.TakeAll(), alert => alert.Budget is not null);
        _watch.See(Spent(11));
        _watch.See(Spent(12));
        Assert.Equal(11, Assert.Single(_outbox.TakeAll()).Budget!.SpentUsd);
    }

    [Theory]
    [InlineData(4.99, 6, 0)]
    [InlineData(5, 6, 1)]
    [InlineData(9.99, 0.02, 1)]
    [InlineData(9, 1, 0)]
    [InlineData(0, 11, 0)]
    public void Refusal_is_the_100_percent_only_when_it_is_the_budget_that_is_too_small(decimal spent, decimal needed, int told)
    {
        _watch.Refused(new BudgetRefusal(BudgetLimit.Of(s_limits).Single(), Usd.Of(spent), Usd.Of(1), Usd.Of(needed), _time.GetUtcNow()));
        Assert.Equal(told, _outbox.TakeAll().Count());
    }

    /// <summary>A refusal may be seen before the spend of its budget is written.</summary>
    [Fact]
    public void Refusal_tells_what_was_reached_before_it_first()
    {
        Limits limits = s_limits with { AlertAt = [100, 50, 80, 95, 120] };
        _watch.Know(new Caller { KeyId = "k", Team = "t", CredentialKind = CredentialKind.ApiKey, CredentialHeader = "x-api-key" }, limits, limits.AlertAt);
        _watch.Refused(new BudgetRefusal(BudgetLimit.Of(limits).Single(), Usd.Of(9), Usd.Of(1), Usd.Of(2), _time.GetUtcNow()));
        _watch.See(Spent(9));
        Alert[] told = [.. _outbox.TakeAll()];
        Assert.Equal([50, 80, 100], told.Select(alert => alert.Budget!.Percent));
        Assert.Equal(told, told.OrderBy(alert => alert.At));
    }

    [Fact]
    public void New_window_is_told_anew()
    {
        _watch.Know(new Caller { KeyId = "k", Team = "t", CredentialKind = CredentialKind.ApiKey, CredentialHeader = "x-api-key" }, new Limits { BudgetPerDay = new Budget(1) }, null);
        SpendState today = new SpendState("key:k").At(_time.GetUtcNow()).Add(Usd.Of(0.6m));
        _watch.See(today);
        _time.Advance(TimeSpan.FromDays(1));
        _watch.See(today);
        _watch.See(new SpendState("key:k").At(_time.GetUtcNow()).Add(Usd.Of(0.6m)));
        Assert.Equal(["2026-11-21", "2026-11-22"], _outbox.TakeAll().Select(alert => alert.Budget!.WindowId));
    }

    [Theory]
    [InlineData("79228162514264337593543950335")]
    [InlineData("0.0000000000000000000000000001")]
    public void No_budget_is_too_absurd(string budget)
    {
        Limits limits = new() { BudgetForLifetime = new Budget(decimal.Parse(budget, System.Globalization.CultureInfo.InvariantCulture)), AlertAt = [1000] };
        _watch.Know(new Caller { KeyId = "k", Team = "t", CredentialKind = CredentialKind.ApiKey, CredentialHeader = "x-api-key" }, limits, limits.AlertAt);
        _watch.See(Spent(1_000_000_000_000_000));
        Assert.InRange(_outbox.TakeAll().Count(), 0, 1);
    }

    [Fact]
    public void Budget_of_some_models_is_told_with_their_pattern_and_at_the_percentages_of_its_owner()
    {
        BudgetWatch watch = new(new ScopeId("team", "a:b", "p/Up:1*").ToString(), _outbox, _time);
        watch.Know(new Caller { KeyId = "k", Team = "a:b", CredentialKind = CredentialKind.ApiKey, CredentialHeader = "x-api-key" }, new Limits { BudgetForLifetime = new Budget(10) }, [60]);
        watch.See(Spent(6));
        Alert alert = Assert.Single(_outbox.TakeAll());
        Assert.Equal(("team", "a:b", "p/up:1*", 60), (alert.Budget!.Scope, alert.Budget.Id, alert.Budget.Model, alert.Budget.Percent));
        Assert.Contains("The team 'a:b' has reached 60 % of its lifetime budget of 'p/up:1*': 6.00 of 10.00 USD", alert.Message, StringComparison.Ordinal);
    }

    private static Alert Other() => new() { Id = Guid.NewGuid().ToString(), Event = "test", At = default, Title = "t", Message = "m" };

    private SpendState Spent(decimal usd) => new SpendState("key:k").At(_time.GetUtcNow()).Add(Usd.Of(usd));
}
