using System.Buffers.Text;

namespace Gateway.Translation.Json;

/// <summary>Halves of surrogate pairs that stand alone in JSON: strict readers refuse a string with half a character in it.</summary>
internal static class SurrogateHalves
{
    private const int EscapeLength = 6;

    /// <summary>JSON with U+FFFD in place of halves that stand alone: of the same length, so that every offset stays right.</summary>
    public static ReadOnlyMemory<byte> ReplaceAlone(ReadOnlyMemory<byte> json)
    {
        byte[]? copy = null;
        for (int at = FindAlone(json.Span, 0); at >= 0; at = FindAlone(json.Span, at + EscapeLength))
        {
            copy ??= json.ToArray();
            "\\ufffd"u8.CopyTo(copy.AsSpan(at));
        }

        return copy ?? json;
    }

    /// <summary>Where the escape of the first such half begins, from <paramref name="start"/> on; -1 when there is none.</summary>
    public static int FindAlone(ReadOnlySpan<byte> json, int start)
    {
        if (json[start..].IndexOf("\\ud"u8) < 0 && json[start..].IndexOf("\\uD"u8) < 0)
        {
            return -1;
        }

        for (int i = start; i < json.Length; i += 2)
        {
            int escape = json[i..].IndexOf((byte)'\\');
            if (escape < 0)
            {
                break;
            }

            i += escape;
            if (UnitAt(json, i) is not { } unit || !char.IsSurrogate(unit))
            {
                continue;
            }

            if (char.IsLowSurrogate(unit) || UnitAt(json, i + EscapeLength) is not { } low || !char.IsLowSurrogate(low))
            {
                return i;
            }

            i += (2 * EscapeLength) - 2;
        }

        return -1;
    }

    private static char? UnitAt(ReadOnlySpan<byte> text, int start) =>
        text.Length >= start + EscapeLength && text[start] == '\\' && text[start + 1] == 'u'
        && Utf8Parser.TryParse(text.Slice(start + 2, 4), out ushort unit, out int consumed, 'x') && consumed == 4
            ? (char)unit
            : null;
}
