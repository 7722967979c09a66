using Gateway.Upstreams;

namespace Gateway.Tests.Upstreams;

/// <summary>How long a request waits for a target that another could stand in for.</summary>
public sealed class PaceTests
{
    private readonly FakeClock _time = new();
    private readonly Pace _pace;

    public PaceTests() => _pace = new Pace(_time);

    [Fact]
    public void Target_that_is_well_has_all_the_time()
    {
        Assert.Null(_pace.Wait(0));
        _pace.Begun(TimeSpan.FromSeconds(12), works: true);
        Assert.Null(_pace.Wait(0));
    }

    [Fact]
    public void Target_that_hung_has_little_until_it_begins_a_stream()
    {
        Hang();
        Assert.Equal(3, Hang());
        Assert.Equal(3, Wait());
        _pace.Begun(TimeSpan.FromSeconds(1), works: true);
        Assert.Null(_pace.Wait(0));
    }

    [Fact]
    public void Target_that_is_always_slow_has_twice_its_usual_time()
    {
        Learn(6);
        Assert.Equal(TimeSpan.FromSeconds(6), _pace.Usual);
        Hang();
        Assert.Equal(12, Wait());
    }

    /// <summary>One that became slow would never be back in three seconds.</summary>
    [Theory]
    [InlineData(1, 3)]
    [InlineData(2, 6)]
    [InlineData(4, 24)]
    [InlineData(1000, 3 * 256)]
    public void Each_probe_has_twice_the_time_of_the_one_before(int pauses, double seconds)
    {
        Hang();
        Assert.Equal(seconds, Wait(pauses));
    }

    /// <summary>Many wait when a target hangs; who comes later need not find that out for himself.</summary>
    [Fact]
    public void Who_comes_while_others_wait_longer_than_usual_has_little_patience()
    {
        Learn(1);
        Assert.Null(_pace.Wait(0));
        _time.AdvanceSeconds(3);
        Assert.Null(_pace.Wait(0));
        _time.AdvanceSeconds(0.5);
        Assert.Equal(3, Wait());
        _pace.Begun(TimeSpan.FromSeconds(3.5), works: true);
        Assert.Null(_pace.Wait(0));
    }

    [Fact]
    public void One_that_waited_long_ago_says_nothing_of_now()
    {
        Learn(1);
        _pace.Wait(0);
        _pace.GaveUp();
        _time.AdvanceSeconds(100);
        Assert.Null(_pace.Wait(0));
    }

    [Fact]
    public void Errors_are_signs_of_life_and_teach_no_time()
    {
        Learn(6);
        Hang();
        Wait();
        _pace.Begun(TimeSpan.FromMilliseconds(1), works: false);
        Assert.Null(_pace.Wait(0));
        Assert.Equal(TimeSpan.FromSeconds(6), _pace.Usual);
    }

    [Fact]
    public void A_few_times_are_no_custom()
    {
        for (int i = 0; i < 4; i++)
        {
            _pace.Wait(0);
            _pace.Begun(TimeSpan.FromSeconds(9), works: true);
        }

        Assert.Null(_pace.Usual);
        Hang();
        Assert.Equal(3, Wait());
    }

    private void Learn(double seconds)
    {
        for (int i = 0; i < 5; i++)
        {
            _pace.Wait(0);
            _pace.Begun(TimeSpan.FromSeconds(seconds), works: true);
        }
    }

    private double? Wait(int pauses = 0) => _pace.Wait(pauses)?.TotalSeconds;

    private double? Hang()
    {
        double? had = Wait();
        _pace.Hung();
        _pace.GaveUp();
        return had;
    }
}
