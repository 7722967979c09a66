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
        Family(@"^gpt-\d[\w.]*-chat|^chatgpt-", p => p),
        Family(@"^gpt-oss", p => Local(p) with { Effort = ["low", "medium", "high"] }),
        Family(@"search-(preview|api)", p => p with { WebSearch = true, Sampling = false }),
        Family(@"^o\d", p => OpenAiReasoning(p, "low", "medium", "high")),
        Family(@"^gpt-5\.6", p => OpenAiReasoning(p, [.. s_gpt52, "max"]) with { EffortWithTools = EffortWithTools.ForceNone }),
        Family(@"^gpt-5\.[45]", p => OpenAiReasoning(p, s_gpt52) with { EffortWithTools = EffortWithTools.ForceNone }),
        Family(@"^gpt-5\.[23]|^gpt-5\.1-codex-max", p => OpenAiReasoning(p, s_gpt52)),
        Family(@"^gpt-5\.1", p => OpenAiReasoning(p, "none", "low", "medium", "high")),
        Family(@"^gpt-5\.", p => OpenAiReasoning(p, s_gpt52)),
        Family(@"^gpt-5", p => OpenAiReasoning(p, "minimal", "low", "medium", "high")),
        Family(@"^gpt-[6-9]|^codex", p => OpenAiReasoning(p, s_gpt52)),
        Family(@"^gpt-", p => p),
        Family(@"^deepseek-(r1|reasoner)", p => DeepSeek(p) with { Sampling = false }),
        Family(@"^deepseek", DeepSeek),
        Family(@"^magistral", p => Mistral(p) with { ReplayReasoning = new ReasoningReplay(ReplayWhen.Always, "content") }),
        Family(@"^(mistral|ministral|codestral|devstral|pixtral|open-mi)", Mistral),
        Family(@"^gemini-2\.5-pro", p => Gemini(p, "low", "medium", "high")),
        Family(@"^gemini-2\.5", p => Gemini(p, "none", "low", "medium", "high")),
        Family(@"^gemini-3[\w.]*-flash", p => Gemini(p, "minimal", "low", "medium", "high")),
        Family(@"^gemini-3", p => Gemini(p, "low", "medium", "high")),
        Family(@"^gemini", p => Gemini(p)),
        Family(@"^(qwen|qwq|qvq)", p => Local(p) with { SystemFirstOnly = true, ReplayReasoning = new ReasoningReplay(ReplayWhen.Always, "reasoning_content"), ToolChoice = ToolChoiceSupport.Full }),
        Family(@"^kimi.*thinking|^kimi-k2\.", p => Local(p) with { ReplayReasoning = new ReasoningReplay(ReplayWhen.ToolTurns, "reasoning_content"), Sampling = false, ThinkingStyle = ThinkingStyle.ThinkingType }),
        Family(@"^(kimi|moonshot)", Local),
        Family(@"^glm", p => Local(p) with { ReplayReasoning = new ReasoningReplay(ReplayWhen.Always, "reasoning_content"), ThinkingStyle = ThinkingStyle.ThinkingType }),
        Family(@"^minimax", p => Local(p) with { InlineThink = true, ReplayReasoning = new ReasoningReplay(ReplayWhen.Always, "reasoning_content") }),
        Family(@"^grok-3-mini", p => Local(p) with { Effort = ["low", "high"], Stop = false }),
        Family(@"^grok-(4|code)|^grok.*reasoning", p => Local(p) with { Stop = false }),
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
        Profile profile = Profile.Default with { O200k = s_o200k.IsMatch(name), AutoCache = autoCache };
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
        p with { Effort = effort, Sampling = false, Stop = false };

    /// <summary>Servers of open models: the older field names, no OpenAI account fields, no files.</summary>
    private static Profile Local(Profile p) =>
        p with { TokenField = "max_tokens", OpenAiFields = false, FileParts = false, EmptyContent = "" };

    private static Profile DeepSeek(Profile p) => Local(p) with
    {
        ReplayReasoning = new ReasoningReplay(ReplayWhen.ToolTurns, "reasoning_content"),
        ThinkingStyle = ThinkingStyle.ThinkingType,
        Effort = ["low", "high", "max"],
        ToolChoice = ToolChoiceSupport.AutoOnly,
        ParallelTools = false,
        JsonSchema = false,
    };

    private static Profile Mistral(Profile p) => Local(p) with
    {
        MistralToolIds = true,
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
