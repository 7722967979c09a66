using Gateway.Translation.Profiles;

namespace Gateway.Translation.Tests.MessagesToChat;

/// <summary>Which family of models gets which flags. The name decides, never the alias that a client used.</summary>
public sealed class ModelFamiliesTests
{
    private static readonly string[] s_full = ["none", "low", "medium", "high", "xhigh"];

    [Theory]
    [InlineData(true, "gpt-4o", "gpt-4o-mini-2024-07-18", "chatgpt-4o-latest", "gpt-4.1-nano", "gpt-4.5-preview", "gpt-5", "GPT-5.2-chat", "gpt-6-mini", "o1", "o3-mini", "openai/o4-mini", "gpt-oss-120b", "codex-mini-latest", "ft:gpt-4o-mini-2024-07-18:us::x")]
    [InlineData(false, "gpt-4", "gpt-4-turbo", "gpt-4-0613", "gpt-3.5-turbo", "deepseek-chat", "gemini-2.5-pro", "claude-sonnet-4-5", "olmo-2", "o1js", "gpt-4-o", "my-gpt-5", "")]
    public void Models_of_openai_since_gpt_4o_have_one_tokenizer(bool o200k, params string[] models) =>
        Assert.All(models, model => Assert.Equal(o200k, ModelFamilies.ProfileOf(model).O200k));

    [Theory]
    [InlineData("gpt-4o", "openai")]
    [InlineData("gpt-4.1-mini", "openai")]
    [InlineData("gpt-3.5-turbo", "openai; noVision")]
    [InlineData("gpt-5-chat-latest", "openai")]
    [InlineData("chatgpt-4o-latest", "openai")]
    [InlineData("somebody/unheard-of", "")]
    [InlineData("o1", "openai; effort low,medium,high; noSampling; noStop")]
    [InlineData("o3-mini", "openai; effort low,medium,high; noVision; noSampling; noStop")]
    [InlineData("openai/o4-mini", "openai; effort low,medium,high; noSampling; noStop")]
    [InlineData("gpt-5", "openai; effort minimal,low,medium,high; noSampling; noStop")]
    [InlineData("gpt-5-mini-2025-08-07", "openai; effort minimal,low,medium,high; noSampling; noStop")]
    [InlineData("gpt-5.1", "openai; effort none,low,medium,high; noSampling; noStop")]
    [InlineData("gpt-5.1-codex-max", "openai; effort none,low,medium,high,xhigh; noSampling; noStop")]
    [InlineData("gpt-5.2", "openai; effort none,low,medium,high,xhigh; noSampling; noStop")]
    [InlineData("gpt-5.4", "openai; effort none,low,medium,high,xhigh; forceNone; noSampling; noStop")]
    [InlineData("gpt-5.6", "openai; effort none,low,medium,high,xhigh,max; forceNone; noSampling; noStop")]
    [InlineData("codex-mini-latest", "openai; effort none,low,medium,high,xhigh; noSampling; noStop")]
    [InlineData("gpt-4o-search-preview", "openai; noSampling; webSearch")]
    [InlineData("gpt-oss-120b", "local; effort low,medium,high; noVision")]
    [InlineData("deepseek-chat", "local; effort low,high,max; notThinking; tools 128; noVision; replay ToolTurns reasoning_content; ThinkingType; noParallel; noJsonSchema")]
    [InlineData("deepseek/deepseek-r1", "local; effort low,high,max; autoOnly; tools 128; noVision; replay ToolTurns reasoning_content; ThinkingType; alternation; noSampling; noParallel; noJsonSchema")]
    [InlineData("mistral-large-latest", "local; mistral9; afterTool Bridge; dialect Mistral; prefill ContinuePrefix")]
    [InlineData("gemini-2.5-pro", "effort low,medium,high; dialect Gemini; prefill UserTurn; noParallel; noFiles; noJsonSchemaWithTools; notOpenAi")]
    [InlineData("gemini-2.5-flash", "effort none,low,medium,high; dialect Gemini; prefill UserTurn; noParallel; noFiles; noJsonSchemaWithTools; notOpenAi")]
    [InlineData("gemini-3-flash", "effort minimal,low,medium,high; dialect Gemini; prefill UserTurn; noParallel; noFiles; noJsonSchemaWithTools; notOpenAi")]
    [InlineData("qwen3-coder", "local; noVision; replay Always reasoning_content; firstOnly")]
    [InlineData("kimi-k2-thinking", "local; autoOnly; noVision; replay ToolTurns reasoning_content; ThinkingType; dialect Moonshot; noSampling")]
    [InlineData("glm-4.6", "local; noVision; replay Always reasoning_content; ThinkingType")]
    [InlineData("minimax-m2", "local; noVision; replay Always reasoning_content")]
    [InlineData("magistral-medium-latest", "local; mistral9; afterTool Bridge; replay Always content; dialect Mistral; prefill ContinuePrefix")]
    [InlineData("kimi-k2.6", "local; notThinking; replay ToolTurns reasoning_content; ThinkingType; dialect Moonshot; noSampling")]
    [InlineData("kimi-k2-0905-preview", "local; noVision; dialect Moonshot")]
    [InlineData("kimi-k2.7-code", "local; autoOnly; replay ToolTurns reasoning_content; ThinkingType; dialect Moonshot; noSampling")]
    [InlineData("qwen3.5-plus", "local; notThinking; replay Always reasoning_content; EnableThinking; firstOnly")]
    [InlineData("deepseek-flash", "local; effort low,high,max; notThinking; tools 128; replay ToolTurns reasoning_content; ThinkingType; noParallel; noJsonSchema")]
    [InlineData("grok-3-mini", "local; effort low,high; noVision; noStop")]
    [InlineData("grok-4", "local; noStop")]
    [InlineData("x-ai/grok-4.1-fast", "local; noStop")]
    [InlineData("grok-4-1-fast-reasoning", "local; noStop")]
    [InlineData("grok-4.20-0309-reasoning", "local; noStop")]
    [InlineData("grok-4.20-multi-agent", "local; effort low,medium,high,xhigh; noStop")]
    [InlineData("grok-4.3", "local; effort none,low,medium,high; noStop")]
    [InlineData("grok-4.5", "local; effort low,medium,high; noStop")]
    [InlineData("grok-4.6", "local; effort low,medium,high,xhigh; noStop")]
    [InlineData("grok-code-fast-1", "local; noVision; noStop")]
    [InlineData("gemma-3-27b", "local; firstOnly; alternation")]
    [InlineData("llama-3.3-70b", "local; noVision")]
    public void A_family_has_its_flags(string model, string flags) => Assert.Equal(flags, Describe(ModelFamilies.ProfileOf(model)));

