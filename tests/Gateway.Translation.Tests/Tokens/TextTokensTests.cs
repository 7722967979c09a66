using System.Text;
using Gateway.Translation.Tokens;
using Xunit.Abstractions;

namespace Gateway.Translation.Tests.Tokens;

/// <summary>The estimate of a text against a real tokenizer.</summary>
public sealed class TextTokensTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Estimates_of_the_corpus_are_never_far_below_and_little_above_the_tokenizer()
    {
        List<Measured> fit = await MeasureAsync(Corpus.Fit);
        List<Measured> heldOut = await MeasureAsync(Corpus.HeldOut);
        foreach (Measured text in (Measured[])[.. fit, .. heldOut])
        {
            output.WriteLine($"{text}");
        }

        foreach (IGrouping<string, Measured> group in heldOut.Concat(fit).GroupBy(text => text.Class))
        {
            output.WriteLine($"{Measured.Sum(group.Key, group)}");
        }
        output.WriteLine($"{Measured.Sum("fit", fit)}");
        output.WriteLine($"{Measured.Sum("held", heldOut)}");
    }

    private static async Task<List<Measured>> MeasureAsync(IReadOnlyList<CorpusText> texts) =>
        [.. texts.Zip(await RealTokenizer.CountAsync(texts.Select(text => text.Text)), (text, real) => new Measured(text.Class, text.Name, real, TextTokens.Cost(Encoding.UTF8.GetBytes(text.Text)) / TextTokens.Unit))];
}
