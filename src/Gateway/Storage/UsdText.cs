using System.Globalization;

namespace Gateway.Storage;

/// <summary>Money as text, to the last digit: a Table has no decimals.</summary>
internal static class UsdText
{
    public static string Of(decimal usd) => usd.ToString("0.############################", CultureInfo.InvariantCulture);

    public static decimal Read(string text) => decimal.Parse(text, NumberStyles.Number, CultureInfo.InvariantCulture);
}
