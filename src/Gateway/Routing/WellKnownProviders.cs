using System.Collections.Frozen;
using Gateway.Routing.Prices;
using Gateway.Translation.Profiles;

namespace Gateway.Routing;

/// <summary>
/// Providers that need no configuration but their key: an environment variable switches each on. The host of the base
/// URL also tells which habits a provider of any name has.
/// </summary>
internal sealed record WellKnownProvider(string Name, ProviderKind Kind, string Variable, string BaseUrl, Func<Profile, Profile> Profile)
{
    public const string AzureKey = "AZURE_OPENAI_API_KEY";

    /// <summary>Ids that are offered when providers but no models are configured.</summary>
    public string[] Wildcards { get; init; } = [];

    /// <summary>Its servers in other regions.</summary>
    public string[] OtherHosts { get; init; } = [];

    /// <summary>How it bills what its answers say beside their tokens.</summary>
    public BillingRule Billing { get; init; }

    /// <summary>Models whose name holds the text have habits of their own at this provider.</summary>
    public (string Model, Func<Profile, Profile> Profile)[] Exceptions { get; init; } = [];

    public static readonly IReadOnlyList<WellKnownProvider> All =
    [
        new("openai", ProviderKind.OpenAi, "OPENAI_API_KEY", "https://api.openai.com/v1", OpenAiLimits.ApplyTo) { Wildcards = ["gpt-*", "o1*", "o3*", "o4*"], Billing = BillingRule.OpenAi },
        new("anthropic", ProviderKind.Anthropic, "ANTHROPIC_API_KEY", "https://api.anthropic.com", p => p with { AutoCache = AutoCache.Top }) { Wildcards = ["claude-*"], Billing = BillingRule.Anthropic },
        new("gemini", ProviderKind.OpenAi, "GEMINI_API_KEY", "https://generativelanguage.googleapis.com/v1beta/openai", p => p with { OpenAiFields = false }) { Wildcards = ["gemini-*"] },
        new("deepseek", ProviderKind.OpenAi, "DEEPSEEK_API_KEY", "https://api.deepseek.com/v1", p => p with { OpenAiFields = false }) { Wildcards = ["deepseek-*"] },
        new("groq", ProviderKind.OpenAi, "GROQ_API_KEY", "https://api.groq.com/openai/v1", Groq) { Exceptions = [("qwen", p => p with { Effort = ["none", "default"] })] },
        new("mistral", ProviderKind.OpenAi, "MISTRAL_API_KEY", "https://api.mistral.ai/v1", p => p with { OpenAiFields = false }) { Wildcards = ["mistral-*", "codestral-*", "magistral-*", "devstral-*"] },
        new("openrouter", ProviderKind.OpenAi, "OPENROUTER_API_KEY", "https://openrouter.ai/api/v1", OpenRouter) { Billing = BillingRule.Upstream, Exceptions = [("anthropic/", CacheMarks), ("google/gemini", CacheMarks)] },
        new("xai", ProviderKind.OpenAi, "XAI_API_KEY", "https://api.x.ai/v1", p => p with { OpenAiFields = false }) { Wildcards = ["grok-*"] },
        new("together", ProviderKind.OpenAi, "TOGETHER_API_KEY", "https://api.together.xyz/v1", OpenModels),
        new("fireworks", ProviderKind.OpenAi, "FIREWORKS_API_KEY", "https://api.fireworks.ai/inference/v1", OpenModels),
        new("cerebras", ProviderKind.OpenAi, "CEREBRAS_API_KEY", "https://api.cerebras.ai/v1", OpenModels),
        new("dashscope", ProviderKind.OpenAi, "DASHSCOPE_API_KEY", "https://dashscope-intl.aliyuncs.com/compatible-mode/v1", DashScope) { Wildcards = ["qwen*"], OtherHosts = ["dashscope.aliyuncs.com", "dashscope-us.aliyuncs.com", "coding-intl.dashscope.aliyuncs.com", "coding.dashscope.aliyuncs.com"], Exceptions = [("thinking", AlwaysThinks), ("qwq", AlwaysThinks), ("-r1", AlwaysThinks)] },
        new("moonshot", ProviderKind.OpenAi, "MOONSHOT_API_KEY", "https://api.moonshot.ai/v1", OpenModels) { Wildcards = ["kimi-*"], OtherHosts = ["api.moonshot.cn"] },
        new("zai", ProviderKind.OpenAi, "ZAI_API_KEY", "https://api.z.ai/api/paas/v4", OpenModels) { Wildcards = ["glm-*"], OtherHosts = ["open.bigmodel.cn"] },
        new("minimax", ProviderKind.OpenAi, "MINIMAX_API_KEY", "https://api.minimax.io/v1", OpenModels) { Wildcards = ["MiniMax-*"], OtherHosts = ["api.minimaxi.com"] },
        new("nvidia", ProviderKind.OpenAi, "NVIDIA_API_KEY", "https://integrate.api.nvidia.com/v1", p => OpenModels(p) with { TokenField = "max_tokens", ContentFormat = ContentFormat.Text }),
        new("azure", ProviderKind.AzureOpenAi, "AZURE_OPENAI_ENDPOINT", "", OpenAiLimits.ApplyTo),
    ];