    [Theory]
    [InlineData(true, "o1", "openai/o4-mini", "gpt-5", "gpt-5-chat-latest", "gpt-5.6", "codex-mini-latest", "gpt-4o-search-preview", "deepseek-chat", "mistral-large-latest", "magistral-medium")]
    [InlineData(false, "gpt-4o", "gpt-4.1-mini", "gpt-3.5-turbo", "chatgpt-4o-latest", "gpt-oss-120b", "llama-3.3-70b", "qwen3-coder", "gemini-2.5-pro", "kimi-k2", "somebody/unheard-of")]
    public void A_family_takes_both_names_of_the_output_limit_or_one(bool only, params string[] models) =>
        Assert.All(models, model => Assert.Equal(only, ModelFamilies.ProfileOf(model).TokenFieldOnly));

    [Theory]
    [InlineData(false, "gpt-3.5-turbo", "gpt-35-turbo", "gpt-4", "gpt-4-0613", "gpt-4-1106-preview", "o1-mini", "o1-preview", "o3-mini-2025-01-31", "openai/gpt-oss-120b")]
    [InlineData(true, "gpt-4-turbo", "gpt-4o-mini", "gpt-4.1", "gpt-5-nano", "o1", "o3", "o4-mini", "somebody/unheard-of", "my-deployment")]
    [InlineData(false, "deepseek-chat", "deepseek-reasoner", "deepseek/deepseek-chat-v3.1:free", "DeepSeek-V3-0324", "deepseek-r1:8b", "deepseek-v4-pro")]
    [InlineData(true, "deepseek-flash", "deepseek-v4-flash-vision-exp", "deepseek-vl2", "deepseek-ocr")]
    [InlineData(false, "qwen-max", "qwen-plus-latest", "qwen3-coder-plus", "qwen3:8b", "qwen3-4b", "Qwen2.5-Coder-32B-Instruct", "qwen-3-235b-a22b", "qwen3.7-max", "qwq-32b", "qwen2.5:7b", "qwen-7b-chat")]
    [InlineData(true, "qwen-vl-max", "qwen2.5vl:7b", "qwen2.5-vl-72b-instruct", "qwen3-vl-235b", "qwen3-omni-flash", "qvq-max", "qwen3.5-plus", "qwen3.7-plus", "qwen-3.5-27b", "qwen3.8-max")]
    [InlineData(false, "kimi-k2-0905-preview", "kimi-k2-thinking", "moonshotai/kimi-k2", "moonshot-v1-32k", "glm-4.6", "glm-4-plus", "glm-5", "zai-org/GLM-4.5-Air", "minimax-m2", "MiniMax-M2.5")]
    [InlineData(true, "kimi-k2.5", "kimi-k2p6", "kimi-latest", "kimi-k3", "moonshot-v1-8k-vision-preview", "glm-4v-plus", "glm-4.5v", "glm-5v-turbo", "MiniMax-VL-01")]
    [InlineData(false, "grok-3", "grok-3-mini", "grok-code-fast-1", "llama-3.3-70b-versatile", "meta-llama/Meta-Llama-3.1-8B-Instruct", "llama3.2:3b", "llama3", "llama-v3p1-405b-instruct", "codellama:13b", "gemma2:9b", "gemma-7b-it", "gemma3:1b", "phi-4", "command-r-plus", "command-a-03-2025")]
    [InlineData(true, "grok-2-vision-1212", "grok-4", "grok-4.3", "llama3.2-vision", "Llama-3.2-11B-Vision-Instruct", "llama-4-scout-17b", "gemma-3-27b-it", "gemma3:4b", "phi-3.5-vision-instruct", "Phi-4-multimodal-instruct", "command-a-vision-07-2025", "llava", "granite3.2-vision")]
    [InlineData(false, "codestral-latest", "open-mixtral-8x22b", "open-mistral-nemo", "mistral-large-2411", "devstral-small-2507", "magistral-medium-2506")]
    [InlineData(true, "mistral-large-latest", "mistral-medium-2508", "mistral-small-2503", "pixtral-12b", "magistral-medium-2509", "gemini-2.5-pro", "sonar", "claude-sonnet-4-5")]
    public void Models_that_are_known_to_see_no_images_are_told_in_words(bool vision, params string[] models) =>
        Assert.All(models, model => Assert.True(vision == ModelFamilies.ProfileOf(model).Vision, model));

