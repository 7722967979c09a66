using System.Text;

namespace Gateway.Translation.Tokens;

/// <summary>
/// Cuts text the way o200k_base does before it merges bytes: words with the space or mark before them, at most three
/// digits, marks with the line ends behind them, line ends, blanks. Letters that are not ASCII are cut by script as well.
/// Any bytes will do; broken UTF-8 counts as symbols.
/// </summary>
internal ref struct TextPieces(ReadOnlySpan<byte> text)
{
    private const int MaxDigits = 3;

    /// <summary>So many words after an accented one are taken for words of the same language.</summary>
    private const int ForeignReach = 24;

    /// <summary>Rulers of one mark are one token up to about this length.</summary>
    private const int LongestRun = 64;

    private readonly ReadOnlySpan<byte> _text = text;
    private int _at;

    /// <summary>How many words from here on are taken for foreign.</summary>
    private int _foreign;

    public PieceKind Kind { get; private set; }

    /// <summary>Letters, digits or characters; for marks and symbols, how often the character changes.</summary>
    public int Length { get; private set; }

    /// <summary>The bytes from the end of the last piece to the end of this one.</summary>
    public Range Bytes { get; private set; }

    public bool MoveNext()
    {
        if (_at >= _text.Length)
        {
            return false;
        }

        int start = _at;
        CharKind first = KindAt(_at, out int width);
        if (first >= CharKind.Upper && first != CharKind.Symbol)
        {
            ReadWord(first, PieceKind.Word);
        }
        else if (first == CharKind.Digit)
        {
            ReadDigits();
        }
        else if (first is CharKind.Blank or CharKind.LineEnd)
        {
            ReadWhiteSpace();
        }
        else if (first == CharKind.Mark && _at + width < _text.Length && KindAt(_at + width, out _) is var next && next is CharKind.Upper or CharKind.Lower)
        {
            _at += width;
            ReadWord(next, PieceKind.GluedWord);
        }
        else
        {
            ReadMarks(first);
        }

        Bytes = start.._at;
        return true;
    }

    private readonly CharKind KindAt(int at, out int width)
    {
        byte b = _text[at];
        if (b < 0x80)
        {
            width = 1;
            return CharKinds.OfAscii[b];
        }

        Rune.DecodeFromUtf8(_text[at..], out Rune rune, out width);
        return CharKinds.Of(rune);
    }

    /// <summary>Upper case, then lower case: <c>camelCase</c> is two words. Other scripts run as long as the script lasts.</summary>
    private void ReadWord(CharKind first, PieceKind kind)
    {
        int uppers = 0;
        int lowers = 0;
        CharKind script = first > CharKind.Symbol ? first : CharKind.Lower;
        while (_at < _text.Length)
        {
            CharKind next = KindAt(_at, out int width);
            if (next == CharKind.Upper && lowers == 0 && script is CharKind.Lower)
            {
                uppers++;
            }
            else if (next == script || (next == CharKind.Lower && script == CharKind.Accented))
            {
                lowers++;
            }
            else if (next == CharKind.Accented && script == CharKind.Lower)
            {
                script = next;
                lowers++;
            }
            else
            {
                break;
            }

            _at += width;
        }

        Length = uppers + lowers + ReadContraction(script);
        Kind = script > CharKind.Symbol ? PieceKind.Accented + (script - CharKind.Accented)
            : uppers >= 2 ? lowers == 0 ? PieceKind.Capitals : PieceKind.MixedCase
            : kind == PieceKind.Word && _foreign > 0 ? PieceKind.ForeignWord
            : kind == PieceKind.GluedWord && uppers > 0 ? PieceKind.GluedName
            : kind;
        _foreign = Kind == PieceKind.Accented ? ForeignReach : Math.Max(0, _foreign - 1);
    }

    /// <summary>'s, 't, 're and their like stay with the word.</summary>
    private int ReadContraction(CharKind script)
    {
        if (script is not (CharKind.Lower or CharKind.Accented) || _at + 1 >= _text.Length || _text[_at] != '\'')
        {
            return 0;
        }

        byte first = (byte)(_text[_at + 1] | 0x20);
        int second = _at + 2 < _text.Length ? _text[_at + 2] | 0x20 : 0;
        int length = (first, second) is ((byte)'r' or (byte)'v', 'e') or ((byte)'l', 'l') ? 3
            : first is (byte)'s' or (byte)'d' or (byte)'m' or (byte)'t' ? 2
            : 0;
        _at += length;
        return length;
    }

    private void ReadDigits()
    {
        Kind = PieceKind.Digits;
        int end = Math.Min(_text.Length, _at + MaxDigits);
        int start = _at;
        while (_at < end && _text[_at] is >= (byte)'0' and <= (byte)'9')
        {
            _at++;
        }

        Length = _at - start;
    }

    private void ReadWhiteSpace()
    {
        int start = _at;
        int afterLineEnd = -1;
        int last = _at;
        int at = _at;
        while (at < _text.Length && KindAt(at, out int width) is var kind && kind is CharKind.Blank or CharKind.LineEnd)
        {
            last = at;
            at += width;
            afterLineEnd = kind == CharKind.LineEnd ? at : afterLineEnd;
        }

        if (afterLineEnd >= 0)
        {
            Kind = PieceKind.LineEnds;
            _at = afterLineEnd;
            Length = _at - start;
            return;
        }

        // The last blank belongs to what follows it, if that is a word or, for a space, marks.
        CharKind next = at < _text.Length ? KindAt(at, out _) : CharKind.Blank;
        bool space = _text[last] == ' ';
        bool taken = next >= CharKind.Upper && next != CharKind.Symbol || (space && next is CharKind.Mark or CharKind.Symbol);
        _at = taken ? last : at;
        if (_at > start)
        {
            Kind = PieceKind.Blanks;
            Length = _at - start;
            return;
        }

        _at = at;
        if (next is CharKind.Mark or CharKind.Symbol)
        {
            ReadMarks(next);
        }
        else
        {
            ReadWord(next, space ? PieceKind.Word : PieceKind.GluedWord);
        }
    }

    private void ReadMarks(CharKind first)
    {
        Kind = first == CharKind.Mark ? PieceKind.Marks : PieceKind.Symbols;
        Length = 0;
        int repeats = 0;
        ReadOnlySpan<byte> previous = [];
        while (_at < _text.Length && KindAt(_at, out int width) == first)
        {
            ReadOnlySpan<byte> character = _text.Slice(_at, width);
            repeats = character.SequenceEqual(previous) ? repeats + 1 : 0;
            Length += repeats % LongestRun == 0 ? 1 : 0;
            previous = character;
            _at += width;
        }

        while (_at < _text.Length && _text[_at] is (byte)'\r' or (byte)'\n')
        {
            _at++;
        }
    }
}
