using System.Globalization;
using System.Text;
using Gateway.Translation.Tokens;
using Xunit.Abstractions;

namespace Gateway.Translation.Tests.Tokens;

/// <summary>The costs in TextTokens against the pieces of Corpus/fit: what to look at when they are measured anew.</summary>
public sealed class PieceCostTests(ITestOutputHelper output)
{
    private sealed record Sample(PieceKind Kind, int Length, string Text);

    /// <summary>Kinds with fewer tokens than this are too rare to say anything about.</summary>
    private const int Enough = 150;

    [Fact]
    public void Each_kind_of_piece_costs_what_the_tokenizer_says()
    {
        List<Sample> pieces = [.. Corpus.Fit.SelectMany(text => Pieces(text.Text))];
        Dictionary<string, int> counts = pieces.Select(piece => piece.Text).Distinct().ToDictionary(text => text, RealTokenizer.Count);
        List<string> wrong = [];
        foreach (IGrouping<PieceKind, Sample> kind in pieces.GroupBy(piece => piece.Kind).OrderBy(group => group.Key))
        {
            double real = kind.Sum(piece => counts[piece.Text]);
            double estimate = kind.Sum(piece => TextTokens.Cost(piece.Kind, piece.Length)) / (double)TextTokens.Unit;
            string line = string.Create(CultureInfo.InvariantCulture, $"{kind.Key,-13} pieces {kind.Count(),5}  tokens {real,5}  estimate {estimate,7:0}  {(estimate / real) - 1,7:+0.0%;-0.0%}");
            output.WriteLine(line);
            foreach (IGrouping<int, Sample> length in kind.GroupBy(piece => piece.Length).OrderBy(group => group.Key))
            {
                output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"    length {length.Key,3}: {length.Count(),5} pieces of {length.Average(piece => counts[piece.Text]),5:0.00} tokens, cost {TextTokens.Cost(kind.Key, length.Key) / (double)TextTokens.Unit:0.00}"));
            }

            if (real >= Enough && Math.Abs((estimate / real) - 1) > 0.1)
            {
                wrong.Add(line);
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    private static List<Sample> Pieces(string text)
    {
        byte[] utf8 = Encoding.UTF8.GetBytes(text);
        List<Sample> found = [];
        TextPieces pieces = new(utf8);
        while (pieces.MoveNext())
        {
            found.Add(new Sample(pieces.Kind, pieces.Length, Encoding.UTF8.GetString(utf8[pieces.Bytes])));
        }

        return found;
    }
}
