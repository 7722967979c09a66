using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace Gateway.Dashboard.Tests.Support;

/// <summary>Asks axe-core whether everybody can use what is on the screen.</summary>
internal static class Accessibility
{
    private static readonly AxeRunOptions s_options = new() { RunOnly = new RunOnlyOptions { Type = "tag", Values = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] } };

    public static async Task AssertAsync(IPage page, string where)
    {
        AxeResult result = await page.RunAxe(s_options);
        Assert.True(result.Passes.Length > 10, $"{where}: axe looked at next to nothing.");
        string[] violations = [.. result.Violations.Select(Text)];
        Assert.True(violations.Length == 0, $"{where}: {violations.Length} violations\n{string.Join('\n', violations)}");
    }

    private static string Text(AxeResultItem violation) =>
        $"  {violation.Id} ({violation.Impact}): {violation.Help}\n{string.Join('\n', violation.Nodes.Select(node => $"    {node.Target}: {node.Html}"))}";
}
