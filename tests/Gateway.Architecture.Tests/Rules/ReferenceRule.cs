using Gateway.Architecture.Tests.Sources;

namespace Gateway.Architecture.Tests.Rules;

/// <summary>Which project may refer to which; no other arrows.</summary>
internal static class ReferenceRule
{
    private static readonly Dictionary<string, string[]> s_arrows = new()
    {
        ["Gateway.Translation"] = [],
        ["Gateway"] = ["Gateway.Translation"],
        ["Gateway.Functions"] = ["Gateway"],
        ["Gateway.LocalHost"] = ["Gateway.Functions"],
        ["Gateway.Cli"] = ["Gateway"],
    };

    public static IEnumerable<string> Wrong(IEnumerable<SourceProject> projects) =>
        from project in projects
        let allowed = s_arrows.GetValueOrDefault(project.Name)
        from finding in allowed is null ? [$"{project.Name} has no line in ReferenceRule"] : project.References.Except(allowed).Select(other => $"{project.Name} refers to {other}")
        select finding;
}
