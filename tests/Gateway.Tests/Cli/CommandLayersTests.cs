using System.Text.RegularExpressions;
using Gateway.Tests.Settings;

namespace Gateway.Tests.Cli;

/// <summary>The root puts the commands together; a command knows what all commands share, and neither the root nor another command.</summary>
public sealed partial class CommandLayersTests
{
    private const string Shared = "Gateway.Cli.Shared";
    private static readonly Dictionary<string, string> s_files = Directory
        .EnumerateFiles(WrittenSettings.PathOf("src/Gateway.Cli"), "*.cs", SearchOption.AllDirectories)
        .ToDictionary(file => file, File.ReadAllText);

    [Fact]
    public void Commands_know_what_they_share_and_nothing_else_of_the_command_line()
    {
        string[] others = [.. s_files.Values.Where(text => NamespaceOf(text).StartsWith("Gateway.Cli.", StringComparison.Ordinal)).SelectMany(text =>
            Using().Matches(text).Select(used => used.Groups[1].Value).Where(used => used != Shared || NamespaceOf(text) == Shared).Select(used => $"{NamespaceOf(text)} -> {used}"))];
        Assert.Empty(others);
    }

    /// <summary>A child sees the types of its parent without any using: so nothing stands there but what composes.</summary>
    [Fact]
    public void Nothing_stands_in_the_root_but_what_puts_the_commands_together()
    {
        string[] roots = [.. s_files.Where(file => NamespaceOf(file.Value) is "Gateway.Cli" or "").Select(file => Path.GetFileNameWithoutExtension(file.Key)).Order(StringComparer.Ordinal)];
        Assert.Equal(["CliConfiguration", "CommandLine", "Program"], roots);
        Assert.DoesNotContain(s_files.Values, text => NamespaceOf(text).StartsWith("Gateway.Cli.", StringComparison.Ordinal) && Root().IsMatch(text));
    }

    private static string NamespaceOf(string text) => Namespace().Match(text).Groups[1].Value;

    [GeneratedRegex(@"^namespace ([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Namespace();

    [GeneratedRegex(@"^using (Gateway\.Cli[\w.]*);", RegexOptions.Multiline)]
    private static partial Regex Using();

    [GeneratedRegex(@"(?<!System\.)\b(CliConfiguration|CommandLine)\b")]
    private static partial Regex Root();
}
