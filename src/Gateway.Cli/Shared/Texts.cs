using System.Globalization;

namespace Gateway.Cli.Shared;

/// <summary>Numbers, amounts and times as people read them. Times are UTC, and say so.</summary>
internal static class Texts
{
    public static string Count(long number) => number.ToString("#,0", CultureInfo.InvariantCulture);

    public static string Usd(decimal amount) => amount.ToString("0.00####", CultureInfo.InvariantCulture);

    public static string? Minute(DateTimeOffset? at) => at?.UtcDateTime.ToString("yyyy-MM-dd HH:mm'Z'", CultureInfo.InvariantCulture);

    public static string Second(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    public static string List(IReadOnlyCollection<string> texts, string otherwise = "") => texts.Count == 0 ? otherwise : string.Join(", ", texts);

    public static string Pairs(IReadOnlyDictionary<string, string> pairs) => string.Join(", ", pairs.Select(pair => $"{pair.Key}={pair.Value}"));
}
