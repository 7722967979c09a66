using Gateway.Routing.Prices;
using Gateway.Settings;
using Microsoft.Extensions.Configuration;

namespace Gateway.Routing;

/// <summary>Reads one of <c>Gateway:Models:[i]:Targets</c>: a text, or an object with the text under <c>Target</c>.</summary>
internal sealed class TargetReader(SectionReader settings, IReadOnlyDictionary<string, Provider> providers, IReadOnlySet<string> models)
{
    private const string Form = "Write it as \"<provider>/<upstream model>\", or as the name of another model.";
    private const double MostWeight = 1_000_000;

    /// <param name="section">Of one target.</param>
    /// <param name="where">The list it stands in, for messages.</param>
    /// <param name="weighed">Somebody said how much it weighs.</param>
    public TargetEntry? Read(IConfigurationSection section, string where, out bool weighed)
    {
        double? weight = settings.Number(section, "Weight", MostWeight, $"Set it to a number from 0 (only when nobody else is left) to {MostWeight}.");
        weighed = weight > 0;
        TargetEntry? entry = Name(section, where) is { } text ? Check(text, where) : null;
        TargetEntry said = (entry ?? new TargetEntry(null, "")) with
        {
            Weight = weight ?? 1,
            Price = PriceReader.Read(section.GetSection("Price"), settings.Errors),
            ContextWindow = settings.Whole(section, "ContextWindow", "tokens"),
            MaxConcurrent = settings.Whole(section, "MaxConcurrent", "calls, 1 or more"),
            Times = settings.Times(section),
            Api = settings.Api(section),
        };
        if (said.Api is not null && entry?.Provider is { } named && providers.GetValueOrDefault(named)?.Kind is ProviderKind.Anthropic or ProviderKind.Echo)
        {
            settings.Add($"{section.Path}:Api is for servers of OpenAI's form, and '{named}' is none. Leave it out.");
        }

        if (entry?.Provider is { } own && providers.GetValueOrDefault(own) is { } provider)
        {
            settings.CheckApi($"{section.Path}:Api", said.Api, provider);
        }

        if (entry is { Provider: null } && said with { Weight = 1 } != entry)
        {
            settings.Add($"{section.Path} names the model '{entry.Model}', whose targets have settings of their own. Leave only Target and Weight here.");
        }

        return entry is null ? null : said;
    }

    /// <summary>A text may have members, too: in an environment they are what is added to a file's text.</summary>
    private string? Name(IConfigurationSection section, string where)
    {
        string? named = section["Target"];
        if (section.Value is { Length: > 0 } && named is not null)
        {
            settings.Add($"{section.Path} is a text and has a Target, too. Write the target once.");
            return null;
        }

        if (named is null && section.GetChildren().Any() && section.Value is null or "")
        {
            settings.Add($"{section.Path}:Target of {where} is missing. {Form}");
            return null;
        }

        return named ?? section.Value ?? "";
    }

    private TargetEntry? Check(string text, string where)
    {
        TargetEntry entry = TargetEntry.Parse(text);
        if (entry.Provider is not null && !providers.ContainsKey(entry.Provider) && models.Contains(text))
        {
            // Names of models may hold slashes, too.
            return new TargetEntry(null, text);
        }

        int before = settings.Errors.Count;
        settings.CheckName(where, entry.Model);
        if (entry.Model.Length == 0 || entry.Provider is { Length: 0 })
        {
            settings.Add($"{where} holds '{text}'. {Form}");
        }
        else if (entry.Provider is { } provider && !providers.ContainsKey(provider))
        {
            settings.Add($"{where} names the provider '{provider}', which is not under Gateway:Providers.{NearMiss.Hint(provider, providers.Keys)} Known: {string.Join(", ", providers.Keys.Order())}.");
        }

        return settings.Errors.Count == before ? entry : null;
    }
}
