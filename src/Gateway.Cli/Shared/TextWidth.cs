using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Gateway.Cli.Shared;

/// <summary>How many cells of a terminal a text takes, and what of it fits.</summary>
internal static partial class TextWidth
{
    public const string Ellipsis = "…";

    private const int JoinsAsPicture = 0xFE0F;

    /// <summary>East Asian wide characters and pictures, first and last of each run: two cells each.</summary>
    private static readonly (int First, int Last)[] s_wide =
    [
        (0x1100, 0x115F), (0x231A, 0x231B), (0x2329, 0x232A), (0x23E9, 0x23EC), (0x23F0, 0x23F0), (0x23F3, 0x23F3), (0x25FD, 0x25FE), (0x2614, 0x2615),
        (0x2648, 0x2653), (0x267F, 0x267F), (0x2693, 0x2693), (0x26A1, 0x26A1), (0x26AA, 0x26AB), (0x26BD, 0x26BE), (0x26C4, 0x26C5), (0x26CE, 0x26CE),
        (0x26D4, 0x26D4), (0x26EA, 0x26EA), (0x26F2, 0x26F3), (0x26F5, 0x26F5), (0x26FA, 0x26FA), (0x26FD, 0x26FD), (0x2705, 0x2705), (0x270A, 0x270B),
        (0x2728, 0x2728), (0x274C, 0x274C), (0x274E, 0x274E), (0x2753, 0x2755), (0x2757, 0x2757), (0x2795, 0x2797), (0x27B0, 0x27B0), (0x27BF, 0x27BF),
        (0x2B1B, 0x2B1C), (0x2B50, 0x2B50), (0x2B55, 0x2B55), (0x2E80, 0x303E), (0x3041, 0xA4CF), (0xA960, 0xA97F), (0xAC00, 0xD7A3), (0xF900, 0xFAFF),
        (0xFE10, 0xFE19), (0xFE30, 0xFE6F), (0xFF00, 0xFF60), (0xFFE0, 0xFFE6), (0x16FE0, 0x18DFF), (0x1AFF0, 0x1B2FF), (0x1F004, 0x1F004), (0x1F0CF, 0x1F0CF),
        (0x1F18E, 0x1F18E), (0x1F191, 0x1F19A), (0x1F1E6, 0x1F202), (0x1F210, 0x1F265), (0x1F300, 0x1F64F), (0x1F680, 0x1F6FF), (0x1F7E0, 0x1F7F0),
        (0x1F90C, 0x1F9FF), (0x1FA70, 0x1FAFF), (0x20000, 0x3FFFD),
    ];

    public static int Of(string text)
    {
        int width = 0;
        int before = 0;
        foreach (Rune rune in text.EnumerateRunes())
        {
            // A sign that is shown as a picture takes the room of one.
            before = rune.Value == JoinsAsPicture ? (before == 1 ? 1 : 0) : Of(rune);
            width += before;
        }

        return width;
    }

    /// <summary>The beginning of a text that is too long, with a sign that it goes on. Nothing that is one sign to the eye is taken apart.</summary>
    public static string Cut(string text, int width)
    {
        if (Of(text) <= width)
        {
            return text;
        }

        int at = 0;
        for (int used = 0; at < text.Length;)
        {
            int length = StringInfo.GetNextTextElementLength(text, at);
            used += Of(text.Substring(at, length));
            if (used > width - 1)
            {
                break;
            }

            at += length;
        }

        return text[..at].TrimEnd() + Ellipsis;
    }

    /// <summary>Lines of at most that many cells, broken between words. A word that is longer is left whole: it may be an id.</summary>
    public static IReadOnlyList<string> Wrap(string text, int width) => Joined(text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(word => ($" {word}", word)), width);

    /// <summary>The same, and longer words are broken behind what separates their parts, or cut.</summary>
    public static IReadOnlyList<string> Break(string text, int width) => Joined(
        text.Split(' ', StringSplitOptions.RemoveEmptyEntries).SelectMany(word => Of(word) <= width
            ? [($" {word}", word)]
            : Parts().Split(word).Select((part, at) => (at == 0 ? $" {Cut(part, width - 1)}" : Cut(part, width), Cut(part, width)))),
        width);

    private static List<string> Joined(IEnumerable<(string After, string First)> words, int width)
    {
        List<string> lines = [];
        string line = "";
        foreach ((string after, string first) in words)
        {
            if (line.Length > 0 && Of(line) + Of(after) > width)
            {
                lines.Add(line);
                line = "";
            }

            line = line.Length == 0 ? first : line + after;
        }

        lines.Add(line);
        return lines;
    }

    /// <summary>Behind a comma and the like, but not within a number.</summary>
    [GeneratedRegex(@"(?<=[,;/|])(?=[^\d,;/|])")]
    private static partial Regex Parts();

    /// <summary>On one line, and without anything that a terminal would obey: names are others' to choose.</summary>
    public static string Clean(string text)
    {
        StringBuilder clean = new(text.Length);
        foreach (Rune rune in text.EnumerateRunes())
        {
            clean.Append(rune.Value is '\t' or '\r' or '\n' ? " "
                : Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Surrogate || TurnsText(rune) ? "\uFFFD"
                : rune.ToString());
        }

        return clean.ToString();
    }

    /// <summary>Makes what follows run the other way, or look like something else.</summary>
    private static bool TurnsText(Rune rune) => rune.Value is (>= 0x202A and <= 0x202E) or (>= 0x2066 and <= 0x2069);

    private static int Of(Rune rune) =>
        Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.Format or UnicodeCategory.Control || rune.Value is >= 0x1160 and <= 0x11FF ? 0
        : Array.Exists(s_wide, run => rune.Value >= run.First && rune.Value <= run.Last) ? 2
        : 1;
}
