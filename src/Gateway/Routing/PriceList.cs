using Gateway.Routing.Prices;

namespace Gateway.Routing;

/// <summary>The price of what serves a request: the operator's, else the built-in one.</summary>
internal static class PriceList
{
    private static readonly Price s_free = new("free", 0, 0) { CacheRead = 0, CacheWrite5m = 0, CacheWrite1h = 0 };

    /// <summary>
    /// Null when nobody said what it costs. What one model of the catalogue costs, its target costs under every other
    /// name, too: asking for <c>provider/model</c> must not be a way around the price.
    /// </summary>
    public static Price? Find(Catalog catalog, Model? model, TargetEntry entry, Provider provider, string upstreamModel) =>
        entry.Price
        ?? model?.Price
        ?? Configured(catalog, provider, upstreamModel)
        ?? BuiltIn(provider, upstreamModel);

    /// <summary>What the operator said that this model of this provider costs, under whatever name; the dearest.</summary>
    public static Price? Configured(Catalog catalog, Provider provider, string upstreamModel) =>
        catalog.Models.SelectMany(other => other.Targets.Where(target => Serves(other, target, provider, upstreamModel)).Select(target => target.Price ?? other.Price)).OfType<Price>().MaxBy(price => price.Input + price.Output);

    public static Price? BuiltIn(Provider provider, string upstreamModel) =>
        provider.Kind == ProviderKind.Echo ? s_free
        : Uri.TryCreate(provider.BaseUrl, UriKind.Absolute, out Uri? url) ? BuiltInPrices.Find(url.Host, upstreamModel)
        : null;

    /// <summary>Some servers do not mind how a model's name is capitalized.</summary>
    private static bool Serves(Model model, TargetEntry target, Provider provider, string upstreamModel) =>
        provider.Name.Equals(target.Provider, StringComparison.OrdinalIgnoreCase)
        && (upstreamModel.Equals(target.Model, StringComparison.OrdinalIgnoreCase)
            || (target.Model == "*" && Router.Matches(model.Id.ToUpperInvariant(), upstreamModel.ToUpperInvariant())));
}
