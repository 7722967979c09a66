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

    public TokenUsage Plus(TokenUsage other) => new()
    {
        Input = Input + other.Input,
        CacheRead = CacheRead + other.CacheRead,
        CacheWrite5m = CacheWrite5m + other.CacheWrite5m,
        CacheWrite1h = CacheWrite1h + other.CacheWrite1h,
        Output = Output + other.Output,
        Reasoning = Reasoning + other.Reasoning,
        Estimated = Estimated || other.Estimated,
    };

    /// <summary>What these are more than the others together, kind by kind: never less than nothing.</summary>
    public TokenUsage Beyond(IEnumerable<TokenUsage> others)
    {
        TokenUsage sum = others.Aggregate(default(TokenUsage), (one, other) => one.Plus(other));

        // A list may not say for how long a cache keeps: then all that was written counts, not each kind of it.
        long written = Math.Max(0, CacheWrite - sum.CacheWrite);
        return new TokenUsage
        {
            Input = Input - sum.Input,
            CacheRead = CacheRead - sum.CacheRead,
            CacheWrite1h = Math.Min(written, Math.Max(0, CacheWrite1h - sum.CacheWrite1h)),
            CacheWrite5m = written - Math.Min(written, Math.Max(0, CacheWrite1h - sum.CacheWrite1h)),
            Output = Output - sum.Output,
            Reasoning = Reasoning - sum.Reasoning,
            Estimated = Estimated,
        };
    }

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