    private static readonly FrozenDictionary<string, WellKnownProvider> s_byHost = All
        .Where(known => known.BaseUrl.Length > 0)
        .SelectMany(known => known.OtherHosts.Prepend(new Uri(known.BaseUrl).Host), (known, host) => (known, host))
        .ToFrozenDictionary(pair => pair.host, pair => pair.known);

    /// <summary>Whether it caches what no mark covers is not said anywhere.</summary>
    private static readonly WellKnownProvider s_vertex = new("vertex", ProviderKind.Anthropic, "", "", p => p with { AutoCache = AutoCache.Marks });

    /// <summary>All that is read of the environment for it.</summary>
    public IEnumerable<string> Variables => Kind == ProviderKind.AzureOpenAi ? [Variable, AzureKey] : [Variable, AddressVariable];

    /// <summary>Where another address of it may stand.</summary>
    public string AddressVariable => Variable.Replace("_API_KEY", "_BASE_URL", StringComparison.Ordinal);

    /// <summary>The family's profile with the provider's habits.</summary>
    public Profile Adapt(Profile family, string upstreamModel)
    {
        Profile adapted = Profile(family);
        foreach ((string model, Func<Profile, Profile> exception) in Exceptions)
        {
            adapted = upstreamModel.Contains(model, StringComparison.OrdinalIgnoreCase) ? exception(adapted) : adapted;
        }

        return adapted;
    }

    /// <summary>Whose habits a provider has: Azure's resources have hosts of their own, all others are known by theirs.</summary>
    public static WellKnownProvider? Of(Provider provider) => Of(provider.Kind, provider.BaseUrl);

    /// <summary>The same, of a provider that is being made.</summary>
    public static WellKnownProvider? Of(ProviderKind kind, string baseUrl) =>
        kind == ProviderKind.AzureOpenAi ? All.First(known => known.Kind == ProviderKind.AzureOpenAi) : ByHost(baseUrl);

    public static WellKnownProvider? ByHost(string baseUrl) =>
        Uri.TryCreate(baseUrl, UriKind.Absolute, out Uri? url) ? s_byHost.GetValueOrDefault(url.Host) : null;

    private static Profile OpenModels(Profile p) => p with { OpenAiFields = false, FileParts = false };

    private static Profile Groq(Profile p) => OpenModels(p) with
    {
        TokenField = "max_completion_tokens",
        TokenFieldOnly = false,
        SchemaDialect = SchemaDialect.Groq,
        ReplayReasoning = ReasoningReplay.Never,
        JsonSchemaWithTools = false,
        MaxTools = OpenAiLimits.Tools,
    };

    /// <summary>Its models think unless told not to, and cannot be made to call a tool meanwhile.</summary>
    private static Profile DashScope(Profile p) => OpenModels(p) with { ThinkingStyle = ThinkingStyle.EnableThinking, ToolChoice = ToolChoiceSupport.NotThinking };

    private static Profile AlwaysThinks(Profile p) => p with { ToolChoice = ToolChoiceSupport.AutoOnly };

    private static Profile OpenRouter(Profile p) => p with
    {
        TokenField = "max_tokens",
        TokenFieldOnly = false,
        OpenAiFields = false,
        ThinkingStyle = ThinkingStyle.ReasoningObject,
        ReplayReasoning = new ReasoningReplay(ReplayWhen.Always, "reasoning_details"),
        EffortWithTools = EffortWithTools.Ok,
        FileParts = true,
    };

    /// <summary>These models cache only up to where they are told.</summary>
    private static Profile CacheMarks(Profile p) => p with { PromptCache = PromptCache.CacheControl };
}
