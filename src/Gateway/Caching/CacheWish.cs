using System.Globalization;
using Gateway.Routing;
using Gateway.Translation.Errors;

namespace Gateway.Caching;

/// <summary>
/// What a client wants of the response cache, in its header <c>x-gateway-cache</c>: <c>ttl=60</c>, <c>refresh</c>, both
/// separated by a comma, or <c>off</c> (also <c>no-store</c>) alone.
/// </summary>
/// <param name="Ttl">How old an answer may be, and for how long a new one is kept; null where that is the operator's choice.</param>
/// <param name="Refresh">A kept answer is not wanted: a new one is to take its place.</param>
/// <param name="Off">Nothing of this request is kept, and nothing that was kept is wanted.</param>
internal sealed record CacheWish(TimeSpan? Ttl, bool Refresh, bool Off)
{
    public const string Header = "x-gateway-cache";

    private const string TtlStart = "ttl=";

    public static CacheWish None { get; } = new(null, false, false);

    public static GatewayError Unclear { get; } = GatewayError.InvalidRequest(string.Create(
        CultureInfo.InvariantCulture,
        $"{Header}: write ttl=<seconds> (1 to {CacheRule.Longest.TotalSeconds}), refresh, both separated by a comma, or off alone.")) with
    {
        ShouldRetry = false,
    };

    /// <summary>Null when the header says what nobody can do.</summary>
    public static CacheWish? Parse(string header)
    {
        CacheWish wish = None;
        if (string.IsNullOrWhiteSpace(header))
        {
            return wish;
        }

        foreach (string word in header.Split(',').Select(part => part.Trim().ToLowerInvariant()))
        {
            CacheWish? next = word switch
            {
                "off" or "no-store" when wish == None => wish with { Off = true },
                "refresh" when wish is { Refresh: false, Off: false } => wish with { Refresh = true },
                _ when wish is { Ttl: null, Off: false } && word.StartsWith(TtlStart, StringComparison.Ordinal) && SecondsOf(word[TtlStart.Length..]) is { } ttl =>
                    wish with { Ttl = ttl },
                _ => null,
            };
            if (next is null)
            {
                return null;
            }

            wish = next;
        }

        return wish;
    }

    private static TimeSpan? SecondsOf(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int seconds) && seconds > 0 && seconds <= CacheRule.Longest.TotalSeconds
            ? TimeSpan.FromSeconds(seconds)
            : null;
}
