using System.Globalization;
using System.Text;

namespace Gateway.Translation.Tokens;

/// <summary>What one character is to <see cref="TextPieces"/>.</summary>
internal enum CharKind : byte
{
    Mark,
    Blank,
    LineEnd,
    Digit,
    Upper,
    Lower,
    Symbol,

    /// <summary>Letters that are not ASCII, by script. In the order of <see cref="PieceKind"/>.</summary>
    Accented,
    Cyrillic,
    Greek,
    Semitic,
    Indic,
    OtherLetter,
    Hangul,
    Kana,
    Han,
}

internal static class CharKinds
{
    private static readonly CharKind[] s_ascii = Ascii();

    public static ReadOnlySpan<CharKind> OfAscii => s_ascii;

    public static CharKind Of(Rune rune) => rune.Value switch
    {
        < 0x80 => s_ascii[rune.Value],
        0x85 or 0xA0 or 0x1680 or (>= 0x2000 and <= 0x200A) or 0x2028 or 0x2029 or 0x202F or 0x205F or 0x3000 => CharKind.Blank,
        _ when !IsLetter(rune) => CharKind.Symbol,
        < 0x370 or (>= 0x1D00 and < 0x1F00) or (>= 0xFB00 and < 0xFB07) => CharKind.Accented,
        (>= 0x400 and < 0x530) or (>= 0x1C80 and < 0x1C90) => CharKind.Cyrillic,
        < 0x590 or (>= 0x10A0 and < 0x1100) or (>= 0x1F00 and < 0x2000) => CharKind.Greek,
        < 0x8FF or (>= 0xFB1D and < 0xFE00) or (>= 0xFE70 and < 0xFEFF) => CharKind.Semitic,
        >= 0x900 and < 0xE00 => CharKind.Indic,
        (>= 0x1100 and < 0x1200) or (>= 0x3130 and < 0x3190) or (>= 0xAC00 and < 0xD7FC) => CharKind.Hangul,
        (>= 0x3040 and < 0x3100) or (>= 0x31F0 and < 0x3200) or (>= 0xFF66 and < 0xFFA0) => CharKind.Kana,
        (>= 0x3005 and < 0x3008) or (>= 0x3400 and < 0xA000) or (>= 0xF900 and < 0xFB00) or >= 0x20000 => CharKind.Han,
        _ => CharKind.OtherLetter,
    };

    private static bool IsLetter(Rune rune) => Rune.GetUnicodeCategory(rune) is
        UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter
        or UnicodeCategory.ModifierLetter or UnicodeCategory.OtherLetter
        or UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark
        or UnicodeCategory.DecimalDigitNumber;

    private static CharKind[] Ascii()
    {
        CharKind[] kinds = new CharKind[128];
        for (int i = 0; i < kinds.Length; i++)
        {
            kinds[i] = (char)i switch
            {
                >= 'a' and <= 'z' => CharKind.Lower,
                >= 'A' and <= 'Z' => CharKind.Upper,
                >= '0' and <= '9' => CharKind.Digit,
                '\r' or '\n' => CharKind.LineEnd,
                ' ' or '\t' or '\v' or '\f' => CharKind.Blank,
                _ => CharKind.Mark,
            };
        }

        return kinds;
    }
}
