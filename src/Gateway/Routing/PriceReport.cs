using Gateway.Routing.Prices;
using Gateway.Translation.Hub;
using Microsoft.Extensions.Configuration;

namespace Gateway.Routing;

/// <summary>What is known of prices, for people: of each offered model and target the price, who said it, and what an example costs.</summary>
/// <param name="input">The example's input, that from the cache included.</param>
/// <param name="cached">How much of it comes from the cache.</param>
/// <param name="output">The example's output.</param>
/// <param name="day">Whose prices they are (UTC).</param>
public sealed class PriceReport(long input, long cached, long output, DateOnly day)
{
    private readonly TokenUsage _example = new() { Input = input - cached, CacheRead = cached, Output = output };

    /// <summary>Of the configuration, by the gateway's own reader.</summary>
    /// <exception cref="Settings.ConfigurationException">The gateway would not start with it.</exception>
    /// <param name="configuration">All of the gateway's settings.</param>
    /// <param name="model">A name that a client may ask for, or a pattern of ids; null for all models.</param>
    public IReadOnlyList<PricedTarget> Of(IConfiguration configuration, string? model)
    {
        Catalog catalog = CatalogReader.Read(configuration);
        IEnumerable<(Model? Model, string Name)> asked = model is null || model.Contains('*', StringComparison.Ordinal)
            ? catalog.Models.Where(offered => model is null || Router.Matches(model, offered.Id)).Select(offered => ((Model?)offered, offered.Id))
            : ModelNames.Find(catalog.Models, model) is { } found ? [(found, model)]
            : new Router(catalog).Find(model) is not null ? [(null, model)]
            : [];
        return [.. asked.SelectMany(one => Targets(catalog, one.Model, one.Name))];
    }

    /// <summary>Of the built-in lists; of all hosts, or of one.</summary>
    public IReadOnlyList<PricedTarget> BuiltIn(string? host) =>
        [.. BuiltInPrices.Sellers.Select(seller => seller.Host).Where(known => host is null || known.Contains(host, StringComparison.OrdinalIgnoreCase) || (known[0] == '.' && host.EndsWith(known, StringComparison.OrdinalIgnoreCase)))
            .SelectMany(known => BuiltInPrices.ModelsAt(known).Select(name => BuiltInPrices.Locate(known, name) is var (listed, sheet) ? Row(name, known, listed.On(day), sheet.ToString()) : Row(name, known, null, null)))];

    /// <summary>What the lists say of themselves from which the prices are.</summary>
    public static IReadOnlyList<string> Notes(IEnumerable<PricedTarget> rows) =>
        [.. BuiltInPrices.Sheets.Where(sheet => sheet.Note is not null && rows.Any(row => row.From == sheet.ToString())).Select(sheet => $"{sheet}: {sheet.Note}")];

    private IEnumerable<PricedTarget> Targets(Catalog catalog, Model? model, string name) =>
        (model?.Targets ?? [TargetEntry.Parse(name)]).SelectMany(entry =>
            entry.Provider is { } provider ? Places(catalog, model, entry, catalog.Providers[provider], name)
            : ModelNames.Find(catalog.Models, entry.Model) is { } other ? Targets(catalog, other, entry.Model).Select(row => row with { Model = name })
            : []);

    /// <summary>Behind a pattern are all names that a list knows, and the rest.</summary>
    private IEnumerable<PricedTarget> Places(Catalog catalog, Model? model, TargetEntry entry, Provider provider, string name)
    {
        if (entry.Model != "*" || !name.Contains('*', StringComparison.Ordinal))
        {
            string upstream = entry.Model == "*" ? model is { IsPattern: false } ? model.Id : name : entry.Model;
            return [Row(name, upstream)];
        }

        string[] known = entry.Price is null && model?.Price is null && Uri.TryCreate(provider.BaseUrl, UriKind.Absolute, out Uri? url)
            ? [.. BuiltInPrices.ModelsAt(url.Host).Where(listed => Router.Matches(name, listed))]
            : [];
        return [.. known.Select(listed => Row(listed, listed)), Row(known.Length > 0 ? $"{name} (others)" : name, name)];

        PricedTarget Row(string asked, string upstream) => this.Row(
            asked,
            $"{provider.Name}/{upstream}",
            PriceList.Find(catalog, model, entry, provider, upstream, day),
            PriceList.OriginOf(catalog, model, entry, provider, upstream));
    }

    private PricedTarget Row(string model, string target, Price? price, string? from) => new(model, target, price, from, price?.CostOf(_example));
}

/// <summary>A place that serves a model, with its price.</summary>
/// <param name="Model">What clients ask for.</param>
/// <param name="Target">Where it is served.</param>
/// <param name="Price">Null when nobody said it.</param>
/// <param name="From">Who said it.</param>
/// <param name="Example">What the example costs there.</param>
public sealed record PricedTarget(string Model, string Target, Price? Price, string? From, Usd? Example);
