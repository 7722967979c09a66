using Gateway.Routing.Prices;

namespace Gateway.Routing;

/// <summary>Finds a model that can be asked for as things are configured: for lines that somebody pastes and that must work.</summary>
public static class ExampleModel
{
    /// <summary>What Claude Code asks for when nobody says otherwise; later ones are called alike.</summary>
    private static readonly string[] s_claudeCode = ["claude-haiku-5-5", "claude-sonnet-5", "claude-opus-5-5"];

    /// <summary>Of a maker's models those that cost little.</summary>
    private static readonly string[] s_small = ["mini", "haiku", "flash", "small"];

    /// <summary>Claude Code works as it is: each of its default models goes somewhere.</summary>
    public static bool ServesClaudeCode(Router router) => s_claudeCode.All(model => router.Find(model) is not null);

    /// <summary>Null when only the operator knows which names there are, as with deployments of Azure.</summary>
    public static string? Of(Router router) =>
        router.Catalog.Models.FirstOrDefault(model => !model.IsPattern)?.Id
        ?? OfPatterns(router)
        ?? router.Catalog.Providers.Values.SelectMany(Known).Select(known => $"{known.Provider}/{known.Model}").FirstOrDefault(direct => router.Find(direct) is not null);

    private static string? OfPatterns(Router router)
    {
        foreach (Model pattern in router.Catalog.Models.Where(model => model.IsPattern))
        {
            IEnumerable<string> names = pattern.Wildcards.Select(name => router.Catalog.Providers[name]).SelectMany(Known).Select(known => known.Model);
            if (names.Concat(s_claudeCode).FirstOrDefault(name => Router.Matches(pattern.Id, name) && router.Find(name)?.Model == pattern) is { } served
                && IsSold(router, pattern, served))
            {
                return served;
            }
        }

        return null;
    }

    /// <summary>A name that is passed on as it is must be one that its server has.</summary>
    private static bool IsSold(Router router, Model pattern, string name) => pattern.Wildcards.All(provider => router.Catalog.Providers[provider] is var server
        && (server.Kind == ProviderKind.Echo || Known(server).Any(known => known.Model == name)));

    /// <summary>What the price lists know to be sold there, the small and the new ones first. Deployments have the names that their operator gave them.</summary>
    private static IEnumerable<(string Provider, string Model)> Known(Provider provider) => provider.Kind != ProviderKind.AzureOpenAi && HostOf(provider) is { } host && BuiltInPrices.HasList(host)
            ? BuiltInPrices.ModelsAt(host).OrderDescending(StringComparer.Ordinal).OrderBy(name => s_small.Any(small => name.Contains(small, StringComparison.OrdinalIgnoreCase)) ? 0 : 1).Select(name => (provider.Name, name))
            : [];

    /// <summary>A proxy before a well-known provider has the models of that.</summary>
    private static string? HostOf(Provider provider) =>
        new[] { provider.BaseUrl, WellKnownProvider.All.FirstOrDefault(known => known.Name == provider.Name)?.BaseUrl }
            .Select(address => Uri.TryCreate(address, UriKind.Absolute, out Uri? url) ? url.Host : null).FirstOrDefault(host => host is not null && BuiltInPrices.HasList(host));
}
