using System.Globalization;
using System.Text;

namespace Gateway.Architecture.Tests.Sources;

/// <summary>Which namespace of a project knows which, parents and children apart.</summary>
internal sealed class NamespaceGraph
{
    private readonly SortedDictionary<string, SortedDictionary<string, List<Dependency>>> _edges = new(StringComparer.Ordinal);

    public NamespaceGraph(string project, IEnumerable<Dependency> looks)
    {
        foreach (Dependency look in looks.Where(l => l.From.Project == project && l.To.Project == project))
        {
            SortedDictionary<string, List<Dependency>> from = Node(look.From.Namespace);
            Node(look.To.Namespace);
            if (look.From.Namespace != look.To.Namespace)
            {
                if (!from.TryGetValue(look.To.Namespace, out List<Dependency>? edge))
                {
                    from[look.To.Namespace] = edge = [];
                }

                edge.Add(look);
            }
        }

        Rings = FindRings();
    }

    public IEnumerable<string> Namespaces => _edges.Keys;

    /// <summary>Groups of namespaces that all reach each other: to change one is to know all.</summary>
    public IReadOnlyList<IReadOnlyList<string>> Rings { get; }

    public IReadOnlyDictionary<string, List<Dependency>> From(string name) => _edges[name];

    /// <summary>For people: each namespace with what it knows, in how many places.</summary>
    public string Print()
    {
        StringBuilder text = new();
        foreach ((string from, SortedDictionary<string, List<Dependency>> to) in _edges)
        {
            text.Append(CultureInfo.InvariantCulture, $"{(from.Length == 0 ? "(start)" : from)} -> ")
                .AppendJoin(", ", to.Select(edge => $"{edge.Key} ({edge.Value.Count})"))
                .AppendLine(to.Count == 0 ? "nothing" : "");
        }

        text.AppendLine(Rings.Count == 0 ? "No ring." : "");
        foreach (IReadOnlyList<string> ring in Rings)
        {
            text.Append(CultureInfo.InvariantCulture, $"RING of {ring.Count}: ").AppendJoin(", ", ring).AppendLine();
        }

        return text.ToString();
    }

    private SortedDictionary<string, List<Dependency>> Node(string name) =>
        _edges.TryGetValue(name, out SortedDictionary<string, List<Dependency>>? known) ? known : _edges[name] = new(StringComparer.Ordinal);

    /// <summary>Two namespaces are in one ring if each reaches the other.</summary>
    private List<IReadOnlyList<string>> FindRings()
    {
        Dictionary<string, HashSet<string>> reach = _edges.Keys.ToDictionary(name => name, Reach);
        List<IReadOnlyList<string>> rings = [];
        HashSet<string> done = [];
        foreach (string name in _edges.Keys.Where(name => reach[name].Contains(name)))
        {
            string[] ring = [.. _edges.Keys.Where(other => reach[name].Contains(other) && reach[other].Contains(name))];
            if (done.Add(ring[0]))
            {
                rings.Add(ring);
            }
        }

        return rings;
    }

    private HashSet<string> Reach(string start)
    {
        HashSet<string> seen = [];
        Stack<string> open = new([start]);
        while (open.TryPop(out string? name))
        {
            foreach (string next in _edges[name].Keys.Where(seen.Add))
            {
                open.Push(next);
            }
        }

        return seen;
    }
}
