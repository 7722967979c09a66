using Gateway.Admission;
using Gateway.Authentication;

namespace Gateway.Tests.Admission;

public sealed class RateCountersTests
{
    private static readonly RateStatus.Limit s_ten = new(RateKind.Requests, new RateLimit(10));
    private static readonly RateCounts s_one = new(1, 0, 0);
    private readonly FakeClock _time = new FakeClock();

    [Fact]
    public void Window_slides_so_that_no_burst_fits_twice_around_the_turn_of_a_minute()
    {
        RateCounters counters = New("a");
        _time.AdvanceSeconds(59);
        Assert.Equal(10, Fill(counters));
        _time.AdvanceSeconds(2);
        Assert.Equal(0, Fill(counters));
        _time.AdvanceSeconds(29);
        Assert.InRange(Fill(counters), 4, 5);
    }

    [Fact]
    public void Told_wait_is_enough()
    {
        RateCounters counters = New("a");
        _time.AdvanceSeconds(20);
        Fill(counters);
        TimeSpan wait = counters.TryAdd([s_ten], s_one, false)!.Wait();
        _time.Advance(TimeSpan.FromSeconds(Math.Ceiling(wait.TotalSeconds)));
        Assert.Null(counters.TryAdd([s_ten], s_one, false));
    }

    [Fact]
    public void Counts_of_other_instances_are_counted_too()
    {
        RateCounters first = New("a");
        RateCounters second = New("b");
        Assert.Equal(10, Fill(first));
        second.Learn([first.Mine()]);
        Assert.Equal(0, Fill(second));
        _time.AdvanceSeconds(90);
        Assert.Equal(5, Fill(second));
    }

    [Fact]
    public void Streams_of_an_instance_that_fell_silent_are_over()
    {
        RateStatus.Limit one = new(RateKind.ConcurrentStreams, new RateLimit(1));
        RateCounters crashed = New("a");
        RateCounters other = New("b");
        Assert.Null(crashed.TryAdd([one], s_one, stream: true));
        other.Learn([crashed.Mine()]);
        Assert.NotNull(other.TryAdd([one], s_one, stream: true));
        Assert.Null(other.TryAdd([one], s_one, stream: false));
        _time.Advance(RateShare.StreamsLast + TimeSpan.FromSeconds(1));
        Assert.Null(other.TryAdd([one], s_one, stream: true));
    }

    [Fact]
    public void Request_larger_than_the_limit_passes_when_nothing_else_did()
    {
        RateStatus.Limit input = new(RateKind.InputTokens, new RateLimit(100));
        RateCounters counters = New("a");
        Assert.Null(counters.TryAdd([input], new RateCounts(1, 500, 0), false));
        Assert.NotNull(counters.TryAdd([input], new RateCounts(1, 1, 0), false));
        _time.AdvanceSeconds(180);
        Assert.Null(counters.TryAdd([input], new RateCounts(1, 100, 0), false));
    }

    private RateCounters New(string instance) => new(instance, _time);

    private static int Fill(RateCounters counters)
    {
        int added = 0;
        while (counters.TryAdd([s_ten], s_one, stream: false) is null)
        {
            added++;
        }

        return added;
    }
}
