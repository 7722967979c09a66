namespace Gateway.Translation.Tokens;

/// <summary>What a piece of text is, as far as it tells how many tokens the piece becomes.</summary>
internal enum PieceKind : byte
{
    /// <summary>ASCII letters in lower case, the first perhaps in upper case, with the space before them.</summary>
    Word,

    /// <summary>A <see cref="Word"/> soon after an <see cref="Accented"/> one: few words of such languages are one token.</summary>
    ForeignWord,

    /// <summary>Lower case behind a mark: <c>_name</c>, <c>(value</c>, <c>"key</c>.</summary>
    GluedWord,

    /// <summary>The same with a capital: <c>/Docs</c>, <c>.Length</c>. Fewer of these are one token.</summary>
    GluedName,

    /// <summary>Two or more ASCII letters in upper case.</summary>
    Capitals,

    /// <summary>Capitals that go over into lower case, as in <c>HTMLElement</c> and everywhere in base64.</summary>
    MixedCase,

    /// <summary>A word of Latin letters, at least one of them not ASCII.</summary>
    Accented,

    /// <summary>A Cyrillic word.</summary>
    Cyrillic,

    /// <summary>A word of Greek, Armenian or Georgian letters.</summary>
    Greek,

    /// <summary>An Arabic or Hebrew word.</summary>
    Semitic,

    /// <summary>A word in Devanagari or another script of India.</summary>
    Indic,

    /// <summary>Letters of Thailand and its neighbours, and all others, which are written without spaces or are rare.</summary>
    OtherLetters,

    Hangul,

    Kana,

    Han,

    /// <summary>One to three digits.</summary>
    Digits,

    /// <summary>ASCII marks, with the line ends after them. Its length counts changes: <c>=====</c> is one long.</summary>
    Marks,

    /// <summary>Box drawing, arrows, dashes, quotes, emoji. Its length counts changes too.</summary>
    Symbols,

    LineEnds,

    /// <summary>Spaces and tabs that belong to no word: indentation.</summary>
    Blanks,
}
