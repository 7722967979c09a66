using System.Text.Json;
using System.Text.RegularExpressions;

namespace Gateway.Tests.Settings;

/// <summary>The settings that files of the repository name. What may vary in a name is <c>*</c>.</summary>
internal static partial class WrittenSettings
{
    /// <summary>Those that Bicep gives to the deployed app.</summary>
    public static SortedSet<string> Bicep() =>
        [.. BicepName().Matches(Text("infra/modules/app-settings.bicep")).Select(m => Interpolation().Replace(m.Value, "*"))];

    /// <summary>Those of the sample for <c>func start</c>.</summary>
    public static SortedSet<string> Sample()
    {
        using JsonDocument sample = JsonDocument.Parse(Text("local.settings.sample.json"));
        return [.. sample.RootElement.GetProperty("Values").EnumerateObject().Select(p => p.Name)];
    }

    /// <summary>Those of the README's table. <c>`A__B__C`, `__D`</c> is short for <c>`A__B__C`, `A__B__D`</c>.</summary>
    public static SortedSet<string> Readme()
    {
        SortedSet<string> names = [];
        IEnumerable<string> rows = Text("README.md").Split('\n')
            .SkipWhile(line => !line.StartsWith("| setting | meaning |", StringComparison.Ordinal)).Skip(2)
            .TakeWhile(line => line.StartsWith('|'));
        foreach (string row in rows)
        {
            string prefix = "";
            foreach (Match code in Code().Matches(row.Split('|')[1]))
            {
                string name = Placeholder().Replace(code.Groups[1].Value, "*");
                bool isShort = name.StartsWith("__", StringComparison.Ordinal);
                prefix = isShort ? prefix : name.Contains("__", StringComparison.Ordinal) ? name[..name.LastIndexOf("__", StringComparison.Ordinal)] : name;
                names.Add(isShort ? prefix + name : name);
            }
        }

        return names;
    }

    private static string Text(string path) => File.ReadAllText(PathOf(path));

    /// <summary>Where a file or folder of the repository is.</summary>
    public static string PathOf(string path)
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "Functions.sln")))
        {
            folder = Path.GetDirectoryName(folder);
        }

        return Path.Combine(folder ?? throw new InvalidOperationException("The tests do not run from a clone."), path);
    }

    [GeneratedRegex(@"\b(?:Gateway(?:Storage)?__|OTEL_|AzureWebJobs|APPLICATIONINSIGHTS_|AZURE_|FUNCTIONS_|WEBSITE_)(?:\w|\$\{[^}]*\})*")]
    private static partial Regex BicepName();

    [GeneratedRegex(@"\$\{[^}]*\}")]
    private static partial Regex Interpolation();

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Code();

    [GeneratedRegex("<[^>]*>")]
    private static partial Regex Placeholder();
}
