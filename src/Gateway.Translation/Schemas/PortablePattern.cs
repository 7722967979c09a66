using System.Buffers;

namespace Gateway.Translation.Schemas;

/// <summary>
/// Regular expressions that JavaScript and Python both read. Schemas are written for the first; OpenAI reads them with the
/// second, and refuses a whole request for one that it cannot.
/// </summary>
internal static class PortablePattern
{
    /// <summary>Letters that mean something behind a backslash in Python, beside those with digits.</summary>
    private const string Escapes = "AbBdDsSwWZafnrtv";

    private static readonly SearchValues<char> s_hexDigits = SearchValues.Create("0123456789abcdefABCDEF");

    public static bool Is(string pattern)
    {
        for (int i = 0; i < pattern.Length; i++)
        {
            ReadOnlySpan<char> rest = pattern.AsSpan(i);
            if (rest[0] == '\\')
            {
                if (!IsEscape(rest[1..]))
                {
                    return false;
                }

                i++;
            }
            else if ((rest.StartsWith("(?<") && rest is not ['(', '?', '<', '=' or '!', ..]) || rest.StartsWith("[^]") || rest.StartsWith("[]"))
            {
                // A group with a name, and JavaScript's classes of all and of nothing.
                return false;
            }
        }

        return true;
    }

    private static bool IsEscape(ReadOnlySpan<char> behind) => behind switch
    {
        [] => false,
        ['x', ..] => HasHex(behind, 2),
        ['u', ..] => HasHex(behind, 4),
        [var letter, ..] => !char.IsAsciiLetter(letter) || Escapes.Contains(letter, StringComparison.Ordinal),
    };

    private static bool HasHex(ReadOnlySpan<char> behind, int digits) =>
        behind.Length > digits && !behind.Slice(1, digits).ContainsAnyExcept(s_hexDigits);
}
