using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace Gateway.Routing;

/// <summary>Reads what a model's entry says about the response cache.</summary>
internal static class CacheRuleReader
{
    private const string Ttl = "TtlSeconds";

    /// <summary>Null where nothing is said, or nothing that can be.</summary>
    public static CacheRule? Read(IConfigurationSection section, List<string> errors)
    {
        bool? all = section["Only"]?.ToLowerInvariant() switch
        {
            null or "" or "deterministic" => false,
            "all" => true,
            _ => null,
        };
        if (all is null)
        {
            errors.Add($"{section.Path}:Only is '{section["Only"]}'. Set it to deterministic (temperature 0, or a seed) or all.");
        }

        if (section[Ttl] is not { Length: > 0 } text)
        {
            if (section["Only"] is { Length: > 0 })
            {
                errors.Add($"{section.Path}:{Ttl} is missing. Set it to the seconds for which answers are kept.");
            }

            return null;
        }

        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int seconds) && seconds > 0 && seconds <= CacheRule.Longest.TotalSeconds)
        {
            return new CacheRule(TimeSpan.FromSeconds(seconds), all ?? false);
        }

        errors.Add($"{section.Path}:{Ttl} is '{text}'. Set it to a whole number of seconds from 1 to {CacheRule.Longest.TotalSeconds}.");
        return null;
    }

    /// <summary>The keys of all rules that are set.</summary>
    public static IEnumerable<string> Keys(IConfiguration configuration) => configuration.GetSection("Gateway:Models").GetChildren()
        .Select(model => model.GetSection("Cache").GetSection(Ttl))
        .Where(ttl => ttl.Value is { Length: > 0 })
        .Select(ttl => ttl.Path);
}
