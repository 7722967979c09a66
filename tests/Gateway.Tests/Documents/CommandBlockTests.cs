namespace Gateway.Tests.Documents;

/// <summary>
/// Every command of every page works as it is printed, for somebody who has only that page before them: a shell for each page,
/// in which nothing is set but what the page sets. Then the same in PowerShell, in the page's words for it, which must call the
/// same tools with the same arguments. Azurite and a gateway on it are there, at other ports than the pages say.
/// </summary>
public sealed class CommandBlockTests(DocumentPlace place) : IClassFixture<DocumentPlace>
{
    public static TheoryData<string> PagesWithCommands => [.. Page.Names.Where(name => Page.Read(name).Steps().Any())];

    [Theory]
    [MemberData(nameof(PagesWithCommands))]
    public Task Commands_of_a_page_run_as_printed_in_both_kinds_of_shells(string name) => place.WalkAsync(Page.Read(name));

    [Fact]
    public Task Lines_of_the_table_for_claude_code_set_the_same_in_both() => place.WalkAsync(Page.Of(
        "README.md",
        $"```sh\n{SnippetTests.Row("Claude Code")}\naz login\n```\n```powershell\n{SnippetTests.Row("Claude Code, PowerShell")}\naz login\n```"));

    /// <summary>Each of these is a page with one mistake.</summary>
    [Theory]
    [InlineData("crate", "```sh\ngw keys crate --team a\n```")]
    [InlineData("--only-the-key", "```sh\ngw keys create --team a --only-the-key\n```")]
    [InlineData("GatewayStorage", "```sh\ngw keys list\n```")]
    [InlineData("x-api-key", "```sh\ncurl http://127.0.0.1:7071/v1/models\n```\n```powershell\n```")]
    [InlineData("x-api-key", "```sh\ncurl http://127.0.0.1:7071/health\n```\n```powershell\nInvoke-RestMethod http://127.0.0.1:7071/v1/models\n```")]
    [InlineData("Add a powershell block", "```sh\ncurl http://127.0.0.1:7071/health\n```")]
    [InlineData("not printed: Operate a ... Bakery", "```sh\ngw --help\n```\n\n```\nOperate a ... Bakery\n```")]
    [InlineData("src/Gateway.Gone", "```sh\ndotnet run --project src/Gateway.Gone\n```")]
    [InlineData("GATEWAY_GONE", "```sh\nazd env get-value GATEWAY_GONE\n```")]
    [InlineData("--skipVersions", "```sh\nnpx --yes azurite --skipVersions\n```")]
    [InlineData("nobody-has-this", "```sh\nnobody-has-this\n```")]
    [InlineData("[@all]", "```sh\naz group create --tags @all\n```")]
    [InlineData("OPENAI_API_KEY=sk", "```sh\nOPENAI_API_KEY=sk az login\n```\n```powershell\naz login\n```")]
    [InlineData("nobody called az [logout]", "```sh\naz login\naz logout\n```\n```powershell\naz login\n```")]
    public async Task Mistake_of_a_page_is_found(string named, string text)
    {
        Exception mistake = await Assert.ThrowsAnyAsync<Exception>(() => place.WalkAsync(Page.Of("page.md", text)));
        Assert.Contains(named, mistake.Message, StringComparison.Ordinal);
        Assert.Contains("page.md:", mistake.Message, StringComparison.Ordinal);
    }
}
