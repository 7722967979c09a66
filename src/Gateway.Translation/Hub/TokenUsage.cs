using System.Buffers.Text;
using Gateway.Translation.Json;

namespace Gateway.Translation.Hub;

/// <summary>
/// Tokens of one call, or of many, by kind. The kinds of input do not overlap (Anthropic's way); OpenAI's totals are sums
/// of them. No count is ever negative.
/// </summary>
public readonly record struct TokenUsage
{
    /// <summary>No call has more of any kind; a number above it is a mistake of an upstream, or worse.</summary>
    public const long MostTokens = 1_000_000_000;

    /// <summary>Input tokens that were neither read from nor written to a prompt cache.</summary>
    public long Input { get; init => field = Math.Max(0, value); }

    public long CacheRead { get; init => field = Math.Max(0, value); }

    /// <summary>Cache writes with the default lifetime of five minutes.</summary>
    public long CacheWrite5m { get; init => field = Math.Max(0, value); }

    public long CacheWrite1h { get; init => field = Math.Max(0, value); }

    /// <summary>All output tokens, reasoning included.</summary>
    public long Output { get; init => field = Math.Max(0, value); }

    /// <summary>The part of <see cref="Output"/> that was reasoning.</summary>
    public long Reasoning { get; init => field = Math.Max(0, value); }

    /// <summary>True when the upstream did not say and the gateway estimated.</summary>
    public bool Estimated { get; init; }

    public long CacheWrite => CacheWrite5m + CacheWrite1h;

    public long TotalInput => Input + CacheRead + CacheWrite;

    /// <summary>
    /// Reads a count of tokens, <c>12</c>, <c>12.0</c> or <c>"12"</c>. An upstream may say anything: what is negative, no whole number
    /// or more than <see cref="MostTokens"/> is no count.
    /// </summary>
    internal static bool TryCount(ReadOnlySpan<byte> value, out long count)
    {
        value = JsonRaw.IsText(value) ? JsonRaw.Text(value) : value;
        bool ok = Utf8Parser.TryParse(value, out decimal number, out int used) && used == value.Length
            && number is >= 0 and <= MostTokens && decimal.IsInteger(number);
        count = ok ? (long)number : 0;
        return ok;
    }
}
