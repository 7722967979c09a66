using Gateway.Translation.Profiles;

namespace Gateway.Routing;

/// <summary>
/// An endpoint of Anthropic's form at a provider whose models are its own. <c>Kind</c> <c>anthropic</c> at a provider of
/// that name finds the address, and at its host the habits; a provider of OpenAI's form at that host has it as a second door.
/// </summary>
internal sealed record MessagesEndpoint(string Name, string BaseUrl, ProviderAuth Auth)
{
    /// <summary>Its servers in other regions. A name that begins with a dot is the end of many.</summary>
    public string[] OtherHosts { get; init; } = [];

    /// <summary>Models that are called Claude are Claude here; elsewhere that is another name of the provider's own.</summary>
    public bool HasClaude { get; init; }

    /// <summary>Clients of Messages are better served here than over Chat Completions; of a provider that has Claude, that holds for Claude.</summary>
    private bool IsPreferred { get; init; }

    /// <summary>What models whose name holds the text know of effort here, where that differs from their family's.</summary>
    private (string Model, string[] Effort)[] Efforts { get; init; } = [];

    public static readonly IReadOnlyList<MessagesEndpoint> All =
    [
        new("deepseek", "https://api.deepseek.com/anthropic", ProviderAuth.XApiKey) { IsPreferred = true },
        new("moonshot", "https://api.moonshot.ai/anthropic", ProviderAuth.Bearer) { OtherHosts = ["api.moonshot.cn"], IsPreferred = true, Efforts = [("kimi-k3", ["low", "high", "max"])] },
        new("zai", "https://api.z.ai/api/anthropic", ProviderAuth.Bearer) { OtherHosts = ["open.bigmodel.cn"], IsPreferred = true },
        new("minimax", "https://api.minimax.io/anthropic", ProviderAuth.Bearer) { OtherHosts = ["api.minimaxi.com"], IsPreferred = true },
        new("dashscope", "https://dashscope-intl.aliyuncs.com/apps/anthropic", ProviderAuth.Bearer) { OtherHosts = [".aliyuncs.com"] },
        new("openrouter", "https://openrouter.ai/api", ProviderAuth.Bearer) { OtherHosts = [".openrouter.ai"], HasClaude = true, IsPreferred = true },
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

    /// <summary>Where the endpoint is beside a base URL of OpenAI's form on the same host; null where nobody can know it.</summary>
    public static string? UrlBeside(string baseUrl) =>
        Uri.TryCreate(baseUrl, UriKind.Absolute, out Uri? url) && url.Query.Length == 0 && ByHost(baseUrl)?.BaseUrl is { Length: > 0 } known
            ? url.GetLeftPart(UriPartial.Authority) + new Uri(known).AbsolutePath
            : null;

    /// <summary>The model knows what only Claude knows.</summary>
    public bool IsClaude(string model) => HasClaude && IsCalledClaude(model);

    public static bool IsCalledClaude(string model) => model.Contains("claude", StringComparison.OrdinalIgnoreCase);

    /// <summary>Clients of Messages are better served here than over Chat Completions.</summary>
    public bool IsBest(string model) => IsPreferred && (!HasClaude || IsClaude(model));

    /// <summary>The profile with what a model that is not Claude knows here.</summary>
    public Profile Adapt(Profile profile, string model) =>
        profile with { Effort = Efforts.FirstOrDefault(known => model.Contains(known.Model, StringComparison.OrdinalIgnoreCase)).Effort ?? profile.Effort };

    private bool IsAt(string host) =>
        (BaseUrl.Length > 0 && host.Equals(new Uri(BaseUrl).Host, StringComparison.OrdinalIgnoreCase))
        || OtherHosts.Any(other => other[0] == '.' ? host.EndsWith(other, StringComparison.OrdinalIgnoreCase) : host.Equals(other, StringComparison.OrdinalIgnoreCase));
}