    [Theory]
    [InlineData("claude-3-haiku-20240307", ClaudeThinking.None, 4096, true)]
    [InlineData("claude-3-opus-latest", ClaudeThinking.None, 4096, true)]
    [InlineData("claude-3-sonnet-20240229", ClaudeThinking.None, 4096, true)]
    [InlineData("claude-2.1", ClaudeThinking.None, 4096, true)]
    [InlineData("claude-3-5-haiku-latest", ClaudeThinking.None, 8192, true)]
    [InlineData("claude-3.5-sonnet", ClaudeThinking.None, 8192, true)]
    [InlineData("claude-3-7-sonnet-latest", ClaudeThinking.Budget, null, true)]
    [InlineData("claude-sonnet-4-20250514", ClaudeThinking.Budget, null, true)]
    [InlineData("claude-sonnet-4-5", ClaudeThinking.Budget, null, true)]
    [InlineData("anthropic/claude-sonnet-4.5", ClaudeThinking.Budget, null, true)]
    [InlineData("us.anthropic.claude-opus-4-1-20250805-v1:0", ClaudeThinking.Budget, null, true)]
    [InlineData("claude-opus-4.6", ClaudeThinking.Adaptive, null, false)]
    [InlineData("claude-opus-5", ClaudeThinking.Adaptive, null, false)]
    public void Claude_models_differ_in_thinking_and_length(string model, ClaudeThinking thinking, int? maxOutput, bool sampling)
    {
        Profile profile = ModelFamilies.ProfileOf(model);
        Assert.Equal(thinking, profile.ClaudeThinking);
        Assert.Equal(maxOutput, profile.MaxOutputTokens);
        Assert.Equal(sampling, profile.Sampling);
    }

