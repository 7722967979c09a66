using Gateway.Routing.Prices;
using Gateway.Storage;
using Gateway.Translation.Hub;

namespace Gateway.Tests.Routing.Prices;

public sealed class UsdTests
{
    [Theory]
    [InlineData("-0.0000001", "0")]
    [InlineData("-79228162514264337593543950335", "0")]
    [InlineData("0.1", "0.1")]
    [InlineData("79228162514264337593543950335", "1000000000000000")]
    public void No_amount_is_negative_or_more_than_the_most(string amount, string expected) =>
        Assert.Equal<decimal>(UsdText.ReadAny(expected), Usd.Of(UsdText.ReadAny(amount)));

    [Fact]
    public void Arithmetic_stops_at_both_ends()
    {
        Usd one = Usd.Of(1);
        Assert.Equal(Usd.Zero, one - Usd.Of(2));
        Assert.Equal(Usd.Most, Usd.Most + one);
        Assert.Equal(Usd.Most, one * long.MaxValue);
        Assert.Equal(Usd.Most, Usd.Most * long.MaxValue);
        Assert.Equal(Usd.Zero, Usd.Zero * long.MaxValue);
        Assert.Equal(Usd.Zero, one * long.MinValue);
        Assert.Equal(Usd.Of(0.0000025m), Usd.Of(0.0000025m) * 1);
    }

    [Fact]
    public void Sums_next_to_the_most_are_exact() =>
        Assert.Equal<decimal>(999_999_999_999_999.0000000000002m, Usd.Of(999_999_999_999_999.0000000000001m) + Usd.Of(0.0000000000001m));

    [Fact]
    public void Stored_amount_below_zero_is_no_amount() => Assert.Throws<FormatException>(() => UsdText.Read("-0.01"));

    [Fact]
    public void Cost_of_any_usage_is_an_amount()
    {
        Price dear = new("dear", 1_000_000, 1_000_000) { CacheRead = 1_000_000, CacheWrite5m = 1_000_000, CacheWrite1h = 1_000_000 };
        TokenUsage hostile = new() { Input = long.MaxValue, CacheRead = long.MinValue, CacheWrite5m = -1, Output = long.MaxValue };
        Assert.Equal((0, 0), (hostile.CacheRead, hostile.CacheWrite5m));
        Assert.Equal(Usd.Most, dear.CostOf(hostile));
    }
}
