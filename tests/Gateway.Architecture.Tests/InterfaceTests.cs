using Gateway.Architecture.Tests.Rules;
using Gateway.Architecture.Tests.Sources;

namespace Gateway.Architecture.Tests;

/// <summary>An interface stands where two implementations exist today.</summary>
public sealed class InterfaceTests
{
    [Fact]
    public void Every_interface_has_two_implementations() => Findings.None(
        "Use the class itself. If the interface must stay, say why in Exceptions.cs.",
        InterfaceRule.TooFew(SourceModel.Src).Where(found => !Exceptions.Interfaces.Keys.Any(name => found.Contains($": {name} ", StringComparison.Ordinal))));

    [Fact]
    public void Exceptions_are_needed() => Assert.Equal(
        [], Exceptions.Interfaces.Keys.Where(name => !InterfaceRule.TooFew(SourceModel.Src).Any(found => found.Contains($": {name} ", StringComparison.Ordinal))));

    [Theory]
    [InlineData("interface IA; class B : IA;", "IA is implemented by B only")]
    [InlineData("interface IA;", "IA is implemented by nobody")]
    [InlineData("interface IA; class B : IA; abstract class C : IA;", "IA is implemented by B only")]
    public void Too_few_are_found(string code, string finding) => Assert.Equal([$"src/Gateway/0.cs:1: {finding}"], InterfaceRule.TooFew(SourceModel.Of("Gateway", code)));

    [Fact]
    public void Two_are_enough() => Assert.Equal([], InterfaceRule.TooFew(SourceModel.Of("Gateway", "interface IA<T>; class B : IA<int>; class C : B; struct D : IA<string>;")));
}
