using System.Collections.Frozen;
using System.Globalization;

namespace Gateway.Routing.Prices;

/// <summary>One maker's standard list prices as of one day: a file below <c>Lists</c>, which anybody can review.</summary>
/// <param name="Maker">Whose prices they are.</param>
/// <param name="Source">Where the maker publishes them.</param>
/// <param name="Checked">The day of the newest figures that were found.</param>
/// <param name="Note">What the figures leave out.</param>
/// <param name="Prices">By the maker's names, however they are capitalized.</param>
internal sealed record PriceSheet(string Maker, string Source, DateOnly Checked, string? Note, FrozenDictionary<string, ListedPrice> Prices)
{
    /// <summary>The name of a price for one length of prompt: <c>model > tokens</c>.</summary>
    private const char Above = '>';

    /// <summary>The name of a price that the maker announced: <c>model from 2027-01-01</c>.</summary>
    private const string From = " from ";

    public string Day => Checked.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    public override string ToString() => $"{Maker}'s list of {Day}";

    public static PriceSheet Read(string name)
    {
        using Stream file = typeof(PriceSheet).Assembly.GetManifestResourceStream($"prices/{name}.csv") ?? throw new InvalidOperationException($"There is no list of prices '{name}'.");
        using StreamReader reader = new(file);
        string[] lines = [.. reader.ReadToEnd().Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)];
        DateOnly day = DateOnly.ParseExact(Header(lines, "checked")!, "yyyy-MM-dd", CultureInfo.InvariantCulture);
        Dictionary<string, ListedPrice> prices = new(StringComparer.OrdinalIgnoreCase);
        foreach (string line in lines.Where(line => line[0] != '#'))
        {
            string[] cells = line.Split(';', StringSplitOptions.TrimEntries);
            Price price = ToPrice($"builtin-{day:yyyy-MM-dd}", [.. cells[1..].Select(cell => decimal.Parse(cell, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture))]);
            if (cells[0].Split(From, StringSplitOptions.TrimEntries) is [var changed, var from])
            {
                DateOnly first = DateOnly.ParseExact(from, "yyyy-MM-dd", CultureInfo.InvariantCulture);
                prices[changed] = prices[changed] with { Change = new PriceChange(first, price with { Version = $"builtin-{first:yyyy-MM-dd}" }) };
            }
            else if (cells[0].Split(Above, StringSplitOptions.TrimEntries) is [var model, var tokens])
            {
                ListedPrice shorter = prices[model];
                prices[model] = shorter with { Price = shorter.Price with { LongPrompt = new LongPrompt(long.Parse(tokens, CultureInfo.InvariantCulture), price) } };
            }
            else
            {
                prices.Add(cells[0], new ListedPrice(cells[0], price));
            }
        }

        return new PriceSheet(Header(lines, "maker")!, Header(lines, "source")!, day, Header(lines, "note"), prices.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase));
    }

    private static string? Header(string[] lines, string name) =>
        lines.FirstOrDefault(line => line.StartsWith($"# {name}: ", StringComparison.Ordinal))?[(name.Length + 4)..];

    /// <summary>Writing to a cache costs what input costs, unless it is said.</summary>
    private static Price ToPrice(string version, decimal[] cells) => new(version, cells[0], cells[2])
    {
        CacheRead = cells[1],
        CacheWrite5m = cells.Length > 3 ? cells[3] : cells[0],
        CacheWrite1h = cells.Length > 4 ? cells[4] : cells.Length > 3 ? cells[3] : cells[0],
    };
}

/// <summary>A price with the maker's own spelling of the model's name.</summary>
internal sealed record ListedPrice(string Model, Price Price)
{
    /// <summary>What the maker announced to take its place.</summary>
    public PriceChange? Change { get; init; }

    public Price On(DateOnly day) => Change is { } change && day >= change.From ? change.Price : Price;
}

/// <param name="From">The first day (UTC).</param>
/// <param name="Price">Which it will be.</param>
internal sealed record PriceChange(DateOnly From, Price Price);
