namespace Gateway.Routing;

/// <summary>
/// An endpoint of Anthropic's form at a provider whose models are its own: <c>Kind</c> <c>anthropic</c> at a provider of
/// that name finds the address, and at its host the habits.
/// </summary>
internal sealed record MessagesEndpoint(string Name, string BaseUrl, ProviderAuth Auth)
{
    /// <summary>Its servers in other regions. A name that begins with a dot is the end of many.</summary>
    public string[] OtherHosts { get; init; } = [];

    /// <summary>Models that are called Claude are Claude here; elsewhere that is another name of the provider's own.</summary>
    public bool HasClaude { get; init; }

    public static readonly IReadOnlyList<MessagesEndpoint> All =
    [
        new("deepseek", "https://api.deepseek.com/anthropic", ProviderAuth.XApiKey),
        new("moonshot", "https://api.moonshot.ai/anthropic", ProviderAuth.Bearer) { OtherHosts = ["api.moonshot.cn"] },
        new("zai", "https://api.z.ai/api/anthropic", ProviderAuth.Bearer) { OtherHosts = ["open.bigmodel.cn"] },
        new("minimax", "https://api.minimax.io/anthropic", ProviderAuth.Bearer) { OtherHosts = ["api.minimaxi.com"] },
        new("dashscope", "https://dashscope-intl.aliyuncs.com/apps/anthropic", ProviderAuth.Bearer) { OtherHosts = [".aliyuncs.com"] },
        new("openrouter", "https://openrouter.ai/api", ProviderAuth.Bearer) { OtherHosts = [".openrouter.ai"], HasClaude = true },
        new("fireworks", "https://api.fireworks.ai/inference", ProviderAuth.Bearer),
        new("vercel", "https://ai-gateway.vercel.sh", ProviderAuth.Bearer) { HasClaude = true },
        new("xai", "https://api.x.ai", ProviderAuth.Bearer),
        new("ollama", "https://ollama.com", ProviderAuth.Bearer),
        new("databricks", "", ProviderAuth.Bearer) { OtherHosts = [".azuredatabricks.net", ".cloud.databricks.com"], HasClaude = true },
    ];

    /// <summary>Null for servers that are not known, and for Anthropic's own and the clouds' that serve Claude.</summary>
    public static MessagesEndpoint? ByHost(string baseUrl) =>
        Uri.TryCreate(baseUrl, UriKind.Absolute, out Uri? url) ? All.FirstOrDefault(known => known.IsAt(url.IdnHost)) : null;

    /// <summary>Null for a provider of another name, or one whose address nobody can know.</summary>
    public static string? UrlOf(string provider) =>
        All.FirstOrDefault(known => known.Name.Equals(provider, StringComparison.OrdinalIgnoreCase))?.BaseUrl is { Length: > 0 } url ? url : null;

    /// <summary>The model knows what only Claude knows.</summary>
    public bool IsClaude(string model) => HasClaude && model.Contains("claude", StringComparison.OrdinalIgnoreCase);

    private bool IsAt(string host) =>
        (BaseUrl.Length > 0 && host.Equals(new Uri(BaseUrl).Host, StringComparison.OrdinalIgnoreCase))
        || OtherHosts.Any(other => other[0] == '.' ? host.EndsWith(other, StringComparison.OrdinalIgnoreCase) : host.Equals(other, StringComparison.OrdinalIgnoreCase));
}
