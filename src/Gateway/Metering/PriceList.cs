using Gateway.Routing;

namespace Gateway.Metering;

/// <summary>The price of what serves a request: the operator's for the model, else the built-in one.</summary>
public static class PriceList
{
    private static readonly Price s_free = new("free", 0, 0) { CacheRead = 0, CacheWrite5m = 0, CacheWrite1h = 0 };

    /// <summary>Null when nobody said what the model costs.</summary>
    public static Price? Find(Model? model, Target target) =>
        model?.Price
        ?? (target.Provider.Kind == ProviderKind.Echo ? s_free
            : Uri.TryCreate(target.Provider.BaseUrl, UriKind.Absolute, out Uri? url) ? BuiltInPrices.Find(url.Host, target.UpstreamModel)
            : null);
}
