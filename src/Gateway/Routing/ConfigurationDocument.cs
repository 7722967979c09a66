using Gateway.Translation.Profiles;

namespace Gateway.Routing;

/// <summary>What a catalogue comes to, as <c>gw config check</c> and <c>GET /manage/config</c> show it: no secrets.</summary>
public sealed record ConfigurationDocument(IReadOnlyList<ProviderDocument> Providers, IReadOnlyList<ModelDocument> Models)
{
    internal static ConfigurationDocument Of(Router router) => new(
        [.. router.Catalog.Providers.Values.OrderBy(provider => provider.Name, StringComparer.Ordinal).Select(ProviderDocument.Of)],
        [.. router.Catalog.Models.Select(model => ModelDocument.Of(router, model))]);
}

/// <param name="Name">As targets name it.</param>
/// <param name="Kind">As it is set.</param>
/// <param name="Host">Of its address; null for what is built in.</param>
/// <param name="Auth">How the gateway shows who it is.</param>
public sealed record ProviderDocument(string Name, string Kind, string? Host, string Auth)
{
    internal static ProviderDocument Of(Provider provider) => new(
        provider.Name,
        provider.Kind switch
        {
            ProviderKind.OpenAi => "openai",
            ProviderKind.AzureOpenAi => "azure-openai",
            ProviderKind.Anthropic => provider.Vertex is null ? "anthropic" : CloudReader.Vertex,
            _ => "echo",
        },
        provider.Kind != ProviderKind.Echo && Uri.TryCreate(provider.BaseUrl, UriKind.Absolute, out Uri? url) ? url.Authority : null,
        AuthOf(provider));

    /// <summary>What its own settings make of a model that nobody knows.</summary>
    internal static Profile ProfileOf(Provider provider) =>
        provider.Settings.Aggregate(Profile.Default, (profile, setting) => ProfileFlags.TrySet(profile, setting.Name, setting.Values) ?? profile);

    private static string AuthOf(Provider provider) =>
        ProfileOf(provider).ClientCredential ? "the client's own"
        : provider.Cloud is { } cloud ? cloud.Words
        : provider.ApiKeys.Count > 1 ? $"{provider.ApiKeys.Count} keys"
        : provider.ApiKey is not null ? "key"
        : provider.TokenScope is not null ? "the gateway's identity"
        : "none";
}

/// <param name="Id">What clients ask for; may hold <c>*</c>.</param>
/// <param name="Aliases">Other names of it.</param>
/// <param name="Order">Which target is asked first.</param>
/// <param name="ContextWindow">In tokens, as far as known.</param>
/// <param name="MaxOutputTokens">In tokens, as far as known.</param>
/// <param name="Targets">All that may be asked, in the order in which they are written.</param>
public sealed record ModelDocument(string Id, IReadOnlyList<string> Aliases, string Order, int? ContextWindow, int? MaxOutputTokens, IReadOnlyList<TargetDocument> Targets)
{
    internal static ModelDocument Of(Router router, Model model) => new(
        model.Id,
        model.Aliases,
        model.Order.ToString().ToLowerInvariant(),
        model.ContextWindow,
        model.MaxOutputTokens,
        [.. router.Find(model.Id)!.Targets.DistinctBy(target => target.ToString()).Select(TargetDocument.Of)]);
}

/// <param name="Target"><c>provider/model</c>; a <c>*</c> stands for what of the name that was asked for.</param>
/// <param name="Price">USD per million tokens; null where nobody said it, or the name that is asked for says it.</param>
/// <param name="PriceByName">The name that is asked for decides the price.</param>
/// <param name="ContextWindow">In tokens, as far as known.</param>
/// <param name="Weight">Compared with its neighbours'.</param>
public sealed record TargetDocument(string Target, PriceDocument? Price, bool PriceByName, int? ContextWindow, double Weight)
{
    internal static TargetDocument Of(Target target) => new(
        target.ToString(),
        target.Price is { } price ? new PriceDocument(price.Input, price.Output, price.Version) : null,
        target.Price is null && target.UpstreamModel.Contains('*', StringComparison.Ordinal),
        target.ContextWindow,
        target.Weight);
}

/// <param name="Input">USD per million tokens.</param>
/// <param name="Output">USD per million tokens.</param>
/// <param name="Version">Of which list.</param>
public sealed record PriceDocument(decimal Input, decimal Output, string Version);
