using Gateway.Upstreams;

namespace Gateway.Tests.Upstreams;

/// <summary>When a target is left out, and when it comes back.</summary>
public sealed class BreakerTests
{
    private readonly FakeClock _time = new();
    private readonly Breaker _breaker;

    public BreakerTests() => _breaker = new Breaker(_time);

    [Theory]
    [InlineData(CallResult.Dead, Standing.Dead)]
    [InlineData(CallResult.Fails, Standing.Poor)]
    internal void Three_failures_in_a_row_close_a_target_off(CallResult result, Standing standing)
    {
        Assert.Null(Call(result));
        Assert.Null(Call(result));
        Assert.Equal(Standing.Good, Ask());
        Assert.Equal(TimeSpan.FromSeconds(5), Call(result));
        Assert.Equal(standing, Ask());
        _time.AdvanceSeconds(4.9);
        Assert.Equal(standing, Ask());
        _time.AdvanceSeconds(0.1);
        Assert.Equal(Standing.Good, Ask());
    }

    [Fact]
    public void Success_in_between_forgives()
    {
        Assert.Null(Call(CallResult.Dead));
        Assert.Null(Call(CallResult.Dead));
        Assert.Null(Call(CallResult.Works));
        Assert.Null(Call(CallResult.Dead));
        Assert.Null(Call(CallResult.Dead));
        Assert.Equal(Standing.Good, Ask());
    }

    [Fact]
    public void Half_of_the_calls_of_a_minute_are_too_many_failures()
    {
        for (int i = 0; i < 4; i++)
        {
            Assert.Null(Call(CallResult.Fails));
            Assert.Null(Call(CallResult.Works));
        }

        Assert.Null(Call(CallResult.Works));
        Assert.NotNull(Call(CallResult.Fails));
    }

    [Fact]
    public void Failures_of_long_ago_do_not_count()
    {
        for (int i = 0; i < 4; i++)
        {
            Call(CallResult.Fails);
            Call(CallResult.Works);
        }

        _time.AdvanceSeconds(60);
        Assert.Null(Call(CallResult.Works));
        Assert.Null(Call(CallResult.Fails));
    }

    [Fact]
    public void One_call_probes_a_target_that_comes_back()
    {
        Kill();
        _time.AdvanceSeconds(5);
        _breaker.Begin();
        Assert.Equal(Standing.Dead, Ask());
        _breaker.Hear(CallResult.Works);
        Assert.Equal(Standing.Good, Ask());
        Assert.Null(Call(CallResult.Dead));
    }

    [Fact]
    public void Each_failed_probe_doubles_the_pause_up_to_80_seconds()
    {
        Kill();
        foreach (double pause in new[] { 10, 20, 40, 80, 80.0 })
        {
            _time.AdvanceSeconds(80);
            Assert.Equal(TimeSpan.FromSeconds(pause), Call(CallResult.Dead));
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Probe_that_tells_nothing_frees_its_place(bool heard)
    {
        Kill();
        _time.AdvanceSeconds(5);
        _breaker.Begin();
        if (heard)
        {
            _breaker.Hear(CallResult.Unknown);
        }
        else
        {
            _time.AdvanceSeconds(10);
        }

        Assert.Equal(Standing.Good, Ask());
    }

    [Fact]
    public void Target_that_asks_for_a_rest_gets_it_at_once_and_is_asked_when_nobody_else_is_left()
    {
        _breaker.Begin();
        Assert.Equal(TimeSpan.FromSeconds(30), _breaker.Hear(CallResult.Rests, TimeSpan.FromSeconds(30)));
        Assert.Equal(Standing.Poor, _breaker.Ask(out TimeSpan left));
        Assert.Equal(TimeSpan.FromSeconds(30), left);
    }

    /// <summary>Twenty calls were under way when their upstream died: one pause begins, not twenty ever longer ones.</summary>
    [Fact]
    public void Calls_that_fail_together_make_one_pause()
    {
        for (int i = 0; i < 20; i++)
        {
            _breaker.Begin();
        }

        Assert.Single(Enumerable.Range(0, 20).Select(_ => _breaker.Hear(CallResult.Dead)).ToList(), pause => pause is not null);
        _breaker.Ask(out TimeSpan left);
        Assert.Equal(TimeSpan.FromSeconds(5), left);
    }

    private void Kill()
    {
        Call(CallResult.Dead);
        Call(CallResult.Dead);
        Call(CallResult.Dead);
        Assert.Equal(Standing.Dead, Ask());
    }

    private TimeSpan? Call(CallResult result)
    {
        _breaker.Begin();
        return _breaker.Hear(result);
    }

    private Standing Ask() => _breaker.Ask(out _);
}
