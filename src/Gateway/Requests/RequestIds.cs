using System.Security.Cryptography;

namespace Gateway.Requests;

/// <summary>
/// Ids in the form of Anthropic's: a prefix and 24 characters of base 62. Those of requests begin with their time, counted
/// backwards, so that rows under these ids lie newest first and a receipt is found without its day. Older rows have ids
/// without a time, which sort behind them.
/// </summary>
internal static class RequestIds
{
    /// <summary>Behind every id that has a time; those of before begin with any character.</summary>
    public const string Timeless = "req_01";

    private const string Base62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private const string Timed = "req_00";
    private const int Characters = 24;

    /// <summary>Milliseconds from 1970 until 2081.</summary>
    private const int Digits = 7;
    private const long MostMilliseconds = (62L * 62 * 62 * 62 * 62 * 62 * 62) - 1;

    public static string New(string prefix) => prefix + RandomNumberGenerator.GetString(Base62, Characters);

    public static string OfRequest(DateTimeOffset at)
    {
        string begin = BeginningAt(at);
        return begin + RandomNumberGenerator.GetString(Base62, "req_".Length + Characters - begin.Length);
    }

    /// <summary>What the ids of that millisecond begin with: ids of later ones sort before it.</summary>
    public static string BeginningAt(DateTimeOffset at)
    {
        long left = MostMilliseconds - Math.Clamp(at.ToUnixTimeMilliseconds(), 0, MostMilliseconds);
        Span<char> digits = stackalloc char[Digits];
        for (int i = Digits - 1; i >= 0; i--, left /= 62)
        {
            digits[i] = Base62[(int)(left % 62)];
        }

        return $"{Timed}{digits}";
    }

    /// <summary>When the request began, to the millisecond; null where the id does not say.</summary>
    public static DateTimeOffset? TimeOf(string id)
    {
        if (id.Length != "req_".Length + Characters || !id.StartsWith(Timed, StringComparison.Ordinal))
        {
            return null;
        }

        long left = 0;
        foreach (char digit in id.AsSpan(Timed.Length, Digits))
        {
            int value = Base62.IndexOf(digit, StringComparison.Ordinal);
            if (value < 0)
            {
                return null;
            }

            left = (left * 62) + value;
        }

        return DateTimeOffset.FromUnixTimeMilliseconds(MostMilliseconds - left);
    }
}
