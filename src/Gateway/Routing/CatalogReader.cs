using System.Globalization;
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
        List<WellKnownProvider> switchedOn = AddWellKnown(providers);
        foreach (IConfigurationSection section in configuration.GetSection("Gateway:Providers").GetChildren())
        {
            if (ReadProvider(section, providers.GetValueOrDefault(section.Key)) is { } provider)
            {
                providers[provider.Name] = provider;
            }
        }

        List<Model> models = [.. configuration.GetSection("Gateway:Models").GetChildren().Select(s => ReadModel(s, providers)).OfType<Model>()];
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
            string baseUrl = azure ? value.TrimEnd('/') + "/openai/v1" : configuration[known.Variable.Replace("_API_KEY", "_BASE_URL", StringComparison.Ordinal)] is { Length: > 0 } other ? other.TrimEnd('/') : known.BaseUrl;
            providers[known.Name] = new Provider(known.Name, known.Kind, baseUrl)
            {
                ApiKey = azure ? configuration["AZURE_OPENAI_API_KEY"] : value,
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

        string baseUrl = (section["BaseUrl"] ?? known?.BaseUrl ?? "").TrimEnd('/');
        if (kind != ProviderKind.Echo && !(Uri.TryCreate(baseUrl, UriKind.Absolute, out Uri? url) && url.Scheme is "http" or "https"))
        {
            _errors.Add($"{section.Path}:BaseUrl is '{baseUrl}'. Set it to the http(s) URL of the server, such as https://api.openai.com/v1.");
        }

        return new Provider(section.Key, kind.Value, baseUrl)
        {
            ApiKey = section["ApiKey"] is { Length: > 0 } key ? key : known?.ApiKey,
            Settings = ReadProfile(section.GetSection("Profile")),
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

        List<string> targets = [.. section.GetSection("Targets").GetChildren().Select(t => t.Value ?? "")];
        if (targets.Count == 0)
        {
            _errors.Add($"{section.Path}:Targets of '{id}' is empty. Name at least one \"<provider>/<upstream model>\".");
        }

        foreach (string target in targets)
        {
            int slash = target.IndexOf('/', StringComparison.Ordinal);
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

    private int? ReadNumber(IConfigurationSection section, string key)
    {
        if (section[key] is not { Length: > 0 } text)
        {
            return null;
        }

        if (int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out int number) && number > 0)
        {
            return number;
        }

        _errors.Add($"{section.Path}:{key} is '{text}'. Set it to a whole number of tokens.");
        return null;
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

/// <summary>The configuration cannot be served; the message lists every mistake.</summary>
public sealed class ConfigurationException(IReadOnlyList<string> errors)
    : Exception("The configuration has mistakes:\n" + string.Join('\n', errors.Select(e => "  - " + e)))
{
    public IReadOnlyList<string> Errors => errors;
}
