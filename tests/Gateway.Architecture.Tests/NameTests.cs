using Gateway.Architecture.Tests.Rules;
using Gateway.Architecture.Tests.Sources;

namespace Gateway.Architecture.Tests;

/// <summary>No type name twice in the solution, tests included.</summary>
public sealed class NameTests
{
    [Fact]
    public void Every_type_has_a_name_of_its_own() => Findings.None(
        "Name each by what it does where it stands: a prefix for the form that it reads or writes, a suffix for its job.",
        NameRule.Twice(DeclaredType.All));

    [Theory]
    [InlineData("namespace A; class Same;", "namespace B; class Same;")]
    [InlineData("namespace A; class Same;", "namespace B; interface Other { enum Same { A } }")]
    [InlineData("namespace A; record Same(int B);", "delegate void Same();")]
    public void Name_that_stands_for_two_is_found(string one, string two) => Assert.Equal(
        ["Same: src/A/0.cs:1, tests/B/1.cs:1"], Twice(new SourceFile("src/A/0.cs", one), new SourceFile("tests/B/1.cs", two)));

    [Fact]
    public void Same_namespace_in_two_projects_is_two() => Assert.Equal(
        ["Same: src/A/0.cs:1, src/B/1.cs:1"], Twice(new SourceFile("src/A/0.cs", "class Same;"), new SourceFile("src/B/1.cs", "class Same;")));

    [Fact]
    public void Nested_types_are_told_apart_by_the_outer_one() => Assert.Empty(Twice(new SourceFile("src/A/0.cs", "class One { class Done; }"), new SourceFile("src/A/1.cs", "class Two { class Done; }")));

    [Fact]
    public void Parts_of_one_type_are_one() => Assert.Empty(Twice(new SourceFile("src/A/0.cs", "namespace A; partial class Same; class Same<T>; class Program;"), new SourceFile("src/A/1.cs", "namespace A; partial class Same; namespace B { class Program; }")));

    private static IEnumerable<string> Twice(params SourceFile[] files) => NameRule.Twice(files.SelectMany(DeclaredType.In));
}
