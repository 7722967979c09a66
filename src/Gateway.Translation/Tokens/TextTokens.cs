namespace Gateway.Translation.Tokens;

/// <summary>
/// Guesses how many tokens of o200k_base a text is. The tokenizer first cuts text into pieces and then looks each piece
/// up in 200,000 byte sequences. The cutting is repeated here; in place of the table each kind of piece has a price by
/// its length. docs/token-counting.md says how good that is and how the numbers were found.
/// </summary>
internal static class TextTokens
{
    /// <summary>Costs are in thousandths of a token.</summary>
    public const int Unit = 1000;

    /// <summary>Added to the whole, in percent: an estimate that is too high is the safer one.</summary>
    private const int Margin = 5;

    /// <summary>Latin words of more letters are compounds or no words at all.</summary>
    private const int LongWord = 12;

    private const int PerLetterOfLongWords = 200;

    /// <summary>Measured by PieceCostTests over the texts in Corpus/fit. Lengths up to Knee cost First, each letter more costs Slope.</summary>
    private static readonly (int First, int Knee, int Slope)[] s_costs = Costs();

    /// <summary>The cost in thousandths of a token, so that sums of many short texts are not rounded many times.</summary>
    /// <param name="utf8">Plain text, not JSON.</param>
    public static long Cost(ReadOnlySpan<byte> utf8)
    {
        long cost = 0;
        TextPieces pieces = new(utf8);
        while (pieces.MoveNext())
        {
            cost += Cost(pieces.Kind, pieces.Length);
        }

        return cost * (100 + Margin) / 100;
    }

    public static int Cost(PieceKind kind, int length)
    {
        (int first, int knee, int slope) = s_costs[(int)kind];
        int letters = kind <= PieceKind.Accented ? Math.Max(0, length - LongWord) : 0;
        return first + (Math.Max(0, length - knee) * slope) + (letters * PerLetterOfLongWords);
    }

    private static (int First, int Knee, int Slope)[] Costs()
    {
        (int, int, int)[] costs = new (int, int, int)[(int)PieceKind.Blanks + 1];
        costs[(int)PieceKind.Word] = (1010, 5, 45);
        costs[(int)PieceKind.ForeignWord] = (1000, 4, 140);
        costs[(int)PieceKind.GluedWord] = (1160, 4, 80);
        costs[(int)PieceKind.GluedName] = (1300, 4, 120);
        costs[(int)PieceKind.Capitals] = (1080, 2, 210);
        costs[(int)PieceKind.MixedCase] = (2200, 3, 110);
        costs[(int)PieceKind.Accented] = (1000, 3, 180);
        costs[(int)PieceKind.Cyrillic] = (1000, 3, 220);
        costs[(int)PieceKind.Greek] = (1000, 2, 450);
        costs[(int)PieceKind.Semitic] = (1000, 2, 230);
        costs[(int)PieceKind.Indic] = (1000, 2, 170);
        costs[(int)PieceKind.OtherLetters] = (1500, 1, 450);
        costs[(int)PieceKind.Hangul] = (1000, 1, 550);
        costs[(int)PieceKind.Kana] = (950, 1, 610);
        costs[(int)PieceKind.Han] = (1050, 1, 725);
        costs[(int)PieceKind.Digits] = (1000, 3, 0);
        costs[(int)PieceKind.Marks] = (1010, 3, 600);
        costs[(int)PieceKind.Symbols] = (1150, 1, 2400);
        costs[(int)PieceKind.LineEnds] = (1000, 4, 50);
        costs[(int)PieceKind.Blanks] = (1000, 60, 20);
        return costs;
    }
}
