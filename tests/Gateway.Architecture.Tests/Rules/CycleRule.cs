using Gateway.Architecture.Tests.Sources;

namespace Gateway.Architecture.Tests.Rules;

/// <summary>No ring of namespaces.</summary>
internal static class CycleRule
{
    /// <summary>Each ring with its arrows, those of fewest places first: there it is cut most cheaply.</summary>
    public static IEnumerable<string> Rings(NamespaceGraph graph) => graph.Rings.Select(ring =>
        string.Join("\n  ", Arrows(graph, ring).Prepend($"{string.Join(", ", ring)} stand in a ring:")));

    private static IEnumerable<string> Arrows(NamespaceGraph graph, IReadOnlyList<string> ring) =>
        from name in ring
        from edge in graph.From(name)
        where ring.Contains(edge.Key)
        orderby edge.Value.Count, name
        select $"{name} -> {edge.Key} ({edge.Value.Count}): {edge.Value[0].Place}: {edge.Value[0].From} looks at {edge.Value[0].To}";
}
