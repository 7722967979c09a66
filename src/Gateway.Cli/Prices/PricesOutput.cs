using System.Globalization;
using Gateway.Cli.Shared;
using Gateway.Routing;
using Gateway.Routing.Prices;
using Spectre.Console;

namespace Gateway.Cli.Prices;

/// <summary>Prices as JSON, or as a table for people. Amounts are exact: nothing is rounded.</summary>
internal static class PricesOutput
{
    private const string Cure = "Set Gateway:Models:<n>:Price, or Price of the target: Input and Output in USD per million tokens; 0 if they are free.";

    public static int Write(CommandContext context, IReadOnlyList<PricedTarget> rows, string example)
    {
        if (context.Json)
        {
            context.WriteJson([.. rows.Select(row => new PriceJson(row.Model, row.Target, row.From, row.Example, row.Price is null ? Cure : null, row.Price?.Version, TokenPrices.Of(row.Price), row.Price?.LongPrompt?.AboveTokens, TokenPrices.Of(row.Price?.LongPrompt?.Price)))], PriceJsonContext.Default.PriceJsonArray);
            return 0;
        }

        Table table = new Table().RoundedBorder().AddColumns("model", "target");
        foreach (string column in (string[])["input", "cache read", "write 5m", "write 1h", "output", "example USD"])
        {
            table.AddColumn(new TableColumn(column).RightAligned());
        }

        table.AddColumn("from");
        foreach (PricedTarget row in rows)
        {
            table.AddRow([Markup.Escape(row.Model), Markup.Escape(row.Target), .. Numbers(row.Price), row.Example is { } usd ? Number(usd) : "?", Markup.Escape(row.From ?? "UNKNOWN")]);
            if (row.Price?.LongPrompt is { } longer)
            {
                table.AddRow(["", string.Create(CultureInfo.InvariantCulture, $"above {longer.AboveTokens} tokens"), .. Numbers(longer.Price), "", ""]);
            }
        }

        context.WriteTable(table);
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

    private static string[] Numbers(Price? price) => price is null
        ? ["?", "?", "?", "?", "?"]
        : [Number(price.Input), Number(price.CacheRead), Number(price.CacheWrite5m), Number(price.CacheWrite1h), Number(price.Output)];

    private static string Number(decimal amount) => amount.ToString("0.############################", CultureInfo.InvariantCulture);
}
