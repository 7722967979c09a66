using Microsoft.Extensions.Configuration;

namespace Gateway.Routing;

/// <summary>All settings under <c>Gateway:</c>. Others are slips of the pen: what an operator believes to have set must be set.</summary>
internal static class KnownSettings
{
    private const string Root = "Gateway";

    /// <summary>Stands for a name or a number that the operator chooses.</summary>
    private const string Any = "*";

    /// <summary>Whoever reads what is below says what is wrong there.</summary>
    private const string Rest = "**";

    private static readonly string[][] s_known =
    [
        .. new[]
        {
            "DevKey", "ConfigFile", "DrainSeconds", "TokenCounting", "MaxConcurrent", "MaxBodiesMegabytes", "DirectRoutes", "Unpriced",
            "Providers:*:Kind", "Providers:*:BaseUrl", "Providers:*:ApiKey", "Providers:*:ApiKeys:*", "Providers:*:TokenScope", "Providers:*:Profile:**", "Providers:*:MaxConcurrent",
            "Models:*:Id", "Models:*:DisplayName", "Models:*:Aliases:*", "Models:*:Order", "Models:*:Targets:*", "Models:*:Profile:**", "Models:*:ContextWindow", "Models:*:MaxOutputTokens", "Models:*:OnContentFilter", "Models:*:Price:**",
            "Models:*:FirstByteSeconds", "Models:*:IdleSeconds", "Models:*:WholeSeconds", "Models:*:NextTargetSeconds",
            "Models:*:Targets:*:Target", "Models:*:Targets:*:Weight", "Models:*:Targets:*:Price:**", "Models:*:Targets:*:ContextWindow", "Models:*:Targets:*:MaxConcurrent",
            "Models:*:Targets:*:FirstByteSeconds", "Models:*:Targets:*:IdleSeconds", "Models:*:Targets:*:WholeSeconds", "Models:*:Targets:*:NextTargetSeconds",
            "Models:*:Cache:TtlSeconds", "Models:*:Cache:Only", "Cache:Mode", "Cache:MaxMegabytes",
            "Retention:UsageDays", "Retention:RollupDays",
            "Upstream:ConnectSeconds", "Upstream:NextTargetSeconds", "Upstream:FirstByteSeconds", "Upstream:IdleSeconds", "Upstream:CommitSeconds", "Upstream:PingSeconds", "Upstream:ClientWriteSeconds", "Upstream:WholeSeconds", "Upstream:QueueSeconds",
            "Upstream:MaxAnswerMegabytes", "Upstream:MaxEventMegabytes",
        }.Select(path => path.Split(':')),
    ];

    public static IEnumerable<string> Check(IConfiguration configuration)
    {
        IConfigurationSection root = configuration.GetSection(Root);
        IEnumerable<string> whole = root.Value is { Length: > 0 } ? [$"{Root} is a single value. Write an object, as the README shows."] : [];
        return whole.Concat(Beside(configuration)).Concat(root.GetChildren().SelectMany(child => Check(child, s_known, 0)));
    }

    /// <summary>A file that lacks the outermost object would be read and change nothing.</summary>
    private static IEnumerable<string> Beside(IConfiguration configuration) =>
        s_known.Where(path => path.Length > 1).Select(path => path[0]).Distinct()
            .Where(name => configuration.GetSection(name).GetChildren().Any())
            .Select(name => $"{name} stands beside {Root}, where nobody reads it. Write {{ \"{Root}\": {{ \"{name}\": ... }} }}.");

    private static IEnumerable<string> Check(IConfigurationSection section, IReadOnlyList<string[]> candidates, int depth)
    {
        if (candidates.Any(path => path[depth] == Rest))
        {
            yield break;
        }

        string[][] matching = [.. candidates.Where(path => path[depth] == Any || path[depth].Equals(section.Key, StringComparison.OrdinalIgnoreCase))];
        if (matching.Length == 0)
        {
            string parent = section.Path[..^(section.Key.Length + 1)];
            yield return $"{section.Path} is no setting. Known under {parent}: {string.Join(", ", candidates.Select(path => path[depth]).Distinct())}.";
            yield break;
        }

        IConfigurationSection[] children = [.. section.GetChildren()];
        bool hasMore = matching.Any(path => path.Length > depth + 1);
        if (children.Length > 0 && !hasMore)
        {
            yield return $"{section.Path} holds a list or an object. Write a single value.";
        }
        else if (hasMore && !matching.Any(path => path.Length == depth + 1 || path[depth + 1] == Rest) && section.Value is { Length: > 0 })
        {
            yield return $"{section.Path} is a single value. Write {(matching.Any(path => path[depth + 1] == Any) ? "one entry for each" : "an object")}, as the README shows.";
        }

        foreach (string error in hasMore ? children.SelectMany(child => Check(child, [.. matching.Where(path => path.Length > depth + 1)], depth + 1)) : [])
        {
            yield return error;
        }
    }
}
