namespace Gateway.Routing;

/// <summary>In which header a provider wants its key, or a token.</summary>
public enum ProviderAuth
{
    /// <summary><c>x-api-key</c>, as Anthropic does.</summary>
    XApiKey,

    /// <summary><c>api-key</c>, as Azure OpenAI does.</summary>
    ApiKey,

    /// <summary><c>Authorization: Bearer</c>, as OpenAI does.</summary>
    Bearer,

    /// <summary>A token of the gateway's identity, and no key.</summary>
    Entra,
}

/// <summary>How <see cref="ProviderAuth"/> is written in the configuration, and which one it is where nobody wrote any.</summary>
internal static class ProviderAuths
{
    /// <summary>All that <c>Auth</c> takes; the last two show another cloud who the gateway is.</summary>
    public const string Names = "x-api-key, api-key, bearer, entra, sigv4 (AWS) or google";

    /// <summary>Null for what is none, or another cloud's.</summary>
    public static ProviderAuth? Parse(string? text) => text?.ToLowerInvariant() switch
    {
        "x-api-key" => ProviderAuth.XApiKey,
        "api-key" => ProviderAuth.ApiKey,
        "bearer" => ProviderAuth.Bearer,
        "entra" => ProviderAuth.Entra,
        _ => null,
    };

    public static ProviderAuth Of(ProviderKind kind, string baseUrl) => kind switch
    {
        ProviderKind.AzureOpenAi => ProviderAuth.ApiKey,
        ProviderKind.Anthropic => MessagesEndpoint.ByHost(baseUrl)?.Auth ?? ProviderAuth.XApiKey,
        _ => ProviderAuth.Bearer,
    };
}
