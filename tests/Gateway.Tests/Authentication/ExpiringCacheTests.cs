using Gateway.Authentication.Access;

namespace Gateway.Tests.Authentication;

public sealed class ExpiringCacheTests
{
    private readonly FakeClock _time = new FakeClock();

    [Fact]
    public void A_value_lives_from_the_moment_it_was_asked_for()
    {
        ExpiringCache<string, string> cache = new(10, _time);
        long asked = _time.GetTimestamp();
        _time.AdvanceSeconds(3);
        cache.Set("a", "1", asked, TimeSpan.FromSeconds(10));

        _time.AdvanceSeconds(6.9);
        Assert.True(cache.TryGet("a", out string? value));
        Assert.Equal("1", value);
        _time.AdvanceSeconds(0.1);
        Assert.False(cache.TryGet("a", out _));
    }

    [Fact]
    public void A_full_cache_lets_the_oldest_go_and_never_grows()
    {
        ExpiringCache<int, string> cache = new(100, _time);

        Parallel.For(0, 10_000, i => cache.Set(i % 500, "x", _time.GetTimestamp(), TimeSpan.FromMinutes(1)));
        cache.Set(1_000, "last", _time.GetTimestamp(), TimeSpan.FromMinutes(1));

        Assert.Equal(100, cache.Count);
        Assert.True(cache.TryGet(1_000, out _));
    }
}
