using System.Globalization;
using Gateway.Cli.Shared;

namespace Gateway.Cli.Usage;

/// <summary>Days as people type them.</summary>
internal static class Days
{
    public const string Forms = $"a day such as 2030-01-31 or 20300131, or so long ago ({Durations.Forms})";

    /// <summary>Null when the text is none.</summary>
    public static DateOnly? Parse(string text, DateTimeOffset now) =>
        DateOnly.TryParseExact(text, "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.None, out DateOnly day) ? day
        : Durations.ParsePast(text, now) is { } at ? DateOnly.FromDateTime(at.UtcDateTime)
        : null;

    public static string Text(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
