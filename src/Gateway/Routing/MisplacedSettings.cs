using Gateway.Settings;
using Microsoft.Extensions.Configuration;

namespace Gateway.Routing;

/// <summary>
/// Settings that stand where nobody reads them: beside <c>Gateway</c>, below a name that is nearly it, or in a variable with
/// one underscore too few. Whoever wrote them believes to have set something.
/// </summary>
internal static class MisplacedSettings
{
    private const string Root = "Gateway";
    public const string Storage = "GatewayStorage";

    private static readonly string[] s_storage = ["tableServiceUri", "clientId"];

    public static IEnumerable<string> Check(IConfiguration configuration)
    {
        foreach (IConfigurationSection section in configuration.GetChildren())
        {
            if (Mistake(section) is { } mistake)
            {
                yield return mistake;
            }

            foreach (string misnamed in IsNamed(section.Key, Storage) ? OfStorage(section) : [])
            {
                yield return misnamed;
            }
        }
    }

    /// <summary>A gateway that believes to have no storage keeps budgets in memory.</summary>
    private static IEnumerable<string> OfStorage(IConfigurationSection storage) => storage.GetChildren()
        .Where(child => !s_storage.Contains(child.Key, StringComparer.OrdinalIgnoreCase))
        .Select(child => $"{child.Path} is no setting.{NearMiss.Hint(child.Key, s_storage)} Known under {Storage}: {string.Join(", ", s_storage)}. A connection string is the value of {Storage} itself.");

    /// <summary>Variables that are nearly those of well-known providers. They may be anybody's, so they stop nothing.</summary>
    public static IEnumerable<string> Remarks(IConfiguration configuration)
    {
        string[] known = [.. WellKnownProvider.All.SelectMany(provider => provider.Variables).Distinct()];
        return configuration.GetChildren()
            .Where(section => section.Value is { Length: > 0 } && !known.Contains(section.Key, StringComparer.OrdinalIgnoreCase))
            .Select(section => (section.Key, Meant: NearMiss.Of(section.Key, known)))
            .Where(variable => variable.Meant is not null)
            .Select(variable => $"{variable.Key} is set, and nobody reads it. Did you mean {variable.Meant}?");
    }

    private static string? Mistake(IConfigurationSection section)
    {
        string name = section.Key;
        if (IsNamed(name, Root) || IsNamed(name, Storage))
        {
            return null;
        }

        if (StandsBeside(section))
        {
            // A file that lacks the outermost object would be read and change nothing.
            string here = KnownSettings.Names.First(known => IsNamed(known.Key, name)).Key;
            return $"{here} stands beside {Root}, where nobody reads it. Write {{ \"{Root}\": {{ \"{here}\": ... }} }}.";
        }

        if (NearMiss.Of(name, Groups) is { } group && Holds(section, group))
        {
            return $"{name} is no setting, and stands beside {Root}, where nobody reads it. Write {{ \"{Root}\": {{ \"{group}\": ... }} }}.";
        }

        if (NearMiss.Of(name, [Root]) is not null && IsOurs(section))
        {
            return $"{name} is no setting. Did you mean {Root}? Nobody reads what is below it.";
        }

        if (NearMiss.Of(name, [Storage]) is not null)
        {
            return $"{name} is no setting. Did you mean {Storage}?";
        }

        return Underscored(name) is { } path ? $"{name} is no setting. {InsteadOf(name, path)}" : null;
    }

    /// <summary>A variable of such a name may be anybody's when it is a single value and ours is not.</summary>
    private static bool StandsBeside(IConfigurationSection section) => KnownSettings.Names.Contains(section.Key) && !IsNamed(section.Key, "ConfigFile")
        && (section.GetChildren().Any() ? KnownSettings.Names[section.Key].Any(more => more) : section.Value is { Length: > 0 } && KnownSettings.Names[section.Key].All(more => !more));

    private static IEnumerable<string> Groups => KnownSettings.Names.Where(known => known.Any(more => more)).Select(known => known.Key);

    /// <summary>Something below would be a setting if the section had the right name.</summary>
    private static bool Holds(IConfigurationSection section, string group) =>
        section.AsEnumerable(makePathsRelative: true).Any(below => below.Key.Length > 0 && KnownSettings.Has([group, .. below.Key.Split(':')]));

    /// <summary>Other programs have settings of such a name, too: what is below must be nearly ours.</summary>
    private static bool IsOurs(IConfigurationSection section) =>
        section.GetChildren().Any(child => KnownSettings.Names.Contains(child.Key) || NearMiss.Of(child.Key, KnownSettings.Names.Select(known => known.Key)) is not null);

    /// <summary>The names of the setting that a variable means, if it means one.</summary>
    private static string[]? Underscored(string name)
    {
        string[] words = name.Split(['_', '.', '-'], StringSplitOptions.RemoveEmptyEntries);
        return words.Length > 1 && NearMiss.Of(words[0], [Root]) is not null && KnownSettings.OfWords(words[1..]) is { } path
            ? [IsNamed(words[0], Root) ? words[0] : Root, .. path]
            : null;
    }

    /// <summary>Variables come here with <c>:</c> for each <c>__</c>: whatever still has them does not stand in the environment.</summary>
    private static string InsteadOf(string name, string[] path) => string.Join("__", path).Equals(name, StringComparison.OrdinalIgnoreCase)
        ? KnownSettings.InFile(path)
        : $"Did you mean {string.Join("__", path)}, with two underscores between names?";

    private static bool IsNamed(string name, string known) => name.Equals(known, StringComparison.OrdinalIgnoreCase);
}
