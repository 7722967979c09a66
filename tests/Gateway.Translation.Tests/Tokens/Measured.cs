using System.Globalization;

namespace Gateway.Translation.Tests.Tokens;

/// <summary>A real count beside its estimate.</summary>
internal sealed record Measured(string Class, string Name, long Real, long Estimate)
{
    /// <summary>Above 0 where the estimate is too high.</summary>
    public double Error => (Estimate / (double)Real) - 1;

    public static Measured Sum(string name, IEnumerable<Measured> texts) =>
        new(name, name, texts.Sum(text => text.Real), texts.Sum(text => text.Estimate));

    public void AssertWithin(double lowest, double highest) =>
        Assert.True(Error >= lowest && Error <= highest, string.Create(CultureInfo.InvariantCulture, $"{this} is not within {lowest:+0%;-0%} to {highest:+0%;-0%}"));

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Name,-28} {Real,7} {Estimate,7} {Error,7:+0.0%;-0.0%}");
}
