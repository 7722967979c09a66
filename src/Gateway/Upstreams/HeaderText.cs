using System.Buffers;
using System.Globalization;
using System.Text;

namespace Gateway.Upstreams;

/// <summary>
/// Text that is to stand in an HTTP header, where only printable ASCII can: anything else ends a request that was paid
/// for with an exception. What the gateway says is encoded; what others say is left out.
/// </summary>
internal static class HeaderText
{
    private static readonly SearchValues<char> s_printable = SearchValues.Create(
        [.. Enumerable.Range(' ', '~' - ' ' + 1).Select(c => (char)c)]);

    /// <summary>The text can stand in a header as it is.</summary>
    public static bool CanHold(string text) => !text.AsSpan().ContainsAnyExcept(s_printable);

    /// <summary>The gateway's own words: characters that cannot stand in a header are percent-encoded as UTF-8.</summary>
    public static string Encode(string text)
    {
        if (CanHold(text))
        {
            return text;
        }

        StringBuilder encoded = new();
        Span<byte> bytes = stackalloc byte[4];
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (rune.Value is >= ' ' and <= '~')
            {
                encoded.Append((char)rune.Value);
                continue;
            }

            foreach (byte b in bytes[..rune.EncodeToUtf8(bytes)])
            {
                encoded.Append('%').Append(b.ToString("X2", CultureInfo.InvariantCulture));
            }
        }

        return encoded.ToString();
    }
}
