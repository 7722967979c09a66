using Gateway.Architecture.Tests.Sources;

namespace Gateway.Architecture.Tests;

/// <summary>The other rules are as good as the model that they ask: a name that it does not understand is a look that nobody sees.</summary>
public sealed class BindingTests
{
    [Fact]
    public void Every_name_is_understood() => Findings.None("The sources do not compile as these tests put them together: see SourceModel.", SourceModel.Src.Unknown);

    [Fact]
    public void All_of_the_product_is_read() => Assert.Equal(
        ["Gateway", "Gateway.Cli", "Gateway.Functions", "Gateway.LocalHost", "Gateway.Translation"], SourceModel.Src.Compilations.Keys.Order(StringComparer.Ordinal));

    [Fact]
    public void Unknown_name_is_found() => Assert.Equal(
        ["src/Gateway/0.cs:1: Missing in Missing a = null"], SourceModel.Of("Gateway", "class A { void B() { Missing a = null; a.Told(); } }").Unknown);
}
