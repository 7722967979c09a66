using System.Text.RegularExpressions;

namespace Gateway.Translation.Profiles;

/// <summary>
/// What families of models accept, by the upstream's own model name: never by the alias that the client used. A name
/// that matches nothing gets the plain OpenAI profile.
/// </summary>
public static class ModelFamilies
{
    private static readonly string[] s_gpt52 = ["none", "low", "medium", "high", "xhigh"];

    /// <summary>The first match counts. Vendor prefixes such as <c>deepseek/</c> are cut off before.</summary>
    private static readonly (Regex Name, Func<Profile, Profile> Apply)[] s_families =
    [
        Family(@"^gpt-[5-9][\w.]*-chat", p => OpenAiLimits.ApplyTo(p) with { TokenFieldOnly = true }),
        Family(@"^gpt-\d[\w.]*-chat|^chatgpt-", OpenAiLimits.ApplyTo),
        Family(@"^gpt-oss", p => Local(p) with { Effort = ["low", "medium", "high"] }),
        Family(@"search-(preview|api)", p => OpenAiLimits.ApplyTo(p) with { WebSearch = true, Sampling = false, TokenFieldOnly = true }),
        Family(@"^o\d", p => OpenAiReasoning(p, "low", "medium", "high")),
        Family(@"^gpt-5-pro", p => OpenAiReasoning(p, "high")),
        Family(@"^gpt-5\.6", p => OpenAiReasoning(p, [.. s_gpt52, "max"]) with { EffortWithTools = EffortWithTools.ForceNone, Phase = true }),
        Family(@"^gpt-5\.[45]", p => OpenAiReasoning(p, s_gpt52) with { EffortWithTools = EffortWithTools.ForceNone, Phase = true }),
        Family(@"^gpt-5\.3-codex", p => OpenAiReasoning(p, s_gpt52) with { Phase = true }),
        Family(@"^gpt-5\.[23]|^gpt-5\.1-codex-max", p => OpenAiReasoning(p, s_gpt52)),
        Family(@"^gpt-5\.1", p => OpenAiReasoning(p, "none", "low", "medium", "high")),
        Family(@"^gpt-5\.", p => OpenAiReasoning(p, s_gpt52)),
        Family(@"^gpt-5", p => OpenAiReasoning(p, "minimal", "low", "medium", "high")),
        Family(@"^gpt-[6-9]", p => OpenAiReasoning(p, s_gpt52) with { Phase = true }),
        Family(@"^codex", p => OpenAiReasoning(p, s_gpt52)),
        Family(@"^(ft:)?gpt-", OpenAiLimits.ApplyTo),
        Family(@"^deepseek-r1", p => DeepSeekReasoner(p) with { InlineThink = InlineThink.OpenedOrNot }),
        Family(@"^deepseek-reasoner", DeepSeekReasoner),
        Family(@"^deepseek", DeepSeek),
        Family(@"^magistral", p => Mistral(p) with { InlineThink = InlineThink.Tagged, ReplayReasoning = new ReasoningReplay(ReplayWhen.Always, "content") }),
        Family(@"^(mistral|ministral|codestral|devstral|pixtral|open-mi)", Mistral),
        Family(@"^gemini-2\.5-pro", p => Gemini(p, "low", "medium", "high")),
        Family(@"^gemini-2\.5", p => Gemini(p, "none", "low", "medium", "high")),
        Family(@"^gemini-3[\w.]*-flash", p => Gemini(p, "minimal", "low", "medium", "high")),
        Family(@"^gemini-3", p => Gemini(p, "low", "medium", "high")),
        Family(@"^gemini", p => Gemini(p)),
        Family(@"^qwen[\d.]*-(coder-)?(max|plus|flash|turbo)", p => Qwen(p) with { ThinkingStyle = ThinkingStyle.EnableThinking, ToolChoice = ToolChoiceSupport.NotThinking }),
        Family(@"^qwen3.*thinking|^qwq|^qvq", p => Qwen(p) with { InlineThink = InlineThink.OpenedOrNot }),
        Family(@"^qwen", Qwen),
        Family(@"^kimi-k2[.p][56](?!.*thinking)", p => Kimi(p) with { ToolChoice = ToolChoiceSupport.NotThinking }),
        Family(@"^kimi.*thinking|^kimi-k2[.p]|^kimi-k[3-9]|^kimi-for-coding", p => Kimi(p) with { ToolChoice = ToolChoiceSupport.AutoOnly }),
        Family(@"^(kimi|moonshot)", Moonshot),
        Family(@"^glm", p => Local(p) with { ReplayReasoning = new ReasoningReplay(ReplayWhen.Always, "reasoning_content"), ThinkingStyle = ThinkingStyle.ThinkingType }),
        Family(@"^minimax-m\d", p => Local(p) with { InlineThink = InlineThink.OpenedOrNot, ReplayReasoning = new ReasoningReplay(ReplayWhen.Always, "reasoning_content") }),
        Family(@"^minimax", p => Local(p) with { InlineThink = InlineThink.Tagged, ReplayReasoning = new ReasoningReplay(ReplayWhen.Always, "reasoning_content") }),
        Family(@"^grok-3-mini", p => Grok(p, "low", "high")),
        Family(@"^grok-4[.-]20-multi-agent|^grok-4\.[6-9]", p => Grok(p, "low", "medium", "high", "xhigh")),
        Family(@"^grok-4[.-]3(?!\d)", p => Grok(p, "none", "low", "medium", "high")),
        Family(@"^grok-4[.-]5(?!\d)", p => Grok(p, "low", "medium", "high")),
        Family(@"^grok-(4|code)|^grok.*reasoning", p => Grok(p)),
        Family(@"^gemma", p => Local(p) with { StrictAlternation = true, SystemFirstOnly = true }),
        Family(@"^sonar", p => Local(p) with { StrictAlternation = true, SystemFirstOnly = true }),
        Family(@"^(llama|codellama|phi|command|grok|smollm|granite|nemotron|hermes|yi|internlm|olmo|exaone)", Local),
        Family(@"^claude.*-3-(haiku|opus|sonnet)|^claude-(2|instant)", p => p with { ClaudeThinking = ClaudeThinking.None, MaxOutputTokens = 4096 }),
        Family(@"^claude.*-3-5(-|@|$)", p => p with { ClaudeThinking = ClaudeThinking.None, MaxOutputTokens = 8192 }),
        Family(@"^claude.*(3-7|-4-[0-5](\b|-|$)|-4-2025|-4@)|^claude-(opus|sonnet)-4$", p => p with { ClaudeThinking = ClaudeThinking.Budget }),
        Family(@"^claude", p => p with { ClaudeThinking = ClaudeThinking.Adaptive, Sampling = false }),
    ];

