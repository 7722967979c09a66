using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Gateway.Translation.Json;

namespace Gateway.Translation.Errors;

/// <summary>When to try again, from the headers and texts of the upstream.</summary>
internal static partial class RetryHints
{
    public static GatewayError Add(GatewayError error, Func<string, string?> header, JsonElement body, string? message)
    {
        error = error with { ShouldRetry = error.ShouldRetry ?? (bool.TryParse(header("x-should-retry"), out bool should) ? should : null) };
        bool mayHelp = error.ShouldRetry != false && (error.Status is 429 or >= 500);
        if (!mayHelp)
        {
            return error;
        }

        string? seconds = header("retry-after");
        string? milliseconds = header("retry-after-ms");
        if (seconds is null && milliseconds is null && error.Type is ErrorType.RateLimit or ErrorType.Overloaded
            && (FromDetails(body) ?? FromText(message) ?? FromReset(header)) is { } wait)
        {
            seconds = Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
            milliseconds = Math.Ceiling(wait.TotalMilliseconds).ToString(CultureInfo.InvariantCulture);
        }

        return error with
        {
            RetryAfter = seconds,
            RetryAfterMs = milliseconds,
        };
    }

    /// <summary>Reads durations such as <c>34s</c>, <c>1.2s</c>, <c>20ms</c> and <c>6m0s</c>.</summary>
    public static TimeSpan? Duration(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        Match match = Durations().Match(text);
        if (!match.Success || match.Length == 0)
        {
            return null;
        }

        double total = (Part(match, 1) * 86400) + (Part(match, 2) * 3600) + (Part(match, 3) * 60) + Part(match, 4) + (Part(match, 5) / 1000);
        return TimeSpan.FromSeconds(Math.Min(total, 86400));
    }

    private static TimeSpan? FromDetails(JsonElement body)
    {
        JsonElement root = body.ValueKind == JsonValueKind.Array && body.GetArrayLength() > 0 ? body[0] : body;
        foreach (JsonElement detail in root.Member("error"u8).Member("details"u8).Items())
        {
            if (detail.Text("retryDelay"u8) is { } delay)
            {
                return Duration(delay);
            }
        }

        return null;
    }

    private static TimeSpan? FromText(string? message) =>
        TryAgain().Match(message ?? "") is { Success: true } match
            ? Duration(match.Groups[1].Value) ?? Duration(match.Groups[1].Value + "s")
            : null;

    private static TimeSpan? FromReset(Func<string, string?> header)
    {
        TimeSpan? requests = ResetOf("requests", header);
        TimeSpan? tokens = ResetOf("tokens", header);
        return requests > tokens || tokens is null ? requests : tokens;
    }

    /// <summary>Only what is used up, or may be, is worth waiting for.</summary>
    private static TimeSpan? ResetOf(string kind, Func<string, string?> header) =>
        header($"x-ratelimit-remaining-{kind}") is null or "0" ? Duration(header($"x-ratelimit-reset-{kind}")) : null;

    private static double Part(Match match, int group) =>
        double.TryParse(match.Groups[group].Value, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) ? value : 0;

    [GeneratedRegex(@"^(?:([\d.]+)d)?(?:([\d.]+)h)?(?:([\d.]+)m(?!s))?(?:([\d.]+)s)?(?:([\d.]+)ms)?$")]
    private static partial Regex Durations();

    [GeneratedRegex(@"(?:try again|retry) (?:in|after) ((?:[\d.]+(?:h|ms|m|s))+|[\d.]+(?= seconds?\b))", RegexOptions.IgnoreCase)]
    private static partial Regex TryAgain();
}
