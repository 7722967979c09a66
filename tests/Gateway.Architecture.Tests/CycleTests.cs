using Gateway.Architecture.Tests.Rules;
using Gateway.Architecture.Tests.Sources;
using Xunit.Abstractions;

namespace Gateway.Architecture.Tests;

/// <summary>No namespaces of a project know each other in a ring; a parent and its child are two.</summary>
public sealed class CycleTests(ITestOutputHelper output)
{
    public static TheoryData<string> Projects => [.. SourceModel.Src.Projects.Select(project => project.Name)];

    [Theory]
    [MemberData(nameof(Projects))]
    public void Namespaces_stand_in_no_ring(string project) => Findings.None(
        "Cut the ring where fewest places are named: move a type, or split the shared part off into a namespace of its own below.",
        CycleRule.Rings(new NamespaceGraph(project, SourceModel.Src.Dependencies)));

    /// <summary>The graph for people: <c>dotnet test tests/Gateway.Architecture.Tests --filter Print --logger "console;verbosity=detailed"</c>.</summary>
    [Theory]
    [MemberData(nameof(Projects))]
    public void Print_the_graph(string project)
    {
        NamespaceGraph graph = new(project, SourceModel.Src.Dependencies);
        output.WriteLine(graph.Print());
        string[] up = project == "Gateway" ? [.. LayerRule.LooksUp(Layers.Gateway, project, SourceModel.Src.Dependencies)] : [];
        output.WriteLine(string.Join('\n', up.Prepend($"{up.Length} look up.")));
        Assert.NotEmpty(graph.Namespaces);
    }

    [Fact]
    public void Ring_of_three_is_found()
    {
        string ring = Assert.Single(RingsOf("namespace A { class X { B.Y y; } } namespace B { class Y { C.Z z; } } namespace C { class Z { A.X x; } } namespace D { class W { A.X x; } }"));
        Assert.StartsWith("A, B, C stand in a ring:", ring, StringComparison.Ordinal);
        Assert.Contains("src/Gateway/0.cs:1: A.X looks at B.Y", ring, StringComparison.Ordinal);
    }

    [Fact]
    public void Parent_and_child_are_a_ring() => Assert.StartsWith(
        "A, A.B stand in a ring:", Assert.Single(RingsOf("namespace A { class X { B.Y y; } } namespace A.B { class Y { X x; } }")), StringComparison.Ordinal);

    [Fact]
    public void Two_rings_are_two() => Assert.Equal(
        2, RingsOf("namespace A { class X { B.Y y; } } namespace B { class Y { A.X x; C.Z z; } } namespace C { class Z { D.W w; } } namespace D { class W { C.Z z; } }").Count());

    [Fact]
    public void One_way_is_no_ring() => Assert.Empty(RingsOf("namespace A { class X { B.Y y; A.C.Z z; } } namespace B { class Y { A.C.Z z; } } namespace A.C { class Z; }"));

    private static IEnumerable<string> RingsOf(string code) => CycleRule.Rings(new NamespaceGraph("Gateway", SourceModel.Of("Gateway", code).Dependencies));
}
