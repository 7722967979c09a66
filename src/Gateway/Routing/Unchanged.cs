using Gateway.Routing.Prices;

namespace Gateway.Routing;

/// <summary>What is still as it was when the catalogue changes: only of that is what was found out before worth keeping.</summary>
internal sealed class Unchanged(Catalog before, Catalog now)
{
    /// <summary>Names of targets that the operator wrote.</summary>
    private readonly HashSet<string> _series = [.. now.Models.SelectMany(model => model.Targets.Select(target => target.Model).Append(model.Id))];

    private readonly HashSet<int?> _bounds = [.. now.Models.SelectMany(model => model.Targets).Select(target => target.MaxConcurrent)];

    /// <summary>All that there are now.</summary>
    public IEnumerable<Provider> Providers => now.Providers.Values;

    /// <summary>The same server, by the same means.</summary>
    public bool HasProvider(string name) =>
        before.Providers.TryGetValue(name, out Provider? old) && now.Providers.TryGetValue(name, out Provider? provider)
        && (old.Name, old.Kind, old.BaseUrl, old.TokenScope, old.Auth) == (provider.Name, provider.Kind, provider.BaseUrl, provider.TokenScope, provider.Auth)
        && old.Headers.SequenceEqual(provider.Headers)
        && old.ApiKeys.SequenceEqual(provider.ApiKeys, StringComparer.Ordinal);

    /// <summary>Of such a target, or with no series of the provider as a whole, so many calls at once are allowed still.</summary>
    public bool HasBound(string provider, string? series, int most) => now.Providers.TryGetValue(provider, out Provider? known)
        && (series is null ? known.MaxConcurrent == most : _bounds.Contains(most) && HasTarget(provider, series));

    /// <summary>Of that provider, and still asked for by that name.</summary>
    /// <param name="provider">Its name.</param>
    /// <param name="series">As <see cref="Target.Series"/>.</param>
    public bool HasTarget(string provider, string series) =>
        HasProvider(provider) && (_series.Contains(series) || series == $"{provider}/*" || BuiltInPrices.Knows(series));
}
