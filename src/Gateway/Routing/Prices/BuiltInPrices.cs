using System.Text.RegularExpressions;

namespace Gateway.Routing.Prices;

/// <summary>
/// Standard list prices of well-known models where they are sold, one <see cref="PriceSheet"/> a maker, read when the
/// first model of it is asked for. Batch, priority and fast rates, audio, and fees for server tools are not in it. A
/// configured price always wins.
/// </summary>
internal static partial class BuiltInPrices
{
    private static readonly Dictionary<string, Lazy<PriceSheet>> s_sheets = ((string[])
        ["anthropic", "openai", "gemini", "deepseek", "mistral", "groq", "xai", "moonshot", "zai", "fireworks", "together", "cerebras"])
        .ToDictionary(name => name, name => new Lazy<PriceSheet>(() => PriceSheet.Read(name)), StringComparer.Ordinal);

    private static readonly Seller[] s_sellers =
    [
        new("api.anthropic.com", ("", "anthropic")),
        new("api.openai.com", ("", "openai")),

        // A deployment that is called like its model is taken to be of that model, at the global price.
        new(".openai.azure.com", ("", "openai"), ("", "anthropic")),
        new(".cognitiveservices.azure.com", ("", "openai"), ("", "anthropic")),
        new(".services.ai.azure.com", ("", "openai"), ("", "anthropic")),
        new("generativelanguage.googleapis.com", ("", "gemini"), ("models/", "gemini")),
        new("api.deepseek.com", ("", "deepseek")),
        new("api.mistral.ai", ("", "mistral")),
        new("api.groq.com", ("", "groq")),
        new("api.x.ai", ("", "xai")),
        new("api.moonshot.ai", ("", "moonshot")),
        new("api.z.ai", ("", "zai")),
        new("api.fireworks.ai", ("accounts/fireworks/models/", "fireworks"), ("", "fireworks")),
        new("api.together.xyz", ("", "together")),
        new("api.cerebras.ai", ("", "cerebras")),

        // It sells at the makers' prices; what a request did cost, its answer says.
        new("openrouter.ai", ("openai/", "openai"), ("anthropic/", "anthropic"), ("google/", "gemini"), ("deepseek/", "deepseek"), ("mistralai/", "mistral"), ("x-ai/", "xai"), ("moonshotai/", "moonshot"), ("z-ai/", "zai")) { HasVariants = true },
    ];

    public static IEnumerable<PriceSheet> Sheets => s_sheets.Values.Select(sheet => sheet.Value);

    /// <summary>Of each seller the host, or how the hosts of its customers end, and the lists that hold there.</summary>
    public static IEnumerable<(string Host, IEnumerable<PriceSheet> Sheets)> Sellers =>
        s_sellers.Select(seller => (seller.Host, seller.Shelves.Select(shelf => s_sheets[shelf.Sheet].Value).Distinct()));

    /// <summary>Whether a list has the very name, which bounds how many there are.</summary>
    public static bool Knows(string model) => Sheets.Any(sheet => sheet.Prices.TryGetValue(model, out ListedPrice? listed) && listed.Model == model);

    /// <summary>Prices of some models there are known.</summary>
    public static bool HasList(string host) => SellerAt(host) is not null;

    /// <summary>OpenRouter takes nothing for what ends so, whoever made it.</summary>
    public static bool IsFree(string host, string model) => SellerAt(host)?.HasVariants == true && model.EndsWith(":free", StringComparison.OrdinalIgnoreCase);

    /// <summary>A model's name without the date of its snapshot.</summary>
    public static string WithoutDate(string model) => Snapshot().Replace(model, "");

    /// <summary>The price, with the list that it stands in.</summary>
    /// <param name="host">Of the provider's base URL: resellers and other regions have prices of their own.</param>
    /// <param name="model">The upstream's name, dated snapshots included.</param>
    public static (ListedPrice Listed, PriceSheet Sheet)? Locate(string host, string model)
    {
        Seller? seller = SellerAt(host);
        model = seller?.HasVariants == true && model.LastIndexOf(':') is > 0 and var colon ? model[..colon] : model;
        foreach ((string prefix, string sheet) in seller?.Shelves ?? [])
        {
            if (model.StartsWith(prefix, StringComparison.OrdinalIgnoreCase) && Find(s_sheets[sheet].Value, model[prefix.Length..]) is { } found)
            {
                return (found, s_sheets[sheet].Value);
            }
        }

        return null;
    }

    /// <summary>What can be asked for there, as the seller calls it.</summary>
    public static IEnumerable<string> ModelsAt(string host) =>
        (SellerAt(host)?.Shelves ?? []).DistinctBy(shelf => shelf.Sheet).SelectMany(shelf => s_sheets[shelf.Sheet].Value.Prices.Values.Select(listed => shelf.Prefix + listed.Model)).Order(StringComparer.Ordinal);

    private static ListedPrice? Find(PriceSheet sheet, string model)
    {
        string series = Snapshot().Replace(model, "");

        // Resellers write claude-opus-4.5 where Anthropic writes claude-opus-4-5.
        return sheet.Prices.GetValueOrDefault(model) ?? sheet.Prices.GetValueOrDefault(series) ?? sheet.Prices.GetValueOrDefault(series.Replace('.', '-'));
    }

    private static Seller? SellerAt(string host) => s_sellers.FirstOrDefault(seller => seller.Has(host));

    /// <summary>Names of one model on one day, whose price is that of the model.</summary>
    [GeneratedRegex(@"-(\d{8}|\d{4}-\d{2}-\d{2}|latest|00\d|preview(-\d{2}-\d{2,4})?)$", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Snapshot();

    /// <param name="Host">With a dot in front it is how the hosts of its customers end.</param>
    /// <param name="Shelves">What its names begin with, and in which list the rest of the name stands.</param>
    private sealed record Seller(string Host, params (string Prefix, string Sheet)[] Shelves)
    {
        /// <summary>What stands behind a colon says by whom or how a model is served, not which it is.</summary>
        public bool HasVariants { get; init; }

        public bool Has(string host) => Host[0] == '.' ? host.EndsWith(Host, StringComparison.OrdinalIgnoreCase) : host.Equals(Host, StringComparison.OrdinalIgnoreCase);
    }
}
