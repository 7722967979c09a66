using System.Globalization;

namespace Gateway.Storage;

/// <summary>Money as text, to the last digit: a Table has no decimals.</summary>
internal static class UsdText
{
    /// <summary>Divided by it, an amount has no zeros at its end.</summary>
    private const decimal One = 1.0000000000000000000000000000m;

    public static string Of(decimal usd) => usd.ToString("0.############################", CultureInfo.InvariantCulture);

    /// <summary>The same amount without zeros at its end, which sums and products have.</summary>
    public static decimal Plain(decimal usd) => usd / One;

    /// <exception cref="FormatException">It is no amount, or one below zero.</exception>
    public static decimal Read(string text) => ReadAny(text) is >= 0 and decimal usd ? usd : throw new FormatException();

    public static decimal ReadAny(string text) => decimal.Parse(text, NumberStyles.Number, CultureInfo.InvariantCulture);
}
