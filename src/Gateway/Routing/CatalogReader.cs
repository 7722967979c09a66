using System.Globalization;
using Gateway.Routing.Prices;
using Gateway.Settings;
using Gateway.Translation.Hub;
using Gateway.Translation.Profiles;
using Microsoft.Extensions.Configuration;

namespace Gateway.Routing;

/// <summary>
/// Reads providers and models from the configuration. All mistakes are gathered, so that an operator mends them in one
/// go; each message names the key and what would be right.
/// </summary>
internal sealed class CatalogReader(IConfiguration configuration)
{
    private const string UnresolvedSecret = "@Microsoft.KeyVault(";
    private readonly List<string> _errors = [];

    public static Catalog Read(IConfiguration configuration)
    {
        CatalogReader reader = new(configuration);
        Catalog catalog = reader.Read();
        return reader._errors.Count == 0
            ? catalog
            : throw new ConfigurationException(reader._errors);
    }

    private Catalog Read()
    {
        Dictionary<string, Provider> providers = new(StringComparer.OrdinalIgnoreCase)
        {
            ["echo"] = new Provider("echo", ProviderKind.Echo, ""),
        };
        CheckSecrets();
        CheckKey("Gateway:DevKey", configuration["Gateway:DevKey"]);
        List<WellKnownProvider> switchedOn = AddWellKnown(providers);
        foreach (IConfigurationSection section in configuration.GetSection("Gateway:Providers").GetChildren())
        {
            if (ReadProvider(section, providers.GetValueOrDefault(section.Key)) is { } provider)
            {
                providers[provider.Name] = provider;
            }
        }

        List<Model> models = [.. configuration.GetSection("Gateway:Models").GetChildren().Select(s => ReadModel(s, providers)).OfType<Model>()];
        foreach (IGrouping<string, Model> same in models.GroupBy(m => m.Id, StringComparer.Ordinal).Where(group => group.Count() > 1))
        {
            _errors.Add($"Gateway:Models holds the Id '{same.Key}' {same.Count()} times, and only the first could be asked for. Put all targets into one entry, or give each an Id of its own.");
        }

        bool nothingConfigured = models.Count == 0 && providers.Count == 1;
        return new Catalog(providers, models.Count > 0 ? models : nothingConfigured ? EchoModels() : DefaultModels(switchedOn));
    }

    /// <summary>With nothing configured, whatever Claude Code and the SDKs ask for first is answered.</summary>
    private static List<Model> EchoModels() =>
    [
        new("echo", "Echo (built in)", ["echo/echo"]),
        new("claude-*", "claude-*", ["echo/*"]),
        new("gpt-*", "gpt-*", ["echo/*"]),
    ];

    private static List<Model> DefaultModels(List<WellKnownProvider> providers) =>
        [.. providers.SelectMany(p => p.Wildcards.Select(id => new Model(id, id, [$"{p.Name}/*"])))];

    private List<WellKnownProvider> AddWellKnown(Dictionary<string, Provider> providers)
    {
        List<WellKnownProvider> found = [];
        foreach (WellKnownProvider known in WellKnownProvider.All)
        {
            if (configuration[known.Variable] is not { Length: > 0 } value)
            {
                continue;
            }

            found.Add(known);
            bool azure = known.Kind == ProviderKind.AzureOpenAi;
            string addressed = azure ? known.Variable : known.Variable.Replace("_API_KEY", "_BASE_URL", StringComparison.Ordinal);
            string keyed = azure ? "AZURE_OPENAI_API_KEY" : known.Variable;
            CheckKey(keyed, configuration[keyed]);
            CheckUrl(addressed, configuration[addressed] is { Length: > 0 } set ? set : known.BaseUrl);
            string baseUrl = azure ? value.TrimEnd('/') + "/openai/v1" : configuration[addressed] is { Length: > 0 } other ? other.TrimEnd('/') : known.BaseUrl;
            providers[known.Name] = new Provider(known.Name, known.Kind, baseUrl)
            {
                ApiKey = configuration[keyed] is { Length: > 0 } key ? key : null,
            };
        }

        return found;
    }

    private Provider? ReadProvider(IConfigurationSection section, Provider? known)
    {
        ProviderKind? kind = section["Kind"]?.ToLowerInvariant() switch
        {
            "openai" => ProviderKind.OpenAi,
            "azure-openai" => ProviderKind.AzureOpenAi,
            "anthropic" => ProviderKind.Anthropic,
            "echo" => ProviderKind.Echo,
            null => known?.Kind,
            _ => null,
        };
        if (kind is null)
        {
            _errors.Add($"{section.Path}:Kind is '{section["Kind"]}'. Set it to openai, azure-openai, anthropic or echo.");
            return null;
        }

        if (section.Key.Contains('/', StringComparison.Ordinal) || ModelName.Problem(section.Key) is not null)
        {
            _errors.Add($"{section.Path} is no name that a target can begin with: \"<provider>/<upstream model>\". Give the provider a name without '/'.");
        }

        string baseUrl = section["BaseUrl"] ?? known?.BaseUrl ?? "";
        if (kind != ProviderKind.Echo)
        {
            CheckUrl($"{section.Path}:BaseUrl", baseUrl);
        }

        CheckKey($"{section.Path}:ApiKey", section["ApiKey"]);
        return new Provider(section.Key, kind.Value, baseUrl.TrimEnd('/'))
        {
            ApiKey = section["ApiKey"] is { Length: > 0 } key ? key : known?.ApiKey,
            Settings = ReadProfile(section.GetSection("Profile")),
            MaxConcurrent = ReadNumber(section, "MaxConcurrent", "calls"),
        };
    }

