using System.Globalization;

namespace Gateway.Cli.Shared;

/// <summary>Spans of time and points in time as people type them.</summary>
internal static class Durations
{
    public const string Forms = "a number and m, h, d or w, such as 90m, 24h, 30d";

    /// <summary>Null when the text is none.</summary>
    public static TimeSpan? Parse(string text)
    {
        if (text is "0")
        {
            return TimeSpan.Zero;
        }

        if (text.Length < 2 || !int.TryParse(text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out int count) || count > 100_000)
        {
            return null;
        }

        return text[^1] switch
        {
            'm' => TimeSpan.FromMinutes(count),
            'h' => TimeSpan.FromHours(count),
            'd' => TimeSpan.FromDays(count),
            'w' => TimeSpan.FromDays(7L * count),
            _ => null,
        };
    }

    /// <summary>A span from now on, or a date or time, which is UTC unless it says otherwise.</summary>
    public static DateTimeOffset? ParsePoint(string text, DateTimeOffset now) =>
        Parse(text) is { } span ? now + span : ParseDate(text);

    /// <summary>A span ago, or a date or time.</summary>
    public static DateTimeOffset? ParsePast(string text, DateTimeOffset now) =>
        Parse(text) is { } span ? now - span : ParseDate(text);

    private static DateTimeOffset? ParseDate(string text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out DateTimeOffset point) ? point : null;
}
