using System.Buffers.Text;

namespace Gateway.Translation.Json;

/// <summary>
/// Joins the halves of surrogate pairs that an upstream cut over two pieces of escaped text, and replaces halves that
/// stay alone: strict JSON readers refuse a string with half a character in it.
/// </summary>
internal sealed class SurrogateHalves
{
    private const int EscapeLength = 6;

    private byte[]? _held;

    /// <summary>The piece with whole characters only; half a pair at its end waits for the next piece.</summary>
    public ReadOnlySpan<byte> Join(ReadOnlySpan<byte> escaped)
    {
        if (escaped.IsEmpty || (_held is null && escaped.IndexOf("\\u"u8) < 0))
        {
            return escaped;
        }

        List<byte> joined = new(escaped.Length + EscapeLength);
        int position = 0;
        if (_held is { } high)
        {
            bool fits = UnitAt(escaped, 0) is { } low && char.IsLowSurrogate(low);
            joined.AddRange(fits ? high : "\\ufffd"u8);
            joined.AddRange(fits ? escaped[..EscapeLength] : []);
            position = fits ? EscapeLength : 0;
            _held = null;
        }

        while (position < escaped.Length)
        {
            position += Take(escaped[position..], joined);
        }

        return joined.ToArray();
    }

    /// <summary>JSON with U+FFFD in place of halves that stand alone: of the same length, so that every offset stays right.</summary>
    public static ReadOnlyMemory<byte> ReplaceAlone(ReadOnlyMemory<byte> json)
    {
        ReadOnlySpan<byte> span = json.Span;
        if (span.IndexOf("\\ud"u8) < 0 && span.IndexOf("\\uD"u8) < 0)
        {
            return json;
        }

        byte[]? copy = null;
        for (int i = 0; i < span.Length; i += 2)
        {
            int escape = span[i..].IndexOf((byte)'\\');
            if (escape < 0)
            {
                break;
            }

            i += escape;
            if (UnitAt(span, i) is not { } unit || !char.IsSurrogate(unit))
            {
                continue;
            }

            if (char.IsHighSurrogate(unit) && UnitAt(span, i + EscapeLength) is { } low && char.IsLowSurrogate(low))
            {
                i += (2 * EscapeLength) - 2;
                continue;
            }

            copy ??= json.ToArray();
            "\\ufffd"u8.CopyTo(copy.AsSpan(i));
            i += EscapeLength - 2;
        }

        return copy ?? json;
    }

    /// <summary>What stands in for a half that nothing followed.</summary>
    public ReadOnlySpan<byte> End()
    {
        bool alone = _held is not null;
        _held = null;
        return alone ? "\\ufffd"u8 : [];
    }

    /// <summary>Appends what comes next, up to the end of one escape, and says how long it was.</summary>
    private int Take(ReadOnlySpan<byte> rest, List<byte> joined)
    {
        int escape = rest.IndexOf((byte)'\\');
        if (escape != 0)
        {
            int plain = escape < 0 ? rest.Length : escape;
            joined.AddRange(rest[..plain]);
            return plain;
        }

        int length = Math.Min(rest.Length, UnitAt(rest, 0) is null ? 2 : EscapeLength);
        if (UnitAt(rest, 0) is not { } unit || !char.IsSurrogate(unit))
        {
            joined.AddRange(rest[..length]);
            return length;
        }

        if (char.IsHighSurrogate(unit) && UnitAt(rest, EscapeLength) is { } low && char.IsLowSurrogate(low))
        {
            joined.AddRange(rest[..(2 * EscapeLength)]);
            return 2 * EscapeLength;
        }

        if (char.IsHighSurrogate(unit) && rest.Length == EscapeLength)
        {
            _held = rest.ToArray();
        }
        else
        {
            joined.AddRange("\\ufffd"u8);
        }

        return EscapeLength;
    }

    private static char? UnitAt(ReadOnlySpan<byte> text, int start) =>
        text.Length >= start + EscapeLength && text[start] == '\\' && text[start + 1] == 'u'
        && Utf8Parser.TryParse(text.Slice(start + 2, 4), out ushort unit, out int consumed, 'x') && consumed == 4
            ? (char)unit
            : null;
}
