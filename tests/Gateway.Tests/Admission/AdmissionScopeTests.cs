using Gateway.Admission;
using Gateway.Routing.Prices;

namespace Gateway.Tests.Admission;

/// <summary>Scopes come with the first request and go when nobody comes any more; no request may count in one that went.</summary>
public sealed class AdmissionScopeTests
{
    private static readonly TimeSpan s_longEnough = TimeSpan.FromMinutes(6);
    private readonly FakeClock _time = new FakeClock();

    [Fact]
    public void Request_that_comes_in_time_keeps_the_scope()
    {
        AdmissionScope scope = New();
        Assert.False(scope.TryForget());
        _time.Advance(s_longEnough);
        Assert.True(scope.TrySee(isRated: true));
        Assert.False(scope.TryForget());
    }

    [Fact]
    public void Request_that_comes_too_late_is_told_to_take_a_new_one()
    {
        AdmissionScope scope = New();
        _time.Advance(s_longEnough);
        Assert.True(scope.TryForget());
        Assert.False(scope.TrySee(isRated: true));
    }

    [Fact]
    public async Task Running_request_keeps_the_scope_however_long_it_takes()
    {
        AdmissionScope scope = New();
        Assert.True(scope.TrySee(isRated: false));
        await scope.Budgets.ReserveAsync(Usd.Of(0.01m), [], CancellationToken.None);
        _time.Advance(s_longEnough);
        Assert.False(scope.TryForget());
        Assert.True(scope.TrySee(isRated: false));
    }

    private AdmissionScope New() => new("key:a", "the key a", new MemorySpendStore(), _time);
}
