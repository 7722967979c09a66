using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace Gateway.Diagnostics;

/// <summary>What a client or an upstream chose, fit for a log: short, and never more than one line.</summary>
internal static class LogText
{
    private const int UsualLength = 256;

    /// <summary>Of a message of many lines.</summary>
    public static string FirstLine(string message) => Of(message.Split('\n', 2)[0].Trim());

    [return: NotNullIfNotNull(nameof(text))]
    public static string? Of(string? text, int maxLength = UsualLength)
    {
        if (text is null || (text.Length <= maxLength && text.All(c => c is >= ' ' and < '\u007F')))
        {
            return text;
        }

        StringBuilder safe = new();
        foreach (char c in text.AsSpan(0, Math.Min(text.Length, maxLength)))
        {
            // Letters of any script stay readable; what breaks, hides or turns a line around does not.
            bool visible = c == ' ' || (!char.IsControl(c) && !char.IsSurrogate(c) && char.GetUnicodeCategory(c) is not
                (UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned));
            safe.Append(visible ? c.ToString() : $"\\u{(int)c:X4}");
        }

        return text.Length <= maxLength ? safe.ToString() : safe.Append("...").ToString();
    }
}
