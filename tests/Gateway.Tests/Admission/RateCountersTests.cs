using Gateway.Admission;
using Gateway.Authentication.Access;

namespace Gateway.Tests.Admission;

public sealed class RateCountersTests
{
    private static readonly RateStatus.Limit s_ten = new(RateKind.Requests, new RateLimit(10));
    private static readonly RateStatus.Limit s_input = new(RateKind.InputTokens, new RateLimit(10_000));
    private static readonly RateCounts s_one = new(1, 0, 0);
    private readonly FakeClock _time = new FakeClock();

    [Fact]
    public void No_minute_wherever_it_begins_has_more_than_the_limit()
    {
        RateStatus.Limit sixty = new(RateKind.Requests, new RateLimit(60));
        RateCounters counters = New("a");
        Random random = new(60);
        List<TimeSpan> admitted = [];
        TimeSpan now = TimeSpan.Zero;
        while (now < TimeSpan.FromMinutes(20))
        {
            // Bursts, pauses, and times that fall just before and after the turn of a second.
            TimeSpan step = TimeSpan.FromMilliseconds(random.Next(10) switch { 0 => random.Next(30_000), < 4 => random.Next(1000), < 7 => 0, _ => random.Next(20) });
            _time.Advance(step);
            now += step;
            if (counters.TryAdd([sixty], s_one, false, certain: true).Entry is not null)
            {
                admitted.Add(now);
            }
        }

        Assert.True(admitted.Count > 600, $"only {admitted.Count}");
        for (int i = 60; i < admitted.Count; i++)
        {
            Assert.True(admitted[i] - admitted[i - 60] > TimeSpan.FromMinutes(1), $"61 requests from {admitted[i - 60]} to {admitted[i]}");
        }
    }

    [Fact]
    public void All_of_the_limit_is_there_again_after_61_seconds()
    {
        RateCounters counters = New("a");
        Assert.Equal(10, Fill(counters));
        _time.AdvanceSeconds(60);
        Assert.Equal(0, Fill(counters));
        _time.AdvanceSeconds(1);
        Assert.Equal(10, Fill(counters));
    }

    [Fact]
    public void Told_wait_is_enough_and_no_longer_than_it_must_be()
    {
        RateCounters counters = New("a");
        Assert.NotNull(counters.TryAdd([s_ten], s_one, false, certain: true).Entry);
        _time.AdvanceSeconds(20.5);
        Assert.Equal(9, Fill(counters));
        RateStatus full = counters.TryAdd([s_ten], s_one, false, certain: true).Full!;
        _time.Advance(full.Wait - TimeSpan.FromSeconds(1.1));
        Assert.Equal(0, Fill(counters));
        _time.AdvanceSeconds(1.1);
        Assert.Equal(1, Fill(counters));
        Assert.Equal(_time.GetUtcNow().AddSeconds(61), counters.Measure([s_ten], 0)[0].ResetsAt);
    }

    [Fact]
    public void Less_input_than_estimated_never_leaves_more_than_the_limit()
    {
        RateCounters counters = New("a");
        RateEntry entry = counters.TryAdd([s_input], new RateCounts(1, 8_000, 0), false, certain: true).Entry!;
        _time.AdvanceSeconds(59);
        Assert.NotNull(counters.TryAdd([s_input], new RateCounts(1, 2_000, 0), false, certain: true).Entry);
        _time.AdvanceSeconds(10);

        // The request of the minute before ends now: what it did not use is no credit for this minute.
        counters.Settle(entry, new RateCounts(1, 1_231, 5));
        Assert.Equal((2_000, 8_000L), (counters.Measure([s_input], 0)[0].Used, counters.Measure([s_input], 0)[0].Remaining));
        _time.AdvanceSeconds(120);
        Assert.Equal(10_000, counters.Measure([s_input], 0)[0].Remaining);
    }

    [Fact]
    public void More_input_than_estimated_counts_from_when_it_is_known()
    {
        RateCounters counters = New("a");
        RateEntry entry = counters.TryAdd([s_input], new RateCounts(1, 100, 0), false, certain: true).Entry!;
        _time.AdvanceSeconds(90);
        counters.Settle(entry, new RateCounts(1, 10_100, 0));
        Assert.Equal(0, counters.Measure([s_input], 0)[0].Remaining);
    }

