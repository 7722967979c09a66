using Gateway.Routing.Prices;

namespace Gateway.Routing;

/// <summary>The price of what serves a request: the operator's, else the built-in one.</summary>
internal static class PriceList
{
    private static readonly Price s_free = new("free", 0, 0) { CacheRead = 0, CacheWrite5m = 0, CacheWrite1h = 0 };

    /// <summary>
    /// Null when nobody said what it costs. What one model of the catalogue costs, its target costs under every other
    /// name, too: asking for <c>provider/model</c> must not be a way around the price, nor that of one of its snapshots.
    /// </summary>
    public static Price? Find(Catalog catalog, Model? model, TargetEntry entry, Provider provider, string upstreamModel, DateOnly day) =>
        entry.Price
        ?? model?.Price
        ?? catalog.PriceOf(provider, upstreamModel)
        ?? BuiltIn(provider, upstreamModel, day)
        ?? catalog.PriceOf(provider, BuiltInPrices.WithoutDate(upstreamModel))
        ?? Catalog.DearestOf(catalog.NamingOtherDays(provider, upstreamModel));

    public static Price? BuiltIn(Provider provider, string upstreamModel, DateOnly day) =>
        provider.Kind == ProviderKind.Echo ? s_free
        : Uri.TryCreate(provider.BaseUrl, UriKind.Absolute, out Uri? url) ? BuiltInPrices.IsFree(url.Host, upstreamModel) ? s_free : BuiltInPrices.Locate(url.Host, upstreamModel)?.Listed.On(day)
        : null;

    /// <summary>Who said the price that <see cref="Find"/> finds, for people; null when nobody did.</summary>
    public static string? OriginOf(Catalog catalog, Model? model, TargetEntry entry, Provider provider, string upstreamModel) =>
        entry.Price is not null ? "configured target"
        : model?.Price is not null ? "configured model"
        : NamedBy(catalog.Naming(provider, upstreamModel)) is { } named ? $"model {named}, which names this target"
        : provider.Kind == ProviderKind.Echo ? "echo is free"
        : (Uri.TryCreate(provider.BaseUrl, UriKind.Absolute, out Uri? url) ? BuiltInPrices.IsFree(url.Host, upstreamModel) ? ":free costs nothing" : BuiltInPrices.Locate(url.Host, upstreamModel)?.Sheet.ToString() : null)
            ?? (NamedBy(catalog.Naming(provider, BuiltInPrices.WithoutDate(upstreamModel))) is { } series ? $"model {series}, which names this target without its date" : null)
            ?? (NamedBy(catalog.NamingOtherDays(provider, upstreamModel)) is { } other ? $"model {other}, which names this target of another date" : null);

    /// <summary>The model whose price holds for what it names.</summary>
    private static string? NamedBy(IEnumerable<(Model Model, TargetEntry Entry)> named) => Catalog.DearestOf(named) is { } price
        ? named.First(each => (each.Entry.Price ?? each.Model.Price) == price).Model.Id
        : null;
}
