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
    public static Price? Find(Catalog catalog, Model? model, Provider provider, string upstreamModel) =>
        model?.Price
        ?? catalog.Models.Where(other => other.Price is not null && Serves(other, provider, upstreamModel)).Select(other => other.Price).MaxBy(price => price!.Input + price.Output)
        ?? (provider.Kind == ProviderKind.Echo ? s_free
            : Uri.TryCreate(provider.BaseUrl, UriKind.Absolute, out Uri? url) ? BuiltInPrices.Find(url.Host, upstreamModel)
            : null);

    /// <summary>Some servers do not mind how a model's name is capitalized.</summary>
    private static bool Serves(Model model, Provider provider, string upstreamModel) => model.Targets.Any(target =>
    {
        int slash = target.IndexOf('/', StringComparison.Ordinal);
        return provider.Name.Equals(target[..slash], StringComparison.OrdinalIgnoreCase)
            && (upstreamModel.Equals(target[(slash + 1)..], StringComparison.OrdinalIgnoreCase)
                || (target[(slash + 1)..] == "*" && Router.Matches(model.Id.ToUpperInvariant(), upstreamModel.ToUpperInvariant())));
    });
}