    [Theory]
    [InlineData("claude-sonnet-4-5", AutoCache.Top)]
    [InlineData("claude-2.1", AutoCache.Top)]
    [InlineData("anthropic/claude-sonnet-4.5", AutoCache.Top)]
    [InlineData("us.anthropic.claude-opus-4-1-20250805-v1:0", AutoCache.Marks)]
    [InlineData("anthropic.claude-opus-5", AutoCache.Marks)]
    [InlineData("claude-3-5-sonnet-20240620-v1:0", AutoCache.Marks)]
    [InlineData("claude-sonnet-4@20250514", AutoCache.Marks)]
    [InlineData("kimi-k2", AutoCache.None)]
    [InlineData("gpt-5", AutoCache.None)]
    public void Prompts_of_claude_are_cached_in_the_way_that_its_cloud_knows(string model, AutoCache expected) =>
        Assert.Equal(expected, ModelFamilies.ProfileOf(model).AutoCache);

    private static string Describe(Profile p)
    {
        List<string> flags = [];
        void Add(bool condition, string flag)
        {
            if (condition)
            {
                flags.Add(flag);
            }
        }

        // What servers of open models have in common, and what OpenAI's have.
        bool local = p is { TokenField: "max_tokens", EmptyContent: "", ContentFormat: ContentFormat.Text, MergeAssistant: true, FileParts: false, OpenAiFields: false };
        bool openAi = p is { ToolIdFormat: ToolIdFormat.OpenAi, MaxTools: 128, OpenAiFields: true };
        Add(local, "local");
        Add(openAi, "openai");
        Add(!local && p.TokenField == "max_tokens", "max_tokens");
        Add(p.Effort.Count > 0, "effort " + string.Join(',', p.Effort));
        Add(p.EffortWithTools == EffortWithTools.ForceNone, "forceNone");
        Add(p.ToolChoice == ToolChoiceSupport.AutoOnly, "autoOnly");
        Add(p.ToolChoice == ToolChoiceSupport.NotThinking, "notThinking");
        Add(p.ToolIdFormat == ToolIdFormat.Mistral, "mistral9");
        Add(!openAi && p.MaxTools is not null, $"tools {p.MaxTools}");
        Add(p.UserAfterTool != UserAfterTool.Ok, $"afterTool {p.UserAfterTool}");
        Add(!p.Vision, "noVision");
        Add(p.ReplayReasoning.When != ReplayWhen.Never, $"replay {p.ReplayReasoning.When} {p.ReplayReasoning.Field}");
        Add(p.ThinkingStyle != ThinkingStyle.Effort, p.ThinkingStyle.ToString());
        Add(p.SchemaDialect != SchemaDialect.OpenAi, $"dialect {p.SchemaDialect}");
        Add(p.Prefill != PrefillSupport.Plain, $"prefill {p.Prefill}");
        Add(p.SystemFirstOnly, "firstOnly");
        Add(p.StrictAlternation, "alternation");
        Add(!p.Sampling, "noSampling");
        Add(!p.Stop, "noStop");
        Add(p.WebSearch, "webSearch");
        Add(!p.ParallelTools, "noParallel");
        Add(!local && !p.FileParts, "noFiles");
        Add(!p.JsonSchema, "noJsonSchema");
        Add(!p.JsonSchemaWithTools, "noJsonSchemaWithTools");
        Add(!local && !p.OpenAiFields, "notOpenAi");
        Add(p.PromptCache != PromptCache.None, p.PromptCache.ToString());
        return string.Join("; ", flags);
    }

    [Fact]
    public void Models_that_reason_by_effort_know_xhigh_from_5_2_on() =>
        Assert.Equal(s_full, ModelFamilies.ProfileOf("gpt-5.3").Effort);
}
