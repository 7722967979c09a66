using System.Globalization;
using System.Text;

namespace Gateway.Translation.Hub;

/// <summary>What can be the name of a model. Names go into logs, caches, tables and headers, so there is one limit for all.</summary>
public static class ModelName
{
    public const int MaxLength = 256;

    /// <summary>What to tell whoever chose the name, without the name; null when it can be one.</summary>
    public static string? Problem(string name) =>
        name.Length is 0 or > MaxLength ? $"must be 1 to {MaxLength} characters"
        : name.EnumerateRunes().Any(IsUnreadable) ? "must hold no control characters, line breaks or broken characters"
        : null;

    /// <summary>Broken halves of a character arrive as U+FFFD, which no name holds.</summary>
    private static bool IsUnreadable(Rune rune) =>
        rune == Rune.ReplacementChar
        || Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
}
