using Gateway.Routing.Prices;
using Microsoft.Extensions.Configuration;

namespace Gateway.Routing;

/// <summary>Reads one of <c>Gateway:Models</c>.</summary>
/// <param name="settings">Takes what is wrong.</param>
/// <param name="providers">That there are.</param>
/// <param name="models">The names of all models.</param>
internal sealed class ModelReader(SectionReader settings, IReadOnlyDictionary<string, Provider> providers, IReadOnlySet<string> models)
{
    private readonly TargetReader _targets = new(settings, providers, models);

    /// <summary>Null without a name, under which all else would be said.</summary>
    public Model? Read(IConfigurationSection section)
    {
        string? id = section["Id"];
        if (string.IsNullOrWhiteSpace(id))
        {
            settings.Add($"{section.Path}:Id is missing. Set it to the name that clients ask for.");
            return null;
        }

        settings.CheckName($"{section.Path}:Id", id);
        string where = $"{section.Path}:Targets of '{id}'";
        List<IConfigurationSection> written = [.. section.GetSection("Targets").GetChildren()];
        if (written.Count == 0)
        {
            settings.Add($"{where} is empty. Name at least one \"<provider>/<upstream model>\".");
        }

        List<TargetEntry> targets = [];
        bool weighed = false;
        foreach (IConfigurationSection one in written)
        {
            if (_targets.Read(one, where, out bool weighs) is { } target)
            {
                targets.Add(target);
            }

            weighed |= weighs;
        }

        return new Model(id, section["DisplayName"] is { Length: > 0 } name ? name : id, targets)
        {
            Aliases = ReadAliases(section, id),
            Order = ReadOrder(section) ?? (weighed ? TargetOrder.Weight : TargetOrder.Preference),
            Settings = settings.Profile(section.GetSection("Profile")),
            ContextWindow = settings.Whole(section, "ContextWindow", "tokens"),
            MaxOutputTokens = settings.Whole(section, "MaxOutputTokens", "tokens"),
            OnContentFilter = ReadFilterRule(section),
            Price = PriceReader.Read(section.GetSection("Price"), settings.Errors),
            Cache = CacheRuleReader.Read(section.GetSection("Cache"), settings.Errors),
            Times = settings.Times(section),
            Api = ReadApi(section, targets),
        };
    }

    /// <summary>It must be possible at all targets that do not say their own.</summary>
    private UpstreamApi? ReadApi(IConfigurationSection section, List<TargetEntry> targets)
    {
        UpstreamApi? api = settings.Api(section);
        foreach (TargetEntry target in targets.Where(target => target.Api is null).DistinctBy(target => target.Provider))
        {
            if (target.Provider is { } name && providers.GetValueOrDefault(name) is { } provider)
            {
                settings.CheckApi($"{section.Path}:Api", api, provider);
            }
        }

        return api;
    }

    private TargetOrder? ReadOrder(IConfigurationSection section)
    {
        if (section["Order"] is not { Length: > 0 } text)
        {
            return null;
        }

        // No number: the names are what is promised.
        if (Enum.GetNames<TargetOrder>().FirstOrDefault(name => name.Equals(text, StringComparison.OrdinalIgnoreCase)) is { } known)
        {
            return Enum.Parse<TargetOrder>(known);
        }

        settings.Add($"{section.Path}:Order is '{text}'. Set it to preference, weight, cheapest or fastest.");
        return null;
    }

    private ContentFilterRule ReadFilterRule(IConfigurationSection section)
    {
        switch (section["OnContentFilter"]?.ToLowerInvariant())
        {
            case null or "" or "answer":
                return ContentFilterRule.Answer;
            case "next":
                return ContentFilterRule.Next;
            default:
                settings.Add($"{section.Path}:OnContentFilter is '{section["OnContentFilter"]}'. Set it to answer (the client gets the refusal) or next (the next target is asked).");
                return ContentFilterRule.Answer;
        }
    }

    private List<string> ReadAliases(IConfigurationSection section, string id)
    {
        List<string> aliases = [];
        foreach (IConfigurationSection child in section.GetSection("Aliases").GetChildren())
        {
            string alias = child.Value ?? "";
            settings.CheckName(child.Path, alias);
            if (alias.Length == 0 || alias.Contains('*', StringComparison.Ordinal) || id.Contains('*', StringComparison.Ordinal))
            {
                settings.Add($"{child.Path} is '{alias}'. An alias is another exact name of a model without '*'; give a pattern an entry of its own.");
            }
            else
            {
                aliases.Add(alias);
            }
        }

        return aliases;
    }
}