    [Fact]
    public void Request_that_was_not_let_in_after_all_leaves_nothing()
    {
        RateCounters counters = New("a");
        RateEntry entry = counters.TryAdd([s_ten, s_input], new RateCounts(1, 100, 0), true, certain: true).Entry!;
        counters.Settle(entry, default);
        Assert.Equal((10, 10_000L, 0), (counters.Measure([s_ten], 0)[0].Remaining, counters.Measure([s_input], 0)[0].Remaining, counters.Streams));
    }

    [Fact]
    public void Clock_that_is_set_back_or_forth_changes_nothing()
    {
        RateCounters counters = New("a");
        Assert.Equal(10, Fill(counters));
        _time.SetClockBy(TimeSpan.FromHours(-1));
        _time.AdvanceSeconds(30);
        Assert.Equal(0, Fill(counters));
        _time.SetClockBy(TimeSpan.FromHours(2));
        Assert.Equal(0, Fill(counters));
        _time.AdvanceSeconds(31);
        Assert.Equal(10, Fill(counters));
    }

    [Fact]
    public void Counts_of_other_instances_are_counted_too()
    {
        RateCounters first = New("a");
        RateCounters second = New("b");
        Assert.Equal(10, Fill(first));
        Hear(second, first);
        Assert.Equal(0, Fill(second));
        _time.AdvanceSeconds(30);
        Assert.Equal(0, Fill(second));
        _time.AdvanceSeconds(31);
        Assert.Equal(10, Fill(second));
    }

    [Fact]
    public void Before_more_than_a_part_of_the_rest_is_used_the_others_are_heard()
    {
        RateStatus.Limit limit = new(RateKind.Requests, new RateLimit(160));
        RateCounters counters = New("a");
        Assert.Equal(10, Until(() => counters.TryAdd([limit], s_one, false, certain: false)));
        Assert.True(counters.TryAdd([limit], s_one, false, certain: false).IsUnsure);
        _ = counters.Mine(out (RateCounts, int) told);
        counters.Learn([], told);
        Assert.Equal(10, Until(() => counters.TryAdd([limit], s_one, false, certain: false)));

        // One request is always let in by an instance that has heard the others just now.
        Assert.Equal(140, Until(() => counters.TryAdd([limit], s_one, false, certain: true)));
        Assert.NotNull(counters.TryAdd([limit], s_one, false, certain: false).Full);
    }

    [Fact]
    public void Streams_of_an_instance_that_fell_silent_are_over()
    {
        RateStatus.Limit one = new(RateKind.ConcurrentStreams, new RateLimit(1));
        RateCounters crashed = New("a");
        RateCounters other = New("b");
        Assert.NotNull(crashed.TryAdd([one], s_one, stream: true, certain: true).Entry);
        Hear(other, crashed);
        Assert.NotNull(other.TryAdd([one], s_one, stream: true, certain: true).Full);
        Assert.NotNull(other.TryAdd([one], s_one, stream: false, certain: true).Entry);
        _time.Advance(RateShare.StreamsLast + TimeSpan.FromSeconds(1));
        Assert.NotNull(other.TryAdd([one], s_one, stream: true, certain: true).Entry);
    }

    [Fact]
    public void Request_larger_than_the_limit_passes_when_nothing_else_did()
    {
        RateStatus.Limit input = new(RateKind.InputTokens, new RateLimit(100));
        RateCounters counters = New("a");
        Assert.NotNull(counters.TryAdd([input], new RateCounts(1, 500, 0), false, certain: true).Entry);
        RateStatus full = counters.TryAdd([input], new RateCounts(1, 500, 0), false, certain: true).Full!;
        Assert.Equal(0, full.Remaining);
        _time.Advance(full.Wait);
        Assert.NotNull(counters.TryAdd([input], new RateCounts(1, 500, 0), false, certain: true).Entry);
    }

    [Fact]
    public void Counts_are_never_negative_and_never_overflow()
    {
        RateCounts most = new(long.MaxValue, long.MaxValue, -5);
        Assert.Equal(new RateCounts(long.MaxValue, long.MaxValue, 1), most + new RateCounts(1, long.MaxValue, 1));
        Assert.Equal(default, new RateCounts(1, -7, 3) - new RateCounts(2, 0, 3));
    }

    private RateCounters New(string instance) => new(instance, _time);

    private static void Hear(RateCounters listener, RateCounters teller) => listener.Learn([teller.Mine(out _)], default);

    private static int Fill(RateCounters counters) => Until(() => counters.TryAdd([s_ten], s_one, stream: false, certain: true));

    private static int Until(Func<RateAnswer> add)
    {
        int added = 0;
        while (add().Entry is not null)
        {
            added++;
        }

        return added;
    }
}
