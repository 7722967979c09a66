using Gateway.Architecture.Tests.Rules;
using Gateway.Architecture.Tests.Sources;

namespace Gateway.Architecture.Tests;

/// <summary>What need not be public is not: the rest may change without a look at the other projects.</summary>
public sealed class PublicTests
{
    [Theory]
    [InlineData("Gateway.Translation")]
    [InlineData("Gateway")]
    public void Public_type_is_named_elsewhere(string project) => Findings.None(
        "Make it internal (tests see internals). If a framework demands it public, say so in Exceptions.cs.",
        PublicRule.NeedNotBe(SourceModel.Src, project).Where(found => !Exceptions.Public.Keys.Any(name => found.EndsWith($": {name}", StringComparison.Ordinal))));

    [Fact]
    public void Exceptions_are_needed() => Assert.Equal(
        [], Exceptions.Public.Keys.Except(new[] { "Gateway.Translation", "Gateway" }.SelectMany(project => PublicRule.NeedNotBe(SourceModel.Src, project)).Select(found => found.Split(": ")[1])));

    [Fact]
    public void Public_type_that_nobody_names_is_found() => Assert.Equal(["src/Gateway/0.cs:1: Gateway.Alone"], Of("public class Alone; internal class Hidden;", "class User;"));

    [Fact]
    public void Nested_and_internal_types_are_left_alone() => Assert.Equal([], Of("class Alone { public class Nested; }", "class User;"));

    [Theory]
    [InlineData("public class Used; ", "Used a;")]
    [InlineData("public class Used(Asked asked); public class Asked;", "Used a;")]
    [InlineData("public class Used { public List<Asked[]> B { get; } } public class Asked;", "Used a;")]
    [InlineData("public class Used : Asked; public class Asked;", "Used a;")]
    [InlineData("public class Used<T> where T : Asked; public class Asked;", "string a = nameof(Used<>);")]
    [InlineData("public class Used { public class Inner { public Asked B; } } public class Asked;", "Used a;")]
    [InlineData("public static class Used { public const int One = 1; }", "int a = Used.One;")]
    [InlineData("public delegate Asked Used(); public record Asked;", "Used a;")]
    public void What_a_needed_type_shows_is_needed(string code, string use) => Assert.Equal([], Of(code, $"class User {{ {use} }}"));

    [Theory]
    [InlineData("public class Used { private Alone b; internal Alone C() => null; }")]
    [InlineData("public class Used : Alone; public interface Alone;")]
    public void What_it_hides_is_not(string code) => Assert.EndsWith(": Gateway.Alone", Assert.Single(Of(code + (code.Contains("interface", StringComparison.Ordinal) ? "" : " public class Alone;"), "class User { Used a; }")), StringComparison.Ordinal);

    private static IEnumerable<string> Of(string code, string other)
    {
        SourceProject project = new("Gateway", [], [new SourceFile("src/Gateway/0.cs", $"namespace Gateway; {code}")]);
        return PublicRule.NeedNotBe(new SourceModel([project, new SourceProject("Other", ["Gateway"], [new SourceFile("src/Other/0.cs", $"using Gateway; {other}")])]), "Gateway");
    }
}
