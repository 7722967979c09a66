using System.Globalization;

namespace Gateway.Storage;

/// <summary>Money as text, to the last digit: a Table has no decimals.</summary>
internal static class UsdText
{
    public static string Of(decimal usd) => usd.ToString("0.############################", CultureInfo.InvariantCulture);

    /// <exception cref="FormatException">It is no amount, or one below zero.</exception>
    public static decimal Read(string text) => ReadAny(text) is >= 0 and decimal usd ? usd : throw new FormatException();

    public static decimal ReadAny(string text) => decimal.Parse(text, NumberStyles.Number, CultureInfo.InvariantCulture);
}
