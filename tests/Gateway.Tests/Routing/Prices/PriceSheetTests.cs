using System.Globalization;
using Gateway.Routing.Prices;
using Gateway.Tests.Settings;

namespace Gateway.Tests.Routing.Prices;

/// <summary>The built-in lists: what must be true of any list of prices, and the document that shows them.</summary>
public sealed class PriceSheetTests
{
    private static readonly string s_document = File.ReadAllText(WrittenSettings.PathOf("docs/prices.md")).ReplaceLineEndings("\n");

    public static TheoryData<string> Makers => [.. BuiltInPrices.Sheets.Select(sheet => sheet.Maker)];

    [Theory]
    [MemberData(nameof(Makers))]
    public void Each_list_is_sane(string maker)
    {
        PriceSheet sheet = SheetOf(maker);
        Assert.StartsWith("https://", sheet.Source, StringComparison.Ordinal);
        Assert.InRange(sheet.Checked, new DateOnly(2026, 1, 1), new DateOnly(2027, 12, 31));
        Assert.NotEmpty(sheet.Prices);
        Assert.All(sheet.Prices.Values, listed =>
        {
            IsSane(listed.Price);
            if (listed.Change is { } change)
            {
                IsSane(change.Price);
                Assert.True(change.From > sheet.Checked, listed.Model);
            }

            Assert.Equal($"builtin-{sheet.Day}", listed.Price.Version);
            if (listed.Price.LongPrompt is { } longer)
            {
                IsSane(longer.Price);
                Assert.True(longer.AboveTokens >= 100_000, listed.Model);
                Assert.True(longer.Price.Input > listed.Price.Input && longer.Price.CacheRead > listed.Price.CacheRead && longer.Price.Output > listed.Price.Output, listed.Model);
            }
        });

        static void IsSane(Price price) => Assert.True(
            price is { Input: > 0 and < 1000, CacheRead: > 0, Output: < 1000 } && price.CacheRead <= price.Input && price.Input <= price.Output && price.Input <= price.CacheWrite5m && price.CacheWrite5m <= price.CacheWrite1h,
            price.ToString());
    }

    [Theory]
    [MemberData(nameof(Makers))]
    public void The_document_shows_each_list_with_its_day_and_source(string maker)
    {
        PriceSheet sheet = SheetOf(maker);
        string section = s_document.Split("\n### ").Single(text => text.StartsWith(maker + "\n", StringComparison.Ordinal));
        string[] rows = [.. section.Split('\n').Where(line => line.StartsWith("| `", StringComparison.Ordinal))];

        Assert.Contains($"As of {sheet.Day}, from <{sheet.Source}>.{(sheet.Note is { } note ? " " + note : "")}\n", section, StringComparison.Ordinal);
        Assert.Equal(sheet.Prices.Values.SelectMany(RowsOf).Order(StringComparer.Ordinal), rows.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_document_shows_where_each_list_holds() => Assert.All(
        BuiltInPrices.Sellers,
        seller => Assert.Contains($"| `{(seller.Host[0] == '.' ? "*" : "")}{seller.Host}` | {string.Join(", ", seller.Sheets.Select(sheet => sheet.Maker))} |\n", s_document, StringComparison.Ordinal));

    private static PriceSheet SheetOf(string maker) => BuiltInPrices.Sheets.Single(sheet => sheet.Maker == maker);

    private static IEnumerable<string> RowsOf(ListedPrice listed)
    {
        yield return Row($"`{listed.Model}`", listed.Price);
        if (listed.Change is { } change)
        {
            yield return Row($"`{listed.Model}` from {change.From:yyyy-MM-dd}", change.Price);
        }

        if (listed.Price.LongPrompt is { } longer)
        {
            yield return Row(string.Create(CultureInfo.InvariantCulture, $"`{listed.Model}` above {longer.AboveTokens:#,0} tokens"), longer.Price);
        }
    }

    private static string Row(string name, Price price) =>
        string.Create(CultureInfo.InvariantCulture, $"| {name} | {price.Input} | {price.CacheRead} | {price.Output} | {price.CacheWrite5m} | {price.CacheWrite1h} |");
}
