using System.Text.RegularExpressions;

namespace Gateway.Tests.Documents;

/// <summary>Commands of a page, for both kinds of shells.</summary>
/// <param name="Files">What is to be saved before.</param>
/// <param name="Sh">For sh, bash and zsh; for PowerShell, too, where there is no other form.</param>
/// <param name="PowerShell">The same for PowerShell.</param>
/// <param name="Output">What the page says that they print; <c>...</c> stands for any text.</param>
internal sealed partial record CommandStep(IReadOnlyList<CodeBlock> Files, CodeBlock Sh, CodeBlock? PowerShell, CodeBlock? Output)
{
    public CodeBlock InPowerShell => PowerShell ?? Sh;

    /// <summary>Windows PowerShell 5.1 must be told in its own words, where PowerShell 7 has learned these.</summary>
    public bool NeedsOtherForm => PowerShell is null && OnlyInSh().IsMatch(Comment().Replace(Sh.Text, ""));

    /// <summary>Lines of the page's output that are not in the real one.</summary>
    public IEnumerable<string> Missing(string output) => (Output?.Text.Split('\n') ?? [])
        .Where(line => !string.IsNullOrWhiteSpace(line) && !Regex.IsMatch(output, Regex.Escape(line.Trim()).Replace(@"\.\.\.", ".*", StringComparison.Ordinal)));

    /// <summary>Variables for one command, <c>export</c>, <c>curl</c> (there another command), <c>&amp;&amp;</c>, and lines that go on.</summary>
    [GeneratedRegex(@"^\s*\w+=|\bexport\b|\bcurl\b|&&|\\$", RegexOptions.Multiline)]
    private static partial Regex OnlyInSh();

    [GeneratedRegex(@"(^|\s)#.*$", RegexOptions.Multiline)]
    private static partial Regex Comment();
}
