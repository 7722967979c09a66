using System.Buffers.Text;
using System.Text;

namespace Gateway.Translation.Json;

/// <summary>Decodes the escaped characters of a JSON string.</summary>
internal static class JsonUnescape
{
    private const int LongestEscape = 6;

    /// <summary>Appends the text to <paramref name="output"/>. Half of a surrogate pair becomes U+FFFD.</summary>
    public static void Append(ReadOnlySpan<byte> escaped, PooledBuffer output)
    {
        while (true)
        {
            int escape = escaped.IndexOf((byte)'\\');
            if (escape < 0 || escape + 1 >= escaped.Length)
            {
                output.Append(escape < 0 ? escaped : escaped[..escape]);
                return;
            }

            output.Append(escaped[..escape]);
            byte kind = escaped[escape + 1];
            escaped = escaped[(escape + 2)..];
            if (kind == 'u')
            {
                AppendUnicode(ref escaped, output);
            }
            else
            {
                output.Append([kind switch
                {
                    (byte)'n' => (byte)'\n',
                    (byte)'r' => (byte)'\r',
                    (byte)'t' => (byte)'\t',
                    (byte)'b' => (byte)'\b',
                    (byte)'f' => (byte)'\f',
                    _ => kind,
                }]);
            }
        }
    }

    /// <summary>Compares with plain text. No escape is longer than six times what it stands for: long strings are not decoded for it.</summary>
    public static bool Matches(ReadOnlySpan<byte> escaped, ReadOnlySpan<byte> text) =>
        escaped.SequenceEqual(text)
        || (escaped.Length <= LongestEscape * text.Length && escaped.Contains((byte)'\\') && ToText(escaped) == Encoding.UTF8.GetString(text));

    public static string ToText(ReadOnlySpan<byte> escaped)
    {
        if (!escaped.Contains((byte)'\\'))
        {
            return Encoding.UTF8.GetString(escaped);
        }

        using PooledBuffer buffer = new(escaped.Length + 1);
        Append(escaped, buffer);
        return Encoding.UTF8.GetString(buffer.Span);
    }

    private static void AppendUnicode(ref ReadOnlySpan<byte> rest, PooledBuffer output)
    {
        Rune rune = Rune.ReplacementChar;
        if (TryHex(rest, out int unit))
        {
            rest = rest[4..];
            if (!char.IsSurrogate((char)unit))
            {
                rune = new Rune((char)unit);
            }
            else if (char.IsHighSurrogate((char)unit) && rest.StartsWith("\\u"u8) && TryHex(rest[2..], out int low) && char.IsLowSurrogate((char)low))
            {
                rune = new Rune((char)unit, (char)low);
                rest = rest[6..];
            }
        }

        output.Advance(rune.EncodeToUtf8(output.GetSpan(4)));
    }

    private static bool TryHex(ReadOnlySpan<byte> text, out int value)
    {
        value = 0;
        return text.Length >= 4 && Utf8Parser.TryParse(text[..4], out value, out int consumed, 'x') && consumed == 4;
    }
}
