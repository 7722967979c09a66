using System.Collections.Concurrent;
using System.Collections.Frozen;
using Gateway.Routing.Prices;
using Gateway.Translation.Profiles;

namespace Gateway.Routing;

/// <summary>From the model that was asked for to the places that serve it. Exact ids win, then the first pattern.</summary>
public sealed class Router(Catalog catalog)
{
    /// <summary>Wildcards and direct routes take any name of up to 256 characters; this many are kept, some 2 MB at most.</summary>
    private const int MaxCached = 1000;
    private const string ContextMark = "[1m]";

    private readonly FrozenDictionary<string, Model> _exact = catalog.Models.Where(m => !m.IsPattern).DistinctBy(m => m.Id).ToFrozenDictionary(m => m.Id, StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Route> _routes = new(StringComparer.Ordinal);

    public Catalog Catalog => catalog;

    /// <summary>How many names were kept.</summary>
    internal int Kept => _routes.Count;

    /// <summary>Null when no model of that name is offered.</summary>
    public Route? Find(string requestedModel)
    {
        string name = WithoutMark(requestedModel);
        return _routes.GetValueOrDefault(name) ?? Resolve(name);
    }

    /// <summary>Spares the search from now on. For routes that somebody may use: other names would only take room.</summary>
    public void Keep(Route route)
    {
        if (!_routes.ContainsKey(route.RequestedModel))
        {
            if (_routes.Count >= MaxCached)
            {
                // Whoever made up a thousand names must not keep the good ones out for good.
                _routes.Clear();
            }

            _routes[route.RequestedModel] = route;
        }
    }

    /// <summary>
    /// Claude Code's users choose the large context by a mark behind the name. It is no part of the name: no upstream
    /// knows it. Unless the operator offers a model that has it.
    /// </summary>
    private string WithoutMark(string requested) =>
        requested.Length > ContextMark.Length
        && requested.EndsWith(ContextMark, StringComparison.OrdinalIgnoreCase)
        && !catalog.Models.Any(m => m.Id.EndsWith(ContextMark, StringComparison.OrdinalIgnoreCase) && Matches(m.Id, requested))
            ? requested[..^ContextMark.Length]
            : requested;

    private Route? Resolve(string requested)
    {
        Model? model = _exact.GetValueOrDefault(requested)
            ?? catalog.Models.FirstOrDefault(m => m.IsPattern && Matches(m.Id, requested));
        if (model is not null)
        {
            return new Route(requested, model, [.. model.Targets.Select(t => ToTarget(t, requested, model))]);
        }

        int slash = requested.IndexOf('/', StringComparison.Ordinal);
        return slash > 0 && slash < requested.Length - 1 && catalog.Providers.ContainsKey(requested[..slash])
            ? new Route(requested, null, [ToTarget(requested, requested, null)])
            : null;
    }

    private Target ToTarget(string target, string requested, Model? model)
    {
        int slash = target.IndexOf('/', StringComparison.Ordinal);
        Provider provider = catalog.Providers[target[..slash]];
        string upstream = target[(slash + 1)..];
        bool chosen = model is null || (upstream == "*" && model.IsPattern);
        upstream = upstream == "*" ? requested : upstream;
        return new Target(provider, upstream, ProfileOf(provider, upstream, model))
        {
            ContextWindow = model?.ContextWindow,
            Price = PriceList.Find(catalog, model, provider, upstream),
            Series = chosen && !BuiltInPrices.Knows(upstream) ? model?.Id ?? $"{provider.Name}/*" : upstream,
        };
    }

    /// <summary>Defaults of the family, then of the provider, then what the operator set for the provider and the model.</summary>
    private static Profile ProfileOf(Provider provider, string upstreamModel, Model? model)
    {
        Profile profile = ModelFamilies.ProfileOf(upstreamModel);
        if (WellKnownProvider.Of(provider) is { } known)
        {
            profile = known.Adapt(profile, upstreamModel);
        }

        if (provider.Kind == ProviderKind.Echo)
        {
            // It speaks like OpenAI and leaves nothing out.
            profile = Profile.Default;
        }

        foreach (ProfileSetting setting in provider.Settings.Concat(model?.Settings ?? []))
        {
            profile = ProfileFlags.TrySet(profile, setting.Name, setting.Values) ?? profile;
        }

        return model?.MaxOutputTokens is { } max && profile.MaxOutputTokens is null
            ? profile with { MaxOutputTokens = max }
            : profile;
    }

    /// <summary>Compares with a pattern whose <c>*</c> stands for any text, also none.</summary>
    public static bool Matches(string pattern, string text)
    {
        int p = 0;
        int t = 0;
        int star = -1;
        int mark = 0;
        while (t < text.Length)
        {
            if (p < pattern.Length && pattern[p] == '*')
            {
                star = p++;
                mark = t;
            }
            else if (p < pattern.Length && pattern[p] == text[t])
            {
                p++;
                t++;
            }
            else if (star >= 0)
            {
                p = star + 1;
                t = ++mark;
            }
            else
            {
                return false;
            }
        }

        return pattern.AsSpan(p).Trim('*').IsEmpty;
    }
}
