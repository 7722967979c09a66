using Gateway.Authentication.Access;
using Gateway.Routing;
using Gateway.Upstreams;

namespace Gateway.Http;

/// <summary>
/// What one caller may ask for: the models that the operator named, in his order, then for each wildcard what its
/// providers offer and it lets through.
/// </summary>
public sealed class ModelList(LiveRouter live, OfferedModels offered)
{
    internal async Task<List<ListedModel>> OfAsync(Caller caller, CancellationToken cancellationToken)
    {
        Router router = live.Now;
        Catalog catalog = router.Catalog;
        List<ListedModel> models = [];
        HashSet<string> named = new(StringComparer.Ordinal);
        foreach (Model model in catalog.Models.Where(m => !m.IsPattern && named.Add(m.Id)))
        {
            if (ModelAccess.Find(router, caller, model.Id, out _) is { } route)
            {
                models.Add(new ListedModel(model.Id, route));
            }
        }

        Model[] patterns = [.. catalog.Models.Where(m => m.IsPattern)];
        string[] providers = [.. patterns.SelectMany(m => m.Wildcards).Distinct(StringComparer.OrdinalIgnoreCase).Where(caller.AllowsProvider)];
        IReadOnlyList<string>[] names = await Task.WhenAll(providers.Select(name => offered.OfAsync(catalog.Providers[name], cancellationToken)));
        ILookup<string, string> offers = providers.Zip(names).SelectMany(pair => pair.Second, (pair, name) => (Provider: pair.First, Name: name))
            .ToLookup(offer => offer.Provider, offer => offer.Name, StringComparer.OrdinalIgnoreCase);
        foreach (Model pattern in patterns)
        {
            foreach (string name in pattern.Wildcards.SelectMany(provider => offers[provider]).Order(StringComparer.Ordinal))
            {
                if (!named.Contains(name) && Router.Matches(pattern.Id, name) && Serves(router, pattern, name, caller) is { } route)
                {
                    named.Add(name);
                    models.Add(new ListedModel(name, route));
                }
            }
        }

        return models;
    }

    /// <summary>An earlier pattern may take the name to somebody else.</summary>
    private static Route? Serves(Router router, Model pattern, string name, Caller caller) =>
        ModelAccess.Peek(router, caller, name, out _)?.Allowed is { } route && route.Model == pattern ? route : null;
}

/// <param name="Id">As clients ask for it.</param>
/// <param name="Route">Where this caller's requests for it go.</param>
internal sealed record ListedModel(string Id, Route Route);
