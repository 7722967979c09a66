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
    [InlineData("gpt-4o", "")]
    [InlineData("gpt-4.1-mini", "")]
    [InlineData("gpt-3.5-turbo", "")]
    [InlineData("gpt-5-chat-latest", "")]
    [InlineData("chatgpt-4o-latest", "")]
    [InlineData("somebody/unheard-of", "")]
    [InlineData("o1", "effort low,medium,high; noSampling; noStop")]
    [InlineData("o3-mini", "effort low,medium,high; noSampling; noStop")]
    [InlineData("openai/o4-mini", "effort low,medium,high; noSampling; noStop")]
    [InlineData("gpt-5", "effort minimal,low,medium,high; noSampling; noStop")]
    [InlineData("gpt-5-mini-2025-08-07", "effort minimal,low,medium,high; noSampling; noStop")]
    [InlineData("gpt-5.1", "effort none,low,medium,high; noSampling; noStop")]
    [InlineData("gpt-5.1-codex-max", "effort none,low,medium,high,xhigh; noSampling; noStop")]
    [InlineData("gpt-5.2", "effort none,low,medium,high,xhigh; noSampling; noStop")]
    [InlineData("gpt-5.4", "effort none,low,medium,high,xhigh; forceNone; noSampling; noStop")]
    [InlineData("gpt-5.6", "effort none,low,medium,high,xhigh,max; forceNone; noSampling; noStop")]
    [InlineData("codex-mini-latest", "effort none,low,medium,high,xhigh; noSampling; noStop")]
    [InlineData("gpt-4o-search-preview", "noSampling; webSearch")]
    [InlineData("gpt-oss-120b", "max_tokens; effort low,medium,high; noFiles; notOpenAi")]
    [InlineData("deepseek-chat", "max_tokens; effort low,high,max; autoOnly; replay ToolTurns reasoning_content; ThinkingType; noParallel; noFiles; noJsonSchema; notOpenAi")]
    [InlineData("deepseek/deepseek-r1", "max_tokens; effort low,high,max; autoOnly; replay ToolTurns reasoning_content; ThinkingType; noSampling; noParallel; noFiles; noJsonSchema; notOpenAi")]
    [InlineData("mistral-large-latest", "max_tokens; mistral9; dialect Mistral; prefill ContinuePrefix; noFiles; notOpenAi")]
    [InlineData("gemini-2.5-pro", "effort low,medium,high; dialect Gemini; prefill UserTurn; noParallel; noFiles; noJsonSchemaWithTools; notOpenAi")]
    [InlineData("gemini-2.5-flash", "effort none,low,medium,high; dialect Gemini; prefill UserTurn; noParallel; noFiles; noJsonSchemaWithTools; notOpenAi")]
    [InlineData("gemini-3-flash", "effort minimal,low,medium,high; dialect Gemini; prefill UserTurn; noParallel; noFiles; noJsonSchemaWithTools; notOpenAi")]
    [InlineData("qwen3-coder", "max_tokens; replay Always reasoning_content; firstOnly; noFiles; notOpenAi")]
    [InlineData("kimi-k2-thinking", "max_tokens; replay ToolTurns reasoning_content; ThinkingType; noSampling; noFiles; notOpenAi")]
    [InlineData("glm-4.6", "max_tokens; replay Always reasoning_content; ThinkingType; noFiles; notOpenAi")]
    [InlineData("minimax-m2", "max_tokens; replay Always reasoning_content; noFiles; notOpenAi")]
    [InlineData("magistral-medium-latest", "max_tokens; mistral9; replay Always content; dialect Mistral; prefill ContinuePrefix; noFiles; notOpenAi")]
    [InlineData("grok-4", "max_tokens; noStop; noFiles; notOpenAi")]
    [InlineData("gemma-3-27b", "max_tokens; firstOnly; alternation; noFiles; notOpenAi")]
    [InlineData("llama-3.3-70b", "max_tokens; noFiles; notOpenAi")]
    public void A_family_has_its_flags(string model, string flags) => Assert.Equal(flags, Describe(ModelFamilies.ProfileOf(model)));

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

        Add(p.TokenField == "max_tokens", "max_tokens");
        Add(p.Effort.Count > 0, "effort " + string.Join(',', p.Effort));
        Add(p.EffortWithTools == EffortWithTools.ForceNone, "forceNone");
        Add(p.ToolChoice != ToolChoiceSupport.Full, "autoOnly");
        Add(p.MistralToolIds, "mistral9");
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
        Add(!p.FileParts, "noFiles");
        Add(!p.JsonSchema, "noJsonSchema");
        Add(!p.JsonSchemaWithTools, "noJsonSchemaWithTools");
        Add(!p.OpenAiFields, "notOpenAi");
        Add(p.PromptCache != PromptCache.None, p.PromptCache.ToString());
        return string.Join("; ", flags);
    }

    [Fact]
    public void Models_that_reason_by_effort_know_xhigh_from_5_2_on() =>
        Assert.Equal(s_full, ModelFamilies.ProfileOf("gpt-5.3").Effort);
}
