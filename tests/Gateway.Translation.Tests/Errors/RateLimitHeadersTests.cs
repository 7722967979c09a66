using Gateway.Translation.Errors;

namespace Gateway.Translation.Tests.Errors;

public sealed class RateLimitHeadersTests
{
    private static readonly DateTimeOffset s_now = new(2026, 11, 21, 12, 0, 0, 500, TimeSpan.Zero);

    [Fact]
    public void Counts_and_resets_get_anthropics_names()
    {
        Dictionary<string, string> upstream = new()
        {
            ["x-ratelimit-limit-requests"] = "60",
            ["x-ratelimit-remaining-requests"] = "59",
            ["x-ratelimit-reset-requests"] = "1s",
            ["x-ratelimit-limit-tokens"] = "150000",
            ["x-ratelimit-remaining-tokens"] = "149984",
            ["x-ratelimit-reset-tokens"] = "6m0s",
        };
        Assert.Equal(
            [
                new("anthropic-ratelimit-requests-limit", "60"),
                new("anthropic-ratelimit-requests-remaining", "59"),
                new("anthropic-ratelimit-requests-reset", "2026-11-21T12:00:02Z"),
                new("anthropic-ratelimit-tokens-limit", "150000"),
                new("anthropic-ratelimit-tokens-remaining", "149984"),
                new("anthropic-ratelimit-tokens-reset", "2026-11-21T12:06:01Z"),
            ],
            RateLimitHeaders.Translate(upstream.GetValueOrDefault, s_now));
    }

    [Theory]
    [InlineData("20ms", "2026-11-21T12:00:01Z")]
    [InlineData("59.5", "2026-11-21T12:01:00Z")]
    [InlineData("1795262460", "2026-11-21T12:01:00Z")]
    [InlineData("1795262460000", "2026-11-21T12:01:00Z")]
    [InlineData("2026-11-21T13:01:00+01:00", "2026-11-21T12:01:00Z")]
    public void Reset_is_a_moment_however_the_upstream_says_it(string reset, string expected) =>
        Assert.Equal(
            [new KeyValuePair<string, string>("anthropic-ratelimit-tokens-reset", expected)],
            RateLimitHeaders.Translate(name => name == "x-ratelimit-reset-tokens" ? reset : null, s_now));

    [Theory]
    [InlineData("soon")]
    [InlineData("-1")]
    [InlineData("")]
    [InlineData("99999999999999999999")]
    public void What_cannot_be_read_is_left_out(string value) => Assert.Empty(RateLimitHeaders.Translate(_ => value, s_now));
}
