using System.Text.RegularExpressions;
using Gateway.Architecture.Tests.Rules;
using Gateway.Architecture.Tests.Sources;

namespace Gateway.Architecture.Tests;

/// <summary>Maps are true: every type and every file that README, CONTRIBUTING and docs name exists.</summary>
public sealed partial class MapTests
{
    private static readonly Lazy<MapRule> s_rule = new(() => new MapRule(Repository.Files, [.. Declared(), .. Settings(), .. Exceptions.OutsideNames]));

    public static TheoryData<string> Pages => [.. Paths()];

    [Theory]
    [MemberData(nameof(Pages))]
    public void Page_names_what_exists(string page) => Findings.None(
        "Say what it is called now. What is declared outside of the solution may be added to Exceptions.cs.", s_rule.Value.Untrue(page, Repository.Text(page)));

    [Fact]
    public void Pages_are_found() => Assert.Superset(
        (HashSet<string>)["README.md", "CONTRIBUTING.md", "docs/security.md", "docs/translation-bugs.md"], new HashSet<string>(Paths()));

    [Fact]
    public void Goldens_that_a_page_names_exist()
    {
        HashSet<string> folders = [.. Repository.FilesBelow("tests/Gateway.Translation.Tests/Golden").SelectMany(f => f.Split('/'))];
        string[] named = [.. Golden().Matches(Repository.Text("docs/translation-bugs.md")).Select(m => m.Groups[1].Value).Distinct()];
        Assert.NotEmpty(named);
        Findings.None("Say what the folder is called now.", named.Where(name => !folders.Contains(name)));
    }

    [Theory]
    [InlineData("see `Gone`", "Gone")]
    [InlineData("see `TheThing` and `TheOther`", "TheOther")]
    [InlineData("see `TheThing.Missing`", "TheThing.Missing")]
    [InlineData("see `Member`", "Member")]
    [InlineData("see `src/Gateway/Gone.cs`", "src/Gateway/Gone.cs")]
    [InlineData("see `Gone/Thing.cs`", "Gone/Thing.cs")]
    [InlineData("see `Thing/Gone.cs`", "Thing/Gone.cs")]
    [InlineData("see `gone.mjs`", "gone.mjs")]
    [InlineData("in `Gone/`", "Gone/")]
    [InlineData("in `tests/gone`", "tests/gone")]
    [InlineData("run `node tests/gone.mjs --fast`", "tests/gone.mjs")]
    [InlineData("see [it](../src/Gateway/Gone.cs)", "../src/Gateway/Gone.cs")]
    [InlineData("see [it](gone.md#here)", "gone.md#here")]
    [InlineData("```\nTheThing -> TheOther\n```", "TheOther")]
    public void What_is_gone_is_found(string text, string what) => Assert.Equal([$"docs/architecture.md:{(text.Contains('\n') ? 2 : 1)}: {what}"], Sample().Untrue("docs/architecture.md", text));

    [Theory]
    [InlineData("see `TheThing`, `TheThing.Member`, `Gateway`, `IThing` and `src/Gateway`")]
    [InlineData("see `Thing/TheThing.cs`, `TheThing.cs`, `Thing/`, `src/Gateway/Thing/TheThing.cs` and `tests/thing.mjs`")]
    [InlineData("see [it](../src/Gateway/Thing/TheThing.cs#L1), [him](page.md) and [them](https://example.com/Gone.cs)")]
    [InlineData("the header `x-api-key`, the address `/v1/messages`, the model `provider/model`, the attribute `gen_ai.provider.name`, the setting `Gateway__Models__0__Id`, `10.0.0.1`, `OPENAI_API_KEY`, TheOther")]
    [InlineData("```\nTheThing -> what it Does\n```")]
    [InlineData("`Member` of `TheThing`")]
    [InlineData("```csharp\nvoid TheOther();\n```")]
    public void What_is_there_is_not(string text) => Assert.Equal([], Sample().Untrue("docs/architecture.md", text));

    [Fact]
    public void Pictures_elsewhere_are_examples() => Assert.Equal([], Sample().Untrue("README.md", "```\nTheOther\n```"));

    private static IEnumerable<string> Paths() =>
        Repository.Files.Where(f => f is "README.md" or "CONTRIBUTING.md" || (f.StartsWith("docs/", StringComparison.Ordinal) && f.EndsWith(".md", StringComparison.Ordinal)));

    private static MapRule Sample() => new(["src/Gateway/Thing/TheThing.cs", "tests/thing.mjs", "docs/page.md"], ["TheThing", "TheThing.Member", "IThing"]);

    private static IEnumerable<string> Declared() => DeclaredType.All.SelectMany(type => type.Members.Select(member => $"{type.Name}.{member}").Prepend(type.Name));

    /// <summary>Settings stand in the README's table, their last part in other pages.</summary>
    private static IEnumerable<string> Settings() => Repository.Text("README.md").Split('\n').Where(line => line.StartsWith("| `", StringComparison.Ordinal))
        .SelectMany(line => Code().Matches(line)).SelectMany(m => m.Groups[1].Value.Split("__"));

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Code();

    [GeneratedRegex("`(?:[A-Z]\\w*/)*(?!x-)([a-z0-9]+(?:-[a-z0-9]+){3,})`")]
    private static partial Regex Golden();
}
