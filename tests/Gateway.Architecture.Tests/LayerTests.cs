using Gateway.Architecture.Tests.Rules;
using Gateway.Architecture.Tests.Sources;
using Microsoft.CodeAnalysis;

namespace Gateway.Architecture.Tests;

/// <summary>The order of <see cref="Layers"/>, read from the sources.</summary>
public sealed class LayerTests
{
    private const string Cure = "Move the type that is needed down to whom it belongs, or the code that needs it up, or hand over what it needs as a parameter. The order is in Layers.cs.";

    private static readonly LayerOrder s_sample = new("Gateway.Low", "Gateway.Twin | Gateway.Other", "Gateway.Parent.Child", "Gateway.Parent", "Gateway");

    [Fact]
    public void Code_looks_down_only() => Findings.None(Cure, LayerRule.LooksUp(Layers.Gateway, "Gateway", SourceModel.Src.Dependencies));

    [Fact]
    public void Every_namespace_has_its_layer() => Findings.None(
        "A new folder needs a line in Layers.cs, where it looks down only; a folder that went takes its line with it.",
        LayerRule.Unlisted(Layers.Gateway, [.. SourceModel.Src.TypesOf("Gateway").Select(type => type.ContainingNamespace.ToDisplayString()).Distinct()]));

    [Fact]
    public void Root_holds_the_start_only() => Findings.None(
        "Every namespace sees what stands in Gateway without a using: move it into a layer.",
        SourceModel.Src.TypesOf("Gateway").Where(type => type.ContainingType is null && type.ContainingNamespace.ToDisplayString() == "Gateway")
            .Select(type => type.Name).Except(Layers.StartUp));

    [Theory]
    [InlineData("a using", "using Gateway.Parent; namespace Gateway.Low { class A; }", "Gateway.Low.A looks at Gateway.Parent.*")]
    [InlineData("a field", "namespace Gateway.Low { class A { Gateway.Parent.B b; } }", "Gateway.Low.A looks at Gateway.Parent.B")]
    [InlineData("a constant, which is inlined", "namespace Gateway.Low { class A { const int Number = Gateway.Parent.B.Number; } }", "Gateway.Low.A looks at Gateway.Parent.B")]
    [InlineData("a name", "namespace Gateway.Low { class A { string b = nameof(Gateway.Parent.B); } }", "Gateway.Low.A looks at Gateway.Parent.B")]
    [InlineData("a parent, seen without a using", "namespace Gateway.Parent.Child { class A { B b; } }", "Gateway.Parent.Child.A looks at Gateway.Parent.B")]
    [InlineData("the root, seen without a using", "namespace Gateway.Low { class A { Root root; } }", "Gateway.Low.A looks at Gateway.Root")]
    [InlineData("a sibling of the same line", "namespace Gateway.Twin { class A { Gateway.Other.C c; } }", "Gateway.Twin.A looks at Gateway.Other.C")]
    [InlineData("a type argument", "namespace Gateway.Low { class A { System.Collections.Generic.List<Gateway.Parent.B[]> list; } }", "Gateway.Low.A looks at Gateway.Parent.B")]
    [InlineData("an alias", "using Up = Gateway.Parent.B; namespace Gateway.Low { class A { Up up; } }", "Gateway.Low.A looks at Gateway.Parent.B")]
    [InlineData("an extension method", "using Gateway.Parent; namespace Gateway.Low { class A { int b = 1.Extended(); } }", "Gateway.Low.A looks at Gateway.Parent.Extensions")]
    [InlineData("a type that nobody names", "namespace Gateway.Low { class A { object b = Gateway.Other.C.Make(); } }", "Gateway.Low.A looks at Gateway.Parent.B")]
    [InlineData("a nested type", "namespace Gateway.Low { class A { class Inner { Gateway.Parent.B.Nested b; } } }", "Gateway.Low.A looks at Gateway.Parent.B")]
    [InlineData("an attribute", "namespace Gateway.Low { [Gateway.Parent.Mark] class A; }", "Gateway.Low.A looks at Gateway.Parent.MarkAttribute")]
    [InlineData("a comment", "namespace Gateway.Low { /// <summary>See <see cref=\"Gateway.Parent.B\"/>.</summary>\nclass A; }", "Gateway.Low.A looks at Gateway.Parent.B")]
    public void Look_up_is_found(string how, string code, string finding)
    {
        SourceModel model = SourceModel.Of("Gateway", code, """
            namespace Gateway { class Root; }
            namespace Gateway.Other { class C { public static Gateway.Parent.B Make() => new(); } }
            namespace Gateway.Parent
            {
                class B { public const int Number = 1; public class Nested; }
                class MarkAttribute : System.Attribute;
                static class Extensions { public static int Extended(this int number) => number; }
            }
            """);
        Assert.True(LayerRule.LooksUp(s_sample, "Gateway", model.Dependencies).Any(found => found.Contains("/0.cs:") && found.Contains(finding)), how);
    }

    [Fact]
    public void Look_down_is_none()
    {
        SourceModel model = SourceModel.Of("Gateway", "using Gateway.Low; namespace Gateway.Parent { class B { A a = new(); Child.C c; } }", "namespace Gateway.Low { class A; } namespace Gateway.Parent.Child { class C; }");
        Assert.Empty(LayerRule.LooksUp(s_sample, "Gateway", model.Dependencies));
    }

    [Fact]
    public void Finding_says_the_file_and_the_line()
    {
        SourceModel model = SourceModel.Of("Gateway", "namespace Gateway.Low;\nclass A\n{\n    Gateway.Parent.B b;\n}", "namespace Gateway.Parent { class B; }");
        Assert.Equal("src/Gateway/0.cs:4: Gateway.Low.A looks at Gateway.Parent.B", Assert.Single(LayerRule.LooksUp(s_sample, "Gateway", model.Dependencies)));
    }

    [Fact]
    public void Missing_layer_and_empty_layer_are_found() => Assert.Equal(
        ["Gateway.New has no layer", "Gateway.Gone is a layer without a type"],
        LayerRule.Unlisted(new("Gateway.Gone", "Gateway"), ["Gateway", "Gateway.New"]));
}
