using Gateway.Upstreams;

namespace Gateway.Tests.Upstreams;

/// <summary>What an instance makes of what another one found.</summary>
public sealed class SharedBreakerTests
{
    private readonly FakeClock _time = new();
    private readonly Breaker _breaker;

    public SharedBreakerTests() => _breaker = new Breaker(_time);

    [Fact]
    public void Target_is_left_to_others_until_the_pause_ends_and_then_probed_once()
    {
        _breaker.Adopt(Pause(10));
        Assert.Equal(Standing.Poor, Ask());
        _time.AdvanceSeconds(10);
        Assert.Equal(Standing.Good, Ask());
        _breaker.Begin();
        Assert.Equal(Standing.Dead, Ask());
    }

    /// <summary>The other instance may itself be cut off, so its word does not silence this one; but one call is enough to know.</summary>
    [Fact]
    public void When_nobody_else_is_left_one_call_finds_out()
    {
        _breaker.Adopt(Pause(60));
        Assert.Equal(Standing.Poor, Ask());
        _breaker.Begin();
        Assert.Equal(Standing.Dead, Ask());
        Assert.Equal(TimeSpan.FromSeconds(5), _breaker.Hear(CallResult.Dead));
        Assert.Equal(Standing.Dead, Ask());
    }

    [Fact]
    public void Own_call_that_works_ends_the_pause_and_the_same_row_does_not_begin_it_again()
    {
        SharedPause pause = Pause(60);
        _breaker.Adopt(pause);
        _breaker.Begin();
        _breaker.Hear(CallResult.Works);
        _breaker.Adopt(pause);
        Assert.Equal(Standing.Good, Ask());
        _breaker.Adopt(Pause(60, version: "2"));
        Assert.Equal(Standing.Poor, Ask());
    }

    [Fact]
    public void Pause_that_its_finder_ended_ends_here()
    {
        _breaker.Adopt(Pause(60));
        _breaker.Adopt(null);
        Assert.Equal(Standing.Good, Ask());
        _breaker.Begin();
        Assert.Equal(Standing.Good, Ask());
    }

    [Fact]
    public void Own_pause_is_ended_by_nobody_else()
    {
        Kill();
        _breaker.Adopt(null);
        Assert.Equal(Standing.Dead, Ask());
        _breaker.Adopt(Pause(1));
        _breaker.Adopt(null);
        Assert.Equal(Standing.Dead, Ask());
    }

    [Fact]
    public void Row_that_was_read_long_ago_is_as_old_as_it_is()
    {
        SharedPause pause = Pause(10);
        _time.AdvanceSeconds(10);
        _breaker.Adopt(pause);
        Assert.Equal(Standing.Good, Ask());
        _breaker.Begin();
        Assert.Equal(Standing.Good, Ask());
    }

    private SharedPause Pause(double seconds, string version = "1") =>
        new("row", Dead: true, TimeSpan.FromSeconds(seconds), _time.GetTimestamp(), version);

    private void Kill()
    {
        for (int i = 0; i < 3; i++)
        {
            _breaker.Begin();
            _breaker.Hear(CallResult.Dead);
        }
    }

    private Standing Ask() => _breaker.Ask(out _);
}
