using System.Globalization;
using Gateway.Settings;
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

    /// <summary>What is numbered and not named.</summary>
    private static readonly string[] s_lists = ["Models", "Targets", "Aliases", "ApiKeys", "Events", "StripBetas", "StripFields"];

    private static readonly string[][] s_known =
    [
        .. new[]
        {
            "DevKey", "BootstrapKey", "ConfigFile", "DrainSeconds", "TokenCounting", "MaxConcurrent", "MaxBodiesMegabytes", "DirectRoutes", "Unpriced", "Prometheus",
            "Providers:*:Kind", "Providers:*:BaseUrl", "Providers:*:ApiKey", "Providers:*:ApiKeys:*", "Providers:*:TokenScope", "Providers:*:Api", "Providers:*:MessagesUrl", "Providers:*:StripBetas:*", "Providers:*:StripFields:*", "Providers:*:Profile:**", "Providers:*:MaxConcurrent", "Providers:*:Billing",
            "Providers:*:Auth", "Providers:*:Headers:*", "Providers:*:Aws:Region", "Providers:*:Aws:Service", "Providers:*:Aws:RoleArn", "Providers:*:Aws:StsUrl",
            "Providers:*:Google:Project", "Providers:*:Google:Location", "Providers:*:Google:Credentials",
            "Models:*:Id", "Models:*:DisplayName", "Models:*:Aliases:*", "Models:*:Order", "Models:*:Targets:*", "Models:*:Profile:**", "Models:*:ContextWindow", "Models:*:MaxOutputTokens", "Models:*:OnContentFilter", "Models:*:Api", "Models:*:Price:**",
            "Models:*:FirstByteSeconds", "Models:*:IdleSeconds", "Models:*:WholeSeconds", "Models:*:NextTargetSeconds",
            "Models:*:Targets:*:Target", "Models:*:Targets:*:Weight", "Models:*:Targets:*:Price:**", "Models:*:Targets:*:ContextWindow", "Models:*:Targets:*:MaxConcurrent", "Models:*:Targets:*:Api",
            "Models:*:Targets:*:FirstByteSeconds", "Models:*:Targets:*:IdleSeconds", "Models:*:Targets:*:WholeSeconds", "Models:*:Targets:*:NextTargetSeconds",
            "Models:*:Cache:TtlSeconds", "Models:*:Cache:Only", "Cache:Mode", "Cache:MaxMegabytes",
            "Retention:UsageDays", "Retention:RollupDays",
            "Upstream:ConnectSeconds", "Upstream:NextTargetSeconds", "Upstream:FirstByteSeconds", "Upstream:IdleSeconds", "Upstream:CommitSeconds", "Upstream:PingSeconds", "Upstream:ClientWriteSeconds", "Upstream:WholeSeconds", "Upstream:QueueSeconds",
            "Upstream:MaxAnswerMegabytes", "Upstream:MaxEventMegabytes",
            "Dashboard:Enabled", "Dashboard:Issuer", "Dashboard:ClientId", "Dashboard:Scope", "Dashboard:Token",
            "Alerts:Webhooks:*:Url", "Alerts:Webhooks:*:Secret", "Alerts:Webhooks:*:Format", "Alerts:Webhooks:*:Events:*",
        }.Select(path => path.Split(':')),
    ];

    /// <summary>What changes while the gateway runs; all else waits for the next start. What is below belongs to it.</summary>
    private static readonly string[] s_live = [$"{Root}:Providers", $"{Root}:Models", $"{Root}:DirectRoutes", $"{Root}:Unpriced", "Logging"];

    /// <summary>The names directly below <c>Gateway:</c>, and whether there is more below each.</summary>
    public static ILookup<string, bool> Names { get; } = s_known.ToLookup(path => path[0], path => path.Length > 1, StringComparer.OrdinalIgnoreCase);

    public static IEnumerable<string> Check(IConfiguration configuration)
    {
        IConfigurationSection root = configuration.GetSection(Root);
        IEnumerable<string> whole = root.Value is { Length: > 0 } ? [$"{Root} is a single value. Write an object, as the README shows."] : [];
        return whole.Concat(MisplacedSettings.Check(configuration)).Concat(root.GetChildren().SelectMany(child => Check(child, s_known, 0)));
    }

    /// <summary>Whether a change of the setting is in force at once.</summary>
    public static bool IsLive(string key) =>
        s_live.Any(live => key.Equals(live, StringComparison.OrdinalIgnoreCase) || key.StartsWith(live + ":", StringComparison.OrdinalIgnoreCase))
        || WellKnownProvider.All.Any(known => known.Variables.Contains(key, StringComparer.OrdinalIgnoreCase));

    /// <summary>Whether it is, or belongs to, something that the gateway reads.</summary>
    public static bool IsRead(string key) =>
        new[] { Root, MisplacedSettings.Storage }.Contains(key.Split(':')[0], StringComparer.OrdinalIgnoreCase) || WellKnownProvider.All.Any(known => known.Variables.Contains(key, StringComparer.OrdinalIgnoreCase));

    /// <summary>Whether a path leads to a setting.</summary>
    public static bool Has(string[] path) =>
        s_known.Any(known => (known.Length == path.Length || (known.Length < path.Length && known[^1] == Rest)) && known.Zip(path).All(pair => Fits(pair.First, pair.Second)));

    /// <summary>The setting that is meant when its words are written apart, as in <c>MAX_CONCURRENT</c>; null when there is none.</summary>
    public static IEnumerable<string>? OfWords(string[] words) => s_known.Select(known => OfWords(known, words, isNumber: false)).FirstOrDefault(path => path is not null);

    /// <summary>The cure for names that are put together as only variables are.</summary>
    public static string InFile(IEnumerable<string> path) => $"Did you mean {string.Join(':', path)}? Two underscores stand between names in the environment only; in a file write an object in an object, or a colon.";

    private static IEnumerable<string>? OfWords(ReadOnlySpan<string> known, string[] words, bool isNumber)
    {
        if (known.IsEmpty || words.Length == 0 || known[0] == Rest)
        {
            // What is below has names of several words, and maybe numbers.
            string[] name = [.. words.TakeWhile(word => !word.All(char.IsAsciiDigit))];
            return known.IsEmpty && words.Length == 0 ? [] : known is [Rest] && name.Length > 0 ? [string.Concat(name), .. words[name.Length..]] : null;
        }

        for (int i = 1; i <= words.Length; i++)
        {
            string joined = string.Join(known[0] == Any ? "_" : "", words[..i]);
            if (Fits(known[0], joined) && (!isNumber || joined.All(char.IsAsciiDigit)) && OfWords(known[1..], words[i..], s_lists.Contains(known[0])) is { } rest)
            {
                return rest.Prepend(joined);
            }
        }

        return null;
    }

    private static bool Fits(string known, string name) => known is Any or Rest || known.Equals(name, StringComparison.OrdinalIgnoreCase);

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
            string[] known = [.. candidates.Select(path => path[depth]).Distinct()];
            yield return $"{section.Path} is no setting.{Joined(section) ?? NearMiss.Hint(section.Key, known)} Known under {parent}: {string.Join(", ", known)}.";
            yield break;
        }

        IConfigurationSection[] children = [.. section.GetChildren()];
        bool isList = matching.Any(path => s_lists.Contains(path[depth]));
        if (isList && children.Length > 0 && !children.Any(child => child.Key.All(char.IsAsciiDigit)))
        {
            // All that could be said of its members would be said of the wrong things.
            yield return $"{section.Path} is an object. Write a list, as the README shows.";
            yield break;
        }

        if (isList && Gap(section, children) is { } gap)
        {
            yield return gap;
        }

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

    /// <summary>What is meant by a name that is several, as in the environment; null when nothing is.</summary>
    private static string? Joined(IConfigurationSection section)
    {
        string[] path = section.Path.Replace("__", ":", StringComparison.Ordinal).Split(':');
        return path[1..] is var names && section.Key.Contains("__", StringComparison.Ordinal) && Has(names) ? $" {InFile(path)}" : null;
    }

    /// <summary>Entries that are not numbered from 0 without gaps: one is missing, or its number was mistyped.</summary>
    private static string? Gap(IConfigurationSection section, IConfigurationSection[] children)
    {
        string[] keys = [.. children.Select(child => child.Key)];
        string? missing = Enumerable.Range(0, keys.Length).Select(i => i.ToString(CultureInfo.InvariantCulture)).FirstOrDefault(number => !keys.Contains(number));
        return missing is null ? null : $"{section.Path} has {(keys.Length == 1 ? "the entry" : "the entries")} {string.Join(", ", keys)}, and no {missing}. Number its entries 0, 1, 2 and so on, without a gap.";
    }
}