    /// <summary>OpenAI's tokenizer since GPT-4o; GPT-4, GPT-4 Turbo and GPT-3.5 have an older one. Fine-tuned models begin with <c>ft:</c>.</summary>
    private static readonly Regex s_o200k = new(@"^(ft:)?(gpt-4o|chatgpt-4o|gpt-4\.[15]|gpt-[5-9]|gpt-oss|codex|o\d(-|$))", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant);

    /// <summary>Names of Claude on Vertex (<c>claude-opus-4-1@20250805</c>) and, without their prefix, on Bedrock (<c>claude-opus-4-1-v1:0</c>).</summary>
    private static readonly Regex s_cloud = new(@"@\d|-v\d+(:\d+)?$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant);

    /// <summary>The profile of a model before provider and configuration have had their say.</summary>
    public static Profile ProfileOf(string upstreamModel)
    {
        string name = upstreamModel[(upstreamModel.LastIndexOf('/') + 1)..];
        int claude = name.IndexOf("claude", StringComparison.OrdinalIgnoreCase);
        if (claude == 0 || (claude > 0 && name[claude - 1] == '.'))
        {
            // Bedrock's names begin with us.anthropic., and aggregators write claude-sonnet-4.5 for claude-sonnet-4-5.
            name = name[claude..].Replace('.', '-');
        }

        // Bedrock and Vertex know marks on blocks, but not everywhere the one at the top.
        bool isClaude = name.StartsWith("claude", StringComparison.OrdinalIgnoreCase);
        AutoCache autoCache = !isClaude ? AutoCache.None : claude > 0 || s_cloud.IsMatch(name) ? AutoCache.Marks : AutoCache.Top;
        Profile profile = Profile.Default with { O200k = s_o200k.IsMatch(name), AutoCache = autoCache, Vision = !TextOnlyModels.Holds(name) };
        foreach ((Regex pattern, Func<Profile, Profile> apply) in s_families)
        {
            if (pattern.IsMatch(name))
            {
                return apply(profile);
            }
        }

        return profile;
    }

    private static (Regex Name, Func<Profile, Profile> Apply) Family(string pattern, Func<Profile, Profile> apply) =>
        (new Regex(pattern, RegexOptions.IgnoreCase | RegexOptions.CultureInvariant), apply);

    private static Profile OpenAiReasoning(Profile p, params string[] effort) =>
        OpenAiLimits.ApplyTo(p) with { TokenFieldOnly = true, Effort = effort, Sampling = false, Stop = false };

    /// <summary>
    /// Servers of open models: the older field names, no OpenAI account fields, no files. Their chat templates want a text
    /// to be a string, and turns to be whole.
    /// </summary>
    private static Profile Local(Profile p) => p with
    {
        TokenField = "max_tokens",
        OpenAiFields = false,
        FileParts = false,
        EmptyContent = "",
        ContentFormat = ContentFormat.Text,
        MergeAssistant = true,
    };

    private static Profile DeepSeek(Profile p) => Local(p) with
    {
        TokenFieldOnly = true,
        ReplayReasoning = new ReasoningReplay(ReplayWhen.ToolTurns, "reasoning_content"),
        ThinkingStyle = ThinkingStyle.ThinkingType,
        Effort = ["low", "high", "max"],
        ToolChoice = ToolChoiceSupport.NotThinking,
        MaxTools = OpenAiLimits.Tools,
        ParallelTools = false,
        JsonSchema = false,
    };

    private static Profile DeepSeekReasoner(Profile p) =>
        DeepSeek(p) with { Sampling = false, StrictAlternation = true, ToolChoice = ToolChoiceSupport.AutoOnly };

    /// <summary>Those that only Alibaba serves think unless told not to.</summary>
    private static Profile Qwen(Profile p) => Local(p) with
    {
        SystemFirstOnly = true,
        ReplayReasoning = new ReasoningReplay(ReplayWhen.Always, "reasoning_content"),
    };

    private static Profile Moonshot(Profile p) => Local(p) with { SchemaDialect = SchemaDialect.Moonshot };

    /// <summary>Newer ones think always, the ones before unless told not to.</summary>
    private static Profile Kimi(Profile p) => Moonshot(p) with
    {
        ReplayReasoning = new ReasoningReplay(ReplayWhen.ToolTurns, "reasoning_content"),
        Sampling = false,
        ThinkingStyle = ThinkingStyle.ThinkingType,
    };

    /// <summary>Most models think as much as they like, and refuse an effort.</summary>
    private static Profile Grok(Profile p, params string[] effort) => Local(p) with { Effort = effort, Stop = false };

    private static Profile Mistral(Profile p) => Local(p) with
    {
        TokenFieldOnly = true,
        ToolIdFormat = ToolIdFormat.Mistral,
        UserAfterTool = UserAfterTool.Bridge,
        Prefill = PrefillSupport.ContinuePrefix,
        SchemaDialect = SchemaDialect.Mistral,
    };

    private static Profile Gemini(Profile p, params string[] effort) => p with
    {
        SchemaDialect = SchemaDialect.Gemini,
        Effort = effort,
        OpenAiFields = false,
        ParallelTools = false,
        JsonSchemaWithTools = false,
        FileParts = false,
        Prefill = PrefillSupport.UserTurn,
    };
}