    private Model? ReadModel(IConfigurationSection section, Dictionary<string, Provider> providers)
    {
        string? id = section["Id"];
        if (string.IsNullOrWhiteSpace(id))
        {
            _errors.Add($"{section.Path}:Id is missing. Set it to the name that clients ask for.");
            return null;
        }

        CheckName($"{section.Path}:Id", id);
        List<string> targets = [.. section.GetSection("Targets").GetChildren().Select(t => t.Value ?? "")];
        if (targets.Count == 0)
        {
            _errors.Add($"{section.Path}:Targets of '{id}' is empty. Name at least one \"<provider>/<upstream model>\".");
        }

        foreach (string target in targets)
        {
            int slash = target.IndexOf('/', StringComparison.Ordinal);
            CheckName($"{section.Path}:Targets of '{id}'", target[(slash + 1)..]);
            if (slash <= 0 || slash == target.Length - 1)
            {
                _errors.Add($"{section.Path}:Targets of '{id}' holds '{target}'. Write it as \"<provider>/<upstream model>\".");
            }
            else if (!providers.ContainsKey(target[..slash]))
            {
                _errors.Add($"{section.Path}:Targets of '{id}' names the provider '{target[..slash]}', which is not under Gateway:Providers. Known: {string.Join(", ", providers.Keys.Order())}.");
            }
        }

        return new Model(id, section["DisplayName"] is { Length: > 0 } name ? name : id, targets)
        {
            Settings = ReadProfile(section.GetSection("Profile")),
            ContextWindow = ReadNumber(section, "ContextWindow"),
            MaxOutputTokens = ReadNumber(section, "MaxOutputTokens"),
            Price = PriceReader.Read(section.GetSection("Price"), _errors),
        };
    }

    private List<ProfileSetting> ReadProfile(IConfigurationSection section)
    {
        List<ProfileSetting> settings = [];
        if (section.Value is { Length: > 0 })
        {
            _errors.Add($"{section.Path} is a single value. Write an object with the flags of docs/providers.md.");
        }

        foreach (IConfigurationSection flag in section.GetChildren())
        {
            // An empty JSON list arrives as an empty text: both are values, not absent keys.
            List<string> values = [.. flag.GetChildren().Select(child => child.Value ?? "")];
            values = values.Count > 0 ? values : [flag.Value ?? "null"];
            if (ProfileFlags.TrySet(Profile.Default, flag.Key, values) is null)
            {
                _errors.Add(ProfileFlags.Names.Contains(flag.Key, StringComparer.OrdinalIgnoreCase)
                    ? $"{flag.Path} is '{string.Join(", ", values)}', which this flag does not know. See docs/providers.md."
                    : $"{flag.Path} is no profile flag. Known flags: {string.Join(", ", ProfileFlags.Names)}.");
                continue;
            }

            settings.Add(new ProfileSetting(flag.Key, values));
        }

        return settings;
    }

    private int? ReadNumber(IConfigurationSection section, string key, string unit = "tokens")
    {
        if (section[key] is not { Length: > 0 } text)
        {
            return null;
        }

        if (int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out int number) && number > 0)
        {
            return number;
        }

        _errors.Add($"{section.Path}:{key} is '{text}'. Set it to a whole number of {unit}.");
        return null;
    }

    private void CheckName(string setting, string name)
    {
        if ((name.Length > 0 ? ModelName.Problem(name) : null) is { } problem)
        {
            _errors.Add($"{setting} {problem}.");
        }
        else if (name.Trim().Length != name.Length)
        {
            _errors.Add($"{setting} has white space around a name. Write the name alone.");
        }
    }

    private void CheckKey(string setting, string? key)
    {
        if (key is { Length: > 0 } && !key.StartsWith(UnresolvedSecret, StringComparison.OrdinalIgnoreCase) && SettingProblems.OfKey(key) is { } problem)
        {
            _errors.Add($"{setting} {problem}");
        }
    }

    private void CheckUrl(string setting, string url)
    {
        if (!url.StartsWith(UnresolvedSecret, StringComparison.OrdinalIgnoreCase) && SettingProblems.OfBaseUrl(url) is { } problem)
        {
            _errors.Add($"{setting} {problem}");
        }
    }

    /// <summary>The platform leaves a reference that it cannot resolve as it is, in any setting, and says so only in its portal.</summary>
    private void CheckSecrets()
    {
        foreach ((string key, string? value) in configuration.AsEnumerable())
        {
            if (value?.StartsWith(UnresolvedSecret, StringComparison.OrdinalIgnoreCase) == true)
            {
                _errors.Add($"{key} holds a Key Vault reference that was not resolved. Give the app's identity the role Key Vault Secrets User on that vault, and check the secret's name.");
            }
        }
    }
}
