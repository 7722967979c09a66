using System.Globalization;

namespace Gateway.Metering.Usage;

/// <summary>
/// How long many requests took, counted in buckets each of which ends a fifth higher than the one before: a percentile is
/// right to a tenth, and two of these add up exactly, which percentiles themselves do not. From a millisecond to more than an hour.
/// </summary>
public sealed class DurationBuckets : IEquatable<DurationBuckets>
{
    private const double Growth = 1.2;

    /// <summary>The last one ends at 74 minutes, and takes what is longer, too.</summary>
    private const int Last = 84;

    private static readonly double[] s_ends = [.. Enumerable.Range(0, Last).Select(i => Math.Pow(Growth, i))];

    private readonly int _first;
    private readonly long[] _counts;

    /// <summary>Neither begins nor ends with an empty bucket, so that equal ones look the same.</summary>
    private DurationBuckets(int first, ReadOnlySpan<long> counts)
    {
        int from = counts.IndexOfAnyExcept(0L);
        (_first, _counts) = from < 0 ? (0, []) : (first + from, counts[from..(counts.LastIndexOfAnyExcept(0L) + 1)].ToArray());
    }

    public static DurationBuckets None { get; } = new(0, []);

    public bool IsEmpty => _counts.Length == 0;

    public static DurationBuckets Of(double milliseconds)
    {
        int at = Array.BinarySearch(s_ends, milliseconds);
        return new DurationBuckets(at < 0 ? ~at : at, [1]);
    }

    public DurationBuckets Plus(DurationBuckets other) =>
        other.IsEmpty ? this : IsEmpty ? other : Combine(other, Math.Min(_first, other._first), Math.Max(_first + _counts.Length, other._first + other._counts.Length), 1);

    /// <summary>Never below zero in any bucket.</summary>
    public DurationBuckets Minus(DurationBuckets some) =>
        some.IsEmpty || IsEmpty ? this : Combine(some, _first, _first + _counts.Length, -1);

    /// <summary>In milliseconds, the middle of its bucket. Null when nothing was counted.</summary>
    public double? Percentile(int percent)
    {
        if (IsEmpty)
        {
            return null;
        }

        long all = _counts.Sum();
        long rank = Math.Max(1, (long)Math.Ceiling(all * (percent / 100m)));
        int at = 0;
        for (long seen = _counts[0]; seen < rank; seen += _counts[at])
        {
            at++;
        }

        double middle = _first + at == 0 ? 1 : Math.Pow(Growth, _first + at - 0.5);
        return Math.Round(middle, middle < 100 ? 2 : middle < 1_000 ? 1 : 0);
    }

    public bool Equals(DurationBuckets? other) => other is not null && _first == other._first && _counts.AsSpan().SequenceEqual(other._counts);

    public override bool Equals(object? obj) => Equals(obj as DurationBuckets);

    public override int GetHashCode() => HashCode.Combine(_first, _counts.Length, _counts.Sum());

    /// <summary>The first bucket, and from there how many are in each: <c>38:1,4,,2</c>. Empty for nothing.</summary>
    public override string ToString() =>
        IsEmpty ? "" : string.Create(CultureInfo.InvariantCulture, $"{_first}:{string.Join(',', _counts.Select(count => count == 0 ? "" : count.ToString(CultureInfo.InvariantCulture)))}");

    /// <summary>Null is nothing, which rows of before have.</summary>
    /// <exception cref="FormatException">It is no such text.</exception>
    public static DurationBuckets Read(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return None;
        }

        string[] parts = text.Split(':');
        long[] counts = [.. parts[^1].Split(',').Select(count => count.Length == 0 ? 0 : Number(count))];
        long first = Number(parts[0]);
        return parts.Length == 2 && first <= Last && first + counts.Length <= Last + 1 ? new DurationBuckets((int)first, counts) : throw new FormatException();
    }

    /// <summary>The same in few bytes.</summary>
    internal static DurationBuckets ReadFrom(BinaryReader reader)
    {
        long[] counts = new long[reader.Read7BitEncodedInt()];
        int first = counts.Length == 0 ? 0 : reader.Read7BitEncodedInt();
        for (int i = 0; i < counts.Length; i++)
        {
            counts[i] = reader.Read7BitEncodedInt64();
        }

        return counts.Length == 0 ? None : first >= 0 && first + counts.Length <= Last + 1 ? new DurationBuckets(first, counts) : throw new FormatException();
    }

    internal void WriteTo(BinaryWriter writer)
    {
        writer.Write7BitEncodedInt(_counts.Length);
        if (!IsEmpty)
        {
            writer.Write7BitEncodedInt(_first);
        }

        foreach (long count in _counts)
        {
            writer.Write7BitEncodedInt64(count);
        }
    }

    private static long Number(string text) => long.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);

    private DurationBuckets Combine(DurationBuckets other, int from, int to, int sign)
    {
        Span<long> counts = stackalloc long[Last + 1];
        counts = counts[..(to - from)];
        _counts.CopyTo(counts[(_first - from)..]);
        for (int i = 0; i < other._counts.Length; i++)
        {
            int at = other._first + i - from;
            if (at >= 0 && at < counts.Length)
            {
                counts[at] = Math.Max(0, counts[at] + (sign * other._counts[i]));
            }
        }

        return new DurationBuckets(from, counts);
    }
}
