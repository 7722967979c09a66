using System.Globalization;

namespace Gateway.Translation.Errors;

/// <summary>
/// OpenAI's rate-limit headers as Anthropic's: <c>x-ratelimit-*-requests</c> and <c>-tokens</c> become
/// <c>anthropic-ratelimit-requests-*</c> and <c>-tokens-*</c>, whose resets are moments, not durations.
/// </summary>
public static class RateLimitHeaders
{
    private static readonly string[] s_kinds = ["requests", "tokens"];

    /// <summary>What goes to the client; nothing for what the upstream did not say or said unreadably.</summary>
    /// <param name="header">Looks up one of the upstream's headers.</param>
    /// <param name="now">When the upstream answered.</param>
    public static IReadOnlyList<KeyValuePair<string, string>> Translate(Func<string, string?> header, DateTimeOffset now)
    {
        List<KeyValuePair<string, string>> headers = [];
        foreach (string kind in s_kinds)
        {
            AddCount(headers, $"anthropic-ratelimit-{kind}-limit", header($"x-ratelimit-limit-{kind}"));
            AddCount(headers, $"anthropic-ratelimit-{kind}-remaining", header($"x-ratelimit-remaining-{kind}"));
            if (ResetAt(header($"x-ratelimit-reset-{kind}"), now) is { } reset)
            {
                headers.Add(new($"anthropic-ratelimit-{kind}-reset", reset.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)));
            }
        }

        return headers;
    }

    /// <summary>A duration (<c>6m0s</c>), seconds, seconds or milliseconds since 1970, or a date.</summary>
    private static DateTimeOffset? ResetAt(string? value, DateTimeOffset now)
    {
        if (string.IsNullOrWhiteSpace(value))
        {
            return null;
        }

        if (RetryHints.Duration(value) is { } wait)
        {
            return RoundUp(now + wait);
        }

        if (double.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double number))
        {
            return number switch
            {
                < 1e8 => RoundUp(now.AddSeconds(number)),
                < 1e11 => DateTimeOffset.FromUnixTimeSeconds((long)number),
                < 1e14 => RoundUp(DateTimeOffset.FromUnixTimeMilliseconds((long)number)),
                _ => null,
            };
        }

        return DateTimeOffset.TryParse(value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset date) ? RoundUp(date) : null;
    }

    /// <summary>The wire knows whole seconds; a client that came too early would be refused again.</summary>
    private static DateTimeOffset? RoundUp(DateTimeOffset time) =>
        time.UtcDateTime.Year is > 1 and < 9999
            ? time.AddTicks((TimeSpan.TicksPerSecond - (time.Ticks % TimeSpan.TicksPerSecond)) % TimeSpan.TicksPerSecond)
            : null;

    private static void AddCount(List<KeyValuePair<string, string>> headers, string name, string? value)
    {
        if (long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out long count))
        {
            headers.Add(new(name, count.ToString(CultureInfo.InvariantCulture)));
        }
    }
}
