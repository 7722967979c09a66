using Gateway.Architecture.Tests.Rules;
using Gateway.Architecture.Tests.Sources;

namespace Gateway.Architecture.Tests;

/// <summary>References between projects: <c>Functions -> Gateway -> Translation</c>, <c>LocalHost -> Functions</c>, <c>Cli -> Gateway</c>.</summary>
public sealed class ReferenceTests
{
    [Fact]
    public void Projects_refer_as_agreed() => Findings.None(
        "Take the reference out and move the code to where it may know the other.", ReferenceRule.Wrong(SourceModel.Src.Projects));

    [Theory]
    [InlineData("Gateway.Translation", "Gateway")]
    [InlineData("Gateway", "Gateway.Functions")]
    [InlineData("Gateway.Cli", "Gateway.LocalHost")]
    [InlineData("Gateway.LocalHost", "Gateway.Tests")]
    public void Other_arrow_is_found(string from, string to) =>
        Assert.Equal([$"{from} refers to {to}"], ReferenceRule.Wrong([new SourceProject(from, [to], [])]));

    [Fact]
    public void New_project_is_found() => Assert.Equal(["Gateway.Extra has no line in ReferenceRule"], ReferenceRule.Wrong([new SourceProject("Gateway.Extra", [], [])]));
}
