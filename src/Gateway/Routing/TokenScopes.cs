namespace Gateway.Routing;

/// <summary>For whom a token of the gateway's identity is: Azure's services take those of their own audience only.</summary>
internal static class TokenScopes
{
    private const string CognitiveServices = "https://cognitiveservices.azure.com/.default";

    private const string Foundry = "https://ai.azure.com/.default";

    /// <summary>The first that fits counts.</summary>
    private static readonly (string HostEnd, string Scope)[] s_byHost =
    [
        (".services.ai.azure.com", Foundry),
        (".openai.azure.com", CognitiveServices),
        (".cognitiveservices.azure.com", CognitiveServices),
        (".api.cognitive.microsoft.com", CognitiveServices),
        (".azure.us", "https://cognitiveservices.azure.us/.default"),
        (".azure.cn", "https://cognitiveservices.azure.cn/.default"),
    ];

    /// <summary>Newer resources of Foundry and older ones of Cognitive Services want either; null for all others.</summary>
    public static string? OtherThan(string scope) => scope switch
    {
        Foundry => CognitiveServices,
        CognitiveServices => Foundry,
        _ => null,
    };

    /// <summary>Null for servers that take no such token, or carry a key in their address.</summary>
    public static string? Of(ProviderKind kind, string baseUrl)
    {
        string? byHost = Uri.TryCreate(baseUrl, UriKind.Absolute, out Uri? url)
            ? s_byHost.FirstOrDefault(known => url.IdnHost.EndsWith(known.HostEnd, StringComparison.OrdinalIgnoreCase)).Scope
            : null;
        return kind switch
        {
            ProviderKind.AzureOpenAi => byHost ?? CognitiveServices,
            ProviderKind.OpenAi or ProviderKind.Anthropic when url is { Scheme: "https", Query: "" } => byHost,
            _ => null,
        };
    }
}
