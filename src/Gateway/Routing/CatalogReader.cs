using Gateway.Settings;
using Microsoft.Extensions.Configuration;

namespace Gateway.Routing;

/// <summary>
/// Reads providers and models from the configuration. All mistakes are gathered, so that an operator mends them in one
/// go; each message names the key and what would be right.
/// </summary>
internal sealed class CatalogReader(IConfiguration configuration)
{
    /// <summary>What Claude Code asks for when nobody says otherwise.</summary>
    private static readonly string[] s_claudeCode = ["claude-*haiku*", "claude-*sonnet*", "claude-*opus*"];

    private readonly SectionReader _settings = new([]);

    public static Catalog Read(IConfiguration configuration)
    {
        CatalogReader reader = new(configuration);
        Catalog catalog = reader.Read();
        return reader._settings.Errors.Count == 0
            ? catalog
            : throw new ConfigurationException(reader._settings.Errors);
    }

    private Catalog Read()
    {
        Dictionary<string, Provider> providers = new(StringComparer.OrdinalIgnoreCase)
        {
            ["echo"] = new Provider("echo", ProviderKind.Echo, ""),
        };
        CheckSecrets();
        _settings.CheckKey("Gateway:DevKey", configuration["Gateway:DevKey"]);
        List<WellKnownProvider> switchedOn = AddWellKnown(providers);
        ProviderReader providerReader = new(_settings, new CloudReader(_settings, configuration));
        foreach (IConfigurationSection section in configuration.GetSection("Gateway:Providers").GetChildren())
        {
            if (providerReader.Read(section, providers.GetValueOrDefault(section.Key)) is { } provider)
            {
                providers[provider.Name] = provider;
            }
        }

        List<IConfigurationSection> written = [.. configuration.GetSection("Gateway:Models").GetChildren()];
        ModelReader modelReader = new(_settings, providers, written.SelectMany(NamesOf).ToHashSet(StringComparer.Ordinal));
        List<Model> models = [.. written.Select(modelReader.Read).OfType<Model>()];
        if (written.Count == 0 && configuration.GetSection("Gateway:Models").Value is "")
        {
            // As an empty list arrives here. Without this the usual models would be offered.
            _settings.Add("Gateway:Models is an empty list. Name at least one model, or leave Models out: then the usual models of the providers are offered.");
        }

        _settings.Errors.AddRange(ModelNames.Mistakes(models));
        bool nothingConfigured = models.Count == 0 && providers.Count == 1;
        return new Catalog(providers, models.Count > 0 ? models : nothingConfigured ? EchoModels() : DefaultModels(switchedOn))
        {
            OnlyEcho = nothingConfigured,
            DirectRoutes = ReadChoice("Gateway:DirectRoutes", ("on", DirectRoutes.On), ("priced", DirectRoutes.Priced), ("off", DirectRoutes.Off)),
            RefusesUnpriced = ReadChoice("Gateway:Unpriced", ("allow", false), ("refuse", true)),
        };
    }

    /// <summary>The first when nothing is said.</summary>
    private T ReadChoice<T>(string key, params (string Name, T Value)[] choices)
    {
        string text = configuration[key] is { Length: > 0 } said ? said : choices[0].Name;
        foreach ((string name, T value) in choices)
        {
            if (name.Equals(text, StringComparison.OrdinalIgnoreCase))
            {
                return value;
            }
        }

        _settings.Add($"{key} is '{text}'. Set it to {string.Join(", ", choices[..^1].Select(choice => choice.Name))} or {choices[^1].Name}.");
        return choices[0].Value;
    }

    private static IEnumerable<string> NamesOf(IConfigurationSection model) =>
        model.GetSection("Aliases").GetChildren().Select(alias => alias.Value).Prepend(model["Id"]).OfType<string>();

    /// <summary>With nothing configured Claude Code works, too. A name that is some provider's would look as if that had answered.</summary>
    private static List<Model> EchoModels() =>
    [
        new("echo", "Echo (built in)", [new("echo", "echo")]),
        .. s_claudeCode.Select(id => new Model(id, id, [new("echo", "*")])),
    ];

    private static List<Model> DefaultModels(List<WellKnownProvider> providers) =>
        [.. providers.SelectMany(p => p.Wildcards.Select(id => new Model(id, id, [new TargetEntry(p.Name, "*")])))];

    private List<WellKnownProvider> AddWellKnown(Dictionary<string, Provider> providers)
    {
        List<WellKnownProvider> found = [];
        foreach (WellKnownProvider known in WellKnownProvider.All)
        {
            if (SettingRemarks.Trimmed(configuration, known.Variable) is not { Length: > 0 } value)
            {
                continue;
            }

            found.Add(known);
            bool azure = known.Kind == ProviderKind.AzureOpenAi;
            string addressed = azure ? known.Variable : known.AddressVariable;
            string keyed = azure ? WellKnownProvider.AzureKey : known.Variable;
            string? key = SettingRemarks.Trimmed(configuration, keyed) is { Length: > 0 } said ? said : null;
            string address = SettingRemarks.Trimmed(configuration, addressed) is { Length: > 0 } set ? set : known.BaseUrl;
            _settings.CheckKey(keyed, key);
            _settings.CheckUrl(addressed, address);
            string baseUrl = azure ? AzureUrl(address) : address.TrimEnd('/');
            Provider provider = new(known.Name, known.Kind, baseUrl)
            {
                ApiKey = key,
                ApiKeys = key is null ? [] : [key],
            };
            providers[known.Name] = provider with { Strips = StripList.Of(provider) };
        }

        return found;
    }

    /// <summary>The portal shows the address of a resource without a path, and some tools want it with one.</summary>
    private static string AzureUrl(string endpoint)
    {
        string root = endpoint.TrimEnd('/');
        return root.EndsWith("/openai/v1", StringComparison.OrdinalIgnoreCase) ? root
            : root.EndsWith("/openai", StringComparison.OrdinalIgnoreCase) ? root + "/v1"
            : root + "/openai/v1";
    }

    /// <summary>The platform leaves a reference that it cannot resolve as it is, in any setting, and says so only in its portal.</summary>
    private void CheckSecrets()
    {
        foreach ((string key, string? value) in configuration.AsEnumerable())
        {
            if (SectionReader.IsUnresolved(value))
            {
                _settings.Add($"{key} holds a Key Vault reference that was not resolved. Give the app's identity the role Key Vault Secrets User on that vault, and check the secret's name.");
            }
        }
    }
}
