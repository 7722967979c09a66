using CsCheck;
using Gateway.Metering.Usage;

namespace Gateway.Tests.Metering.Rollups;

/// <summary>Durations in buckets: what they say of percentiles is near, and how they were added up does not matter.</summary>
public sealed class DurationBucketsTests
{
    /// <summary>A tenth of a millisecond to two hours, as many short ones as long ones.</summary>
    private static readonly Gen<double> s_durations = Gen.Double[-1, 15.8].Select(Math.Exp);

    private static readonly Gen<DurationBuckets> s_some = s_durations.Array[0, 20].Select(Sum);

    [Fact]
    public void Percentile_is_right_to_a_tenth() => Gen.Select(s_durations.Array[1, 200], Gen.Int[1, 99]).Sample((durations, percent) =>
    {
        double exact = Math.Clamp(durations.Order().ElementAt(Math.Max(1, (int)Math.Ceiling(durations.Length * percent / 100m)) - 1), 1, Math.Pow(1.2, 84));
        Assert.InRange(Sum(durations).Percentile(percent)!.Value / exact, 0.9, 1.1);
    });

    [Fact]
    public void Order_and_grouping_do_not_matter_and_what_was_added_can_be_taken_away() => Gen.Select(s_some, s_some, s_some).Sample((a, b, c) =>
    {
        Assert.Equal(a.Plus(b).Plus(c), c.Plus(a.Plus(b)));
        Assert.Equal(a.Plus(b).Plus(c), a.Plus(b.Plus(c)));
        Assert.Equal(a, a.Plus(b).Minus(b));
        Assert.Equal(DurationBuckets.None, a.Minus(a.Plus(b)));
        Assert.Equal(a.GetHashCode(), a.Plus(b).Minus(b).GetHashCode());
    });

    [Fact]
    public void Text_is_read_as_it_was_written() => Gen.Select(s_some, s_some).Sample((a, b) =>
    {
        Assert.Equal(a, DurationBuckets.Read(a.ToString()));
        Assert.Equal(a.Equals(b), a.ToString() == b.ToString());
    });

    [Theory]
    [InlineData(double.NaN, 1)]
    [InlineData(-5, 1)]
    [InlineData(0, 1)]
    [InlineData(1, 1)]
    [InlineData(1.01, 1.1)]
    [InlineData(1_000, 931.7)]
    [InlineData(double.PositiveInfinity, 4_089_159)]
    public void One_duration_is_its_own_percentile(double milliseconds, double expected)
    {
        Assert.Equal(expected, DurationBuckets.Of(milliseconds).Percentile(50));
        Assert.Equal(expected, DurationBuckets.Of(milliseconds).Percentile(95));
    }

    [Fact]
    public void Stored_form_holds()
    {
        Assert.Equal("38:1,1,,2", Sum([1_000, 1_200, 1_700, 1_700]).ToString());
        Assert.Equal(DurationBuckets.None, DurationBuckets.Read(null));
        Assert.Equal(DurationBuckets.None, DurationBuckets.Read(""));
        Assert.Null(DurationBuckets.None.Percentile(95));
        Assert.Equal(DurationBuckets.Of(1e9), DurationBuckets.Read("84:1"));
    }

    [Theory]
    [InlineData("85:1")]
    [InlineData("84:1,1")]
    [InlineData("-1:1")]
    [InlineData("1:-1")]
    [InlineData("1:1:1")]
    [InlineData("1,2")]
    [InlineData("x:1")]
    [InlineData("9223372036854775807:1")]
    public void Other_text_is_refused(string text) => Assert.Throws<FormatException>(() => DurationBuckets.Read(text));

    private static DurationBuckets Sum(double[] durations) => durations.Aggregate(DurationBuckets.None, (sum, one) => sum.Plus(DurationBuckets.Of(one)));
}
