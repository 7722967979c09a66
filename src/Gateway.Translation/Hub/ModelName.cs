using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Gateway.Translation.Hub;

/// <summary>What can be the name of a model. Names go into logs, caches, tables and headers, so there is one limit for all.</summary>
public static partial class ModelName
{
    public const int MaxLength = 256;

    /// <summary>The two names are not one model in two spellings: neither with its maker's name before it, nor as a dated snapshot.</summary>
    public static bool IsAnother(string asked, string answered) => Plain(asked) != Plain(answered);

    /// <summary>Another model of the same family, as far as names tell. What an operator called a deployment tells nothing.</summary>
    public static bool IsSibling(string asked, string answered) =>
        (Plain(asked), Plain(answered)) is var (one, other) && one != other && Family(one) is { Length: > 0 } family && family == Family(other);

    private static string Plain(string name) =>
        Snapshot().Replace(name[(name.LastIndexOf('/') + 1)..].ToLowerInvariant(), "").Replace('.', '-').Replace('_', '-').Replace('@', '-');

    private static string Family(string plain) => plain.IndexOf('-', StringComparison.Ordinal) is var end and > 0 ? plain[..end] : "";

    /// <summary>What stands behind a name, one or more of it: <c>:free</c>, a day, <c>-001</c>, <c>-preview-09-2025</c>.</summary>
    [GeneratedRegex(@"(:[a-z]+|[-@](\d{8}|\d{4}-\d{2}-\d{2}|\d{4}|00\d|latest|preview(-\d{2}-\d{2,4})?|exp)(-v\d+(:\d+)?)?)+$", RegexOptions.CultureInvariant)]
    private static partial Regex Snapshot();

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
