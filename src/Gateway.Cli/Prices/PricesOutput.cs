using System.Globalization;
using Gateway.Cli.Shared;
using Gateway.Routing;
using Gateway.Routing.Prices;

namespace Gateway.Cli.Prices;

/// <summary>Prices as JSON or CSV, or as a table for people. Amounts are exact: nothing is rounded.</summary>
internal static class PricesOutput
{
    private const string Cure = "Set Gateway:Models:<n>:Price, or Price of the target: Input and Output in USD per million tokens; 0 if they are free.";

    private static readonly Column<Line>[] s_columns =
    [
        new("model", line => line.Model, Least: 20),
        new("target", line => line.Target, Rank: 2, Least: 20),
        Usd("input", price => price.Input, 1),
        Usd("cache read", price => price.CacheRead, 4),
        Usd("write 5m", price => price.CacheWrite5m, 6),
        Usd("write 1h", price => price.CacheWrite1h, 7),
        Usd("output", price => price.Output, 1),
        new("example USD", line => line.Example, ColumnKind.Number, Rank: 5),
        new("from", line => line.From, Rank: 3),
    ];

    private static readonly Listing<PricedTarget> s_listing = new(
        [],
        [
            new("model", row => row.Model),
            new("target", row => row.Target),
            new("from", row => row.From),
            new("example_usd", row => (decimal?)row.Example),
            new("version", row => row.Price?.Version),
            new("input", row => (decimal?)row.Price?.Input),
            new("output", row => (decimal?)row.Price?.Output),
            new("cache_read", row => (decimal?)row.Price?.CacheRead),
            new("cache_write_5m", row => (decimal?)row.Price?.CacheWrite5m),
            new("cache_write_1h", row => (decimal?)row.Price?.CacheWrite1h),
            new("long_prompt_above", row => row.Price?.LongPrompt?.AboveTokens),
            new("long_prompt_input", row => (decimal?)row.Price?.LongPrompt?.Price.Input),
            new("long_prompt_output", row => (decimal?)row.Price?.LongPrompt?.Price.Output),
        ]);

    public static int Write(CommandContext context, IReadOnlyList<PricedTarget> rows, string example)
    {
        if (context.Json)
        {
            context.WriteJson([.. rows.Select(row => new PriceJson(row.Model, row.Target, row.From, row.Example, row.Price is null ? Cure : null, row.Price?.Version, TokenPrices.Of(row.Price), row.Price?.LongPrompt?.AboveTokens, TokenPrices.Of(row.Price?.LongPrompt?.Price)))], PriceJsonContext.Default.PriceJsonArray);
            return 0;
        }

        if (context.Csv)
        {
            context.WriteCsv(rows, s_listing);
            return 0;
        }

        context.WriteTable([.. rows.SelectMany(Lines)], s_columns);
        context.WriteLine($"USD per million tokens. The example: {example}.");
        foreach (string note in PriceReport.Notes(rows))
        {
            context.WriteLine(note);
        }

        if (rows.Where(row => row.Price is null).Select(row => $"{row.Model} at {row.Target}").Distinct().ToList() is { Count: > 0 } unknown)
        {
            context.WriteLine($"NO PRICE IS KNOWN for {string.Join(", ", unknown)}: no budget counts what they cost. {Cure}");
        }

        return 0;
    }

    /// <summary>Of a price that long prompts change: a line for each.</summary>
    private static IEnumerable<Line> Lines(PricedTarget row)
    {
        yield return new Line(row.Model, row.Target, row.Price, row.Example is { } usd ? Number(usd) : "?", row.From ?? "UNKNOWN");
        if (row.Price?.LongPrompt is { } longer)
        {
            yield return new Line(row.Model, string.Create(CultureInfo.InvariantCulture, $"{row.Target}, above {longer.AboveTokens} tokens"), longer.Price, null, null);
        }
    }

    private static Column<Line> Usd(string name, Func<Price, decimal> amount, int rank) =>
        new(name, line => line.Price is { } price ? Number(amount(price)) : "?", ColumnKind.Number, rank);

    private static string Number(decimal amount) => amount.ToString("0.############################", CultureInfo.InvariantCulture);

    private sealed record Line(string Model, string Target, Price? Price, string? Example, string? From);
}
