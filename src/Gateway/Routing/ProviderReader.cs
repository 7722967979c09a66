using Gateway.Routing.Prices;
using Gateway.Settings;
using Gateway.Translation.Hub;
using Microsoft.Extensions.Configuration;

namespace Gateway.Routing;

/// <summary>Reads <c>Gateway:Providers:&lt;name&gt;</c>.</summary>
internal sealed class ProviderReader(SectionReader settings, CloudReader clouds)
{
    /// <param name="section">Of one provider.</param>
    /// <param name="known">What the environment says of a provider of that name.</param>
    /// <returns>Null after a mistake without which nothing can be said of the rest.</returns>
    public Provider? Read(IConfigurationSection section, Provider? known)
    {
        ProviderKind? kind = section["Kind"]?.ToLowerInvariant() switch
        {
            "openai" => ProviderKind.OpenAi,
            "azure-openai" => ProviderKind.AzureOpenAi,
            "anthropic" or CloudReader.Vertex => ProviderKind.Anthropic,
            "echo" => ProviderKind.Echo,
            null => known?.Kind,
            _ => null,
        };
        if (kind is null)
        {
            settings.Add($"{section.Path}:Kind is {SettingProblems.Quote(section["Kind"])}. Set it to openai, azure-openai, anthropic, vertex or echo.");
            return null;
        }

        if (section.Key.Contains('/', StringComparison.Ordinal) || ModelName.Problem(section.Key) is not null)
        {
            settings.Add($"{section.Path} is no name that a target can begin with: \"<provider>/<upstream model>\". Give the provider a name without '/'.");
        }

        VertexPlace? vertex = clouds.ReadVertex(section);
        string baseUrl = section["BaseUrl"] ?? MessagesUrl(section, kind.Value, known) ?? known?.BaseUrl ?? vertex?.BaseUrl ?? "";
        if (kind != ProviderKind.Echo)
        {
            settings.CheckUrl($"{section.Path}:BaseUrl", baseUrl);
        }

        UpstreamApi? api = settings.Api(section);
        if (api is not null && kind is not (ProviderKind.OpenAi or ProviderKind.AzureOpenAi))
        {
            settings.Add($"{section.Path}:Api is for servers of OpenAI's form. Leave it out, or set Kind to openai or azure-openai.");
        }

        string? messagesUrl = section["MessagesUrl"] is { Length: > 0 } beside ? beside.TrimEnd('/') : null;
        CheckMessages(section, kind.Value, messagesUrl);

        List<string> keys = ReadKeys(section, known);
        Provider provider = new(section.Key, kind.Value, baseUrl.TrimEnd('/'))
        {
            ApiKey = keys.FirstOrDefault(),
            ApiKeys = keys,
            Api = api,
            MessagesUrl = messagesUrl,
            TokenScope = ReadScope(section),
            Headers = new HeaderReader(settings).Read(section),
            Cloud = clouds.Read(section, baseUrl, keys),
            Vertex = vertex,
            Settings = settings.Profile(section.GetSection("Profile")),
            MaxConcurrent = settings.Whole(section, "MaxConcurrent", "calls, 1 or more"),
        };
        provider = ProviderAuths.Parse(section["Auth"]) is { } auth ? provider with { Auth = auth } : provider;
        provider = provider with { Strips = new StripReader(settings).Read(section, provider) };
        CheckToken(section, provider);
        settings.CheckApi($"{section.Path}:Api", api, provider);
        return ReadBilling(section) is { } billing ? provider with { Billing = billing } : provider;
    }

    /// <summary>Null unless the provider offers Anthropic's form too, and is asked for it without another address.</summary>
    private static string? MessagesUrl(IConfigurationSection section, ProviderKind kind, Provider? known) =>
        kind == ProviderKind.Anthropic
        && (known is null || WellKnownProvider.All.Any(one => one.Kind == ProviderKind.OpenAi && one.BaseUrl == known.BaseUrl))
            ? MessagesEndpoint.UrlOf(section.Key)
            : null;

    private void CheckMessages(IConfigurationSection section, ProviderKind kind, string? url)
    {
        if (url is not null && kind != ProviderKind.OpenAi)
        {
            settings.Add($"{section.Path}:MessagesUrl is a second address of servers whose Kind is openai. Leave it out, or write it into BaseUrl.");
        }
        else if (url is not null)
        {
            settings.CheckUrl($"{section.Path}:MessagesUrl", url);
        }
    }

    private void CheckToken(IConfigurationSection section, Provider provider)
    {
        if (provider.Auth != ProviderAuth.Entra)
        {
            return;
        }

        if (provider.ApiKeys.Count > 0)
        {
            settings.Add($"{section.Path}:ApiKey is set, and Auth is entra, which sends no key. Leave one of them out.");
        }

        if (provider.TokenScope is null)
        {
            settings.Add($"{section.Path}:TokenScope is missing. Set it to the service's audience and /.default, such as https://ai.azure.com/.default.");
        }
    }

    /// <summary>Null when the host says it. No number: the names are what is promised.</summary>
    private BillingRule? ReadBilling(IConfigurationSection section)
    {
        if (section["Billing"] is not { Length: > 0 } text)
        {
            return null;
        }

        if (Enum.GetNames<BillingRule>().Contains(text, StringComparer.OrdinalIgnoreCase))
        {
            return Enum.Parse<BillingRule>(text, ignoreCase: true);
        }

        settings.Add($"{section.Path}:Billing is {SettingProblems.Quote(text)}. Set it to tokens, openai, anthropic or upstream (answers say in usage.cost what they cost in USD).");
        return null;
    }

    /// <summary>Null when the host says it.</summary>
    private string? ReadScope(IConfigurationSection section)
    {
        string? scope = section["TokenScope"] is { Length: > 0 } set ? set : null;
        if (scope is not null && SettingProblems.OfTokenScope(scope) is { } problem)
        {
            settings.Add($"{section.Path}:TokenScope {problem}");
        }

        return scope;
    }

    private List<string> ReadKeys(IConfigurationSection section, Provider? known)
    {
        List<string> keys = section["ApiKey"] is { Length: > 0 } first ? [first] : [.. known?.ApiKeys ?? []];
        settings.CheckKey($"{section.Path}:ApiKey", section["ApiKey"]);
        foreach (IConfigurationSection child in section.GetSection("ApiKeys").GetChildren())
        {
            string key = child.Value ?? "";
            settings.CheckKey(child.Path, key);
            if (key.Length == 0)
            {
                settings.Add($"{child.Path} is empty. Write a key, or leave the entry out.");
            }
            else if (keys.Contains(key, StringComparer.Ordinal) && !SectionReader.IsUnresolved(key))
            {
                settings.Add($"{child.Path} holds a key that the provider has already. Write each key once.");
            }
            else
            {
                keys.Add(key);
            }
        }

        return keys;
    }
}
