namespace Gateway.Authentication.Access;

/// <summary>Patterns in which <c>*</c> stands for any run of characters, empty ones too, and nothing else is special.</summary>
internal static class Wildcard
{
    /// <summary>Remembers only the last star, so that no pattern takes more than pattern times text steps.</summary>
    public static bool Matches(ReadOnlySpan<char> pattern, ReadOnlySpan<char> text, StringComparison comparison)
    {
        int at = 0;
        int inPattern = 0;
        int star = -1;
        int resume = 0;
        while (at < text.Length)
        {
            if (inPattern < pattern.Length && pattern[inPattern] == '*')
            {
                star = inPattern++;
                resume = at;
            }
            else if (inPattern < pattern.Length && pattern.Slice(inPattern, 1).Equals(text.Slice(at, 1), comparison))
            {
                inPattern++;
                at++;
            }
            else if (star >= 0)
            {
                inPattern = star + 1;
                at = ++resume;
            }
            else
            {
                return false;
            }
        }

        return pattern[inPattern..].IndexOfAnyExcept('*') < 0;
    }
}
