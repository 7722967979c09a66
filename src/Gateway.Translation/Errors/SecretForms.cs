using System.Net;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Gateway.Translation.Errors;

/// <summary>
/// One secret in all the forms in which a server may say it back: as it is, escaped for JSON, HTML or a URL, in hex and
/// in base 64, also inside a longer text that was encoded (<c>Bearer ...</c>, <c>user:...</c>). Half of it counts as all of it.
/// </summary>
internal sealed class SecretForms
{
    /// <summary>Shorter ones may be ordinary words: they are found as whole words only, and in no other form.</summary>
    private const int MinDistinct = 8;

    /// <summary>Half of a shorter one may be an ordinary word.</summary>
    private const int MinHalved = 16;

    /// <summary>The forms of a key are made once, not for each request; they go when the key goes.</summary>
    private static readonly ConditionalWeakTable<string, SecretForms> s_known = [];

    private readonly string _secret;
    private readonly string[] _whole;
    private readonly string[] _halves;

    private SecretForms(string secret)
    {
        _secret = secret;
        _whole = secret.Length < MinDistinct ? [] : [.. Forms(secret).Where(f => f.Length >= MinDistinct).Distinct().OrderByDescending(f => f.Length)];
        _halves = secret.Length < MinHalved ? [] : [secret[..(secret.Length / 2)], secret[(secret.Length / 2)..]];
    }

    public static SecretForms Of(string secret) => s_known.GetValue(secret, static s => new SecretForms(s));

    public string Blank(string text, string with)
    {
        foreach (string form in _whole)
        {
            text = text.Replace(form, with, StringComparison.OrdinalIgnoreCase);
        }

        foreach (string half in _halves)
        {
            text = BlankAround(text, half, with);
        }

        for (int at = _whole.Length == 0 ? FindWord(text, 0) : -1; at >= 0; at = FindWord(text, at + with.Length))
        {
            text = $"{text[..at]}{with}{text[(at + _secret.Length)..]}";
        }

        return text;
    }

    /// <summary>How many characters at the end of a text that was cut off are the beginning of the secret.</summary>
    public int BegunAtEnd(string text)
    {
        for (int length = Math.Min(_secret.Length - 1, text.Length); length > 0; length--)
        {
            if (text.EndsWith(_secret[..length], StringComparison.OrdinalIgnoreCase))
            {
                return length;
            }
        }

        return 0;
    }

    private static IEnumerable<string> Forms(string secret)
    {
        yield return secret;
        yield return JsonEncodedText.Encode(secret).Value;
        yield return JsonEncodedText.Encode(secret, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).Value;
        yield return secret.Replace("/", "\\/", StringComparison.Ordinal);
        yield return Uri.EscapeDataString(secret);
        yield return WebUtility.UrlEncode(secret);
        yield return WebUtility.HtmlEncode(secret);
        byte[] bytes = Encoding.UTF8.GetBytes(secret);
        yield return Convert.ToHexString(bytes);
        for (int before = 0; before < 3; before++)
        {
            // Each digit holds six bits: those that the neighbours of the secret have a part in are left out.
            string digits = Convert.ToBase64String([.. new byte[before], .. bytes]);
            int first = ((before * 8) + 5) / 6;
            int end = (before + bytes.Length) * 8 / 6;
            yield return digits[first..end];
            yield return digits[first..end].Replace('+', '-').Replace('/', '_');
        }
    }

    private static string BlankAround(string text, string half, string with)
    {
        StringBuilder blanked = new();
        int from = 0;
        while (text.IndexOf(half, from, StringComparison.OrdinalIgnoreCase) is var at && at >= 0)
        {
            int end = at + half.Length;
            while (at > from && IsOfToken(text[at - 1]))
            {
                at--;
            }

            while (end < text.Length && IsOfToken(text[end]))
            {
                end++;
            }

            blanked.Append(text, from, at - from).Append(with);
            from = end;
        }

        return from == 0 ? text : blanked.Append(text, from, text.Length - from).ToString();
    }

    private int FindWord(string text, int from)
    {
        while (text.IndexOf(_secret, from, StringComparison.Ordinal) is var at && at >= 0)
        {
            int end = at + _secret.Length;
            if ((at == 0 || !IsOfToken(text[at - 1])) && (end == text.Length || !IsOfToken(text[end])))
            {
                return at;
            }

            from = at + 1;
        }

        return -1;
    }

    private static bool IsOfToken(char c) => char.IsAsciiLetterOrDigit(c) || c is '-' or '_';
}
