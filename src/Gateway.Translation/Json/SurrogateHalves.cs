using System.Buffers.Text;

namespace Gateway.Translation.Json;

/// <summary>Replaces halves of surrogate pairs that stand alone: strict JSON readers refuse a string with half a character in it.</summary>
internal static class SurrogateHalves
{
    private const int EscapeLength = 6;

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

    private static char? UnitAt(ReadOnlySpan<byte> text, int start) =>
        text.Length >= start + EscapeLength && text[start] == '\\' && text[start + 1] == 'u'
        && Utf8Parser.TryParse(text.Slice(start + 2, 4), out ushort unit, out int consumed, 'x') && consumed == 4
            ? (char)unit
            : null;
}
