using Gateway.Architecture.Tests.Sources;

namespace Gateway.Architecture.Tests.Rules;

/// <summary>Code looks down only.</summary>
internal static class LayerRule
{
    /// <summary>Who looks up, or to the side, at whom; one line for each pair of types, with the first place.</summary>
    public static IEnumerable<string> LooksUp(LayerOrder order, string project, IEnumerable<Dependency> looks) =>
        from look in looks
        where look.From.Project == project && look.To.Project == project
        where order.Has(look.From.Namespace) && order.Has(look.To.Namespace) && !order.Allows(look.From.Namespace, look.To.Namespace)
        group look by (look.From, look.To) into pair
        let first = pair.First()
        orderby first.File, first.Line
        select $"{first.Place}: {pair.Key.From} looks at {pair.Key.To}{(pair.Count() == 1 ? "" : $", in {pair.Count()} places")}";

    /// <summary>Namespaces without a layer, and layers without a type: a rule about nothing holds nothing.</summary>
    public static IEnumerable<string> Unlisted(LayerOrder order, IReadOnlyCollection<string> written) =>
    [
        .. written.Where(name => !order.Has(name)).Order(StringComparer.Ordinal).Select(name => $"{name} has no layer"),
        .. order.Namespaces.Where(name => !written.Contains(name)).Select(name => $"{name} is a layer without a type"),
    ];
}
