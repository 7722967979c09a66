using System.Text.RegularExpressions;
using ArchUnitNET.Loader;
using static ArchUnitNET.Fluent.ArchRuleDefinition;
using Assembly = System.Reflection.Assembly;

namespace Gateway.Architecture.Tests;

/// <summary>The order of <see cref="Layers"/> once more, read from what is built: it holds what generators wrote, and nothing that the sources' model may get wrong.</summary>
public sealed class CompiledLayerTests
{
    private static readonly Lazy<ArchUnitNET.Domain.Architecture> s_built = new(() => new ArchLoader().LoadAssemblies(Assembly.Load("Gateway")).Build());

    public static TheoryData<string> Namespaces => [.. Layers.Gateway.Namespaces];

    [Theory]
    [MemberData(nameof(Namespaces))]
    public void Built_code_looks_down_only(string name) => Findings.None(
        "Move the type that is needed down, or the code that needs it up. The order is in Layers.cs.", LooksUp(Layers.Gateway, name));

    [Fact]
    public void Layers_upside_down_are_found()
    {
        LayerOrder upsideDown = new([.. Layers.Gateway.Namespaces.Reverse()]);
        Assert.Contains("Gateway.GatewayServices does depend on", string.Join('\n', LooksUp(upsideDown, "Gateway")), StringComparison.Ordinal);
    }

    private static IEnumerable<string> LooksUp(LayerOrder order, string name)
    {
        string above = string.Join('|', order.Forbidden(name).Select(Regex.Escape));
        return above.Length == 0 ? [] : Types().That().ResideInNamespace(name).Should().NotDependOnAny(Types().That().ResideInNamespaceMatching($"^({above})$"))
            .WithoutRequiringPositiveResults().Evaluate(s_built.Value).Where(result => !result.Passed).Select(result => result.Description);
    }
}
