using System.Globalization;

namespace Gateway.Translation.Profiles;

/// <summary>Reads profile flags from configuration: every name and every value that an operator may write.</summary>
public static class ProfileFlags
{
    /// <summary>The last is Groq's.</summary>
    private static readonly string[] s_efforts = ["none", "minimal", "low", "medium", "high", "xhigh", "max", "default"];

    private static readonly Dictionary<string, Func<Profile, IReadOnlyList<string>, Profile?>> s_flags = new(StringComparer.OrdinalIgnoreCase)
    {
        ["tokenField"] = (p, v) => One(v) is "max_completion_tokens" or "max_tokens" ? p with { TokenField = One(v) } : null,
        ["tokenFieldOnly"] = (p, v) => Flag(v) is { } x ? p with { TokenFieldOnly = x } : null,
        ["sampling"] = (p, v) => Choice(v, ("full", true), ("none", false)) is { } x ? p with { Sampling = x } : null,
        ["topK"] = (p, v) => Flag(v) is { } x ? p with { TopK = x } : null,
        ["stop"] = (p, v) => Flag(v) is { } x ? p with { Stop = x } : null,
        ["effort"] = (p, v) => v.All(e => e.Length == 0 || s_efforts.Contains(e)) ? p with { Effort = [.. v.Where(e => e.Length > 0)] } : null,
        ["effortWithTools"] = (p, v) => Choice(v, ("ok", EffortWithTools.Ok), ("forceNone", EffortWithTools.ForceNone), ("responsesOnly", EffortWithTools.ForceNone)) is { } x ? p with { EffortWithTools = x } : null,
        ["replayReasoning"] = (p, v) => Replay(One(v)) is { } x ? p with { ReplayReasoning = x } : null,
        ["toolChoice"] = (p, v) => Choice(v, ("full", ToolChoiceSupport.Full), ("noNamed", ToolChoiceSupport.NoNamed), ("autoOnly", ToolChoiceSupport.AutoOnly), ("notThinking", ToolChoiceSupport.NotThinking)) is { } x ? p with { ToolChoice = x } : null,
        ["parallelTools"] = (p, v) => Flag(v) is { } x ? p with { ParallelTools = x } : null,
        ["parallelFlag"] = (p, v) => Flag(v) is { } x ? p with { ParallelTools = x } : null,
        ["schemaDialect"] = (p, v) => Choice(v, ("openai", SchemaDialect.OpenAi), ("openaiStrict", SchemaDialect.OpenAi), ("gemini", SchemaDialect.Gemini), ("groq", SchemaDialect.Groq), ("mistral", SchemaDialect.Mistral), ("moonshot", SchemaDialect.Moonshot), ("any", SchemaDialect.Any)) is { } x ? p with { SchemaDialect = x } : null,
        ["toolIdFormat"] = (p, v) => Choice(v, ("any", ToolIdFormat.Any), ("openai40", ToolIdFormat.OpenAi), ("mistral9", ToolIdFormat.Mistral)) is { } x ? p with { ToolIdFormat = x } : null,
        ["maxTools"] = (p, v) => One(v) == "none" ? p with { MaxTools = null } : Count(v) is { } n ? p with { MaxTools = n } : null,
        ["systemPlacement"] = (p, v) => Choice(v, ("anywhere", false), ("firstOnly", true)) is { } x ? p with { SystemFirstOnly = x } : null,
        ["systemRole"] = (p, v) => Choice(v, ("system", false), ("developer", true)) is { } x ? p with { DeveloperRole = x } : null,
        ["contentFormat"] = (p, v) => Choice(v, ("auto", ContentFormat.Auto), ("string", ContentFormat.Text), ("parts", ContentFormat.Parts)) is { } x ? p with { ContentFormat = x } : null,
        ["vision"] = (p, v) => Flag(v) is { } x ? p with { Vision = x } : null,
        ["imagesInToolResult"] = (p, v) => Flag(v) is { } x ? p with { ImagesInToolResult = x } : null,
        ["fileParts"] = (p, v) => Flag(v) is { } x ? p with { FileParts = x } : null,
        ["prefill"] = (p, v) => Choice(v, ("plain", PrefillSupport.Plain), ("plain:user", PrefillSupport.UserTurn), ("reject", PrefillSupport.Reject), ("continue", PrefillSupport.ContinueVllm), ("continue:vllm", PrefillSupport.ContinueVllm), ("continue:prefix", PrefillSupport.ContinuePrefix), ("continue:mistral", PrefillSupport.ContinuePrefix), ("continue:deepseek", PrefillSupport.ContinuePrefix)) is { } x ? p with { Prefill = x } : null,
        ["strictAlternation"] = (p, v) => Flag(v) is { } x ? p with { StrictAlternation = x } : null,
        ["mergeAssistant"] = (p, v) => Flag(v) is { } x ? p with { MergeAssistant = x } : null,
        ["userAfterTool"] = (p, v) => Choice(v, ("ok", UserAfterTool.Ok), ("bridge", UserAfterTool.Bridge), ("fold", UserAfterTool.Fold)) is { } x ? p with { UserAfterTool = x } : null,
        ["streamUsage"] = (p, v) => Flag(v) is { } x ? p with { StreamUsage = x } : null,
        ["emptyContent"] = (p, v) => p with { EmptyContent = One(v) == "null" ? null : One(v) },
        ["maxOutputTokens"] = (p, v) => Count(v) is { } n ? p with { MaxOutputTokens = n } : null,
        ["inlineThink"] = (p, v) => Choice(v, ("false", InlineThink.Never), ("true", InlineThink.OpenedOrNot), ("tagged", InlineThink.Tagged), ("headless", InlineThink.Headless)) is { } x ? p with { InlineThink = x } : null,
        ["webSearch"] = (p, v) => Flag(v) is { } x ? p with { WebSearch = x } : null,
        ["fetchRemote"] = (p, v) => Flag(v) is { } x ? p with { FetchRemote = x } : null,
        ["imageUrl"] = (p, v) => Flag(v) is { } x ? p with { FetchRemote = !x } : null,
        ["claudeThinking"] = (p, v) => Choice(v, ("none", ClaudeThinking.None), ("budget", ClaudeThinking.Budget), ("adaptive", ClaudeThinking.Adaptive)) is { } x ? p with { ClaudeThinking = x } : null,
        ["credential"] = (p, v) => Choice(v, ("gateway", false), ("client", true)) is { } x ? p with { ClientCredential = x } : null,
        ["structuredOutput"] = (p, v) => Choice(v, ("json_schema", true), ("json_object", false)) is { } x ? p with { JsonSchema = x } : null,
        ["structuredOutputWithTools"] = (p, v) => Flag(v) is { } x ? p with { JsonSchemaWithTools = x } : null,
        ["thinkingStyle"] = (p, v) => Choice(v, ("effort", ThinkingStyle.Effort), ("thinking.type", ThinkingStyle.ThinkingType), ("enable_thinking", ThinkingStyle.EnableThinking), ("chat_template_kwargs", ThinkingStyle.ChatTemplate), ("reasoning", ThinkingStyle.ReasoningObject)) is { } x ? p with { ThinkingStyle = x } : null,
        ["absentMeansOff"] = (p, v) => Flag(v) is { } x ? p with { AbsentMeansOff = x } : null,
        ["openAiFields"] = (p, v) => Flag(v) is { } x ? p with { OpenAiFields = x } : null,
        ["promptCache"] = (p, v) => Choice(v, ("none", PromptCache.None), ("auto", PromptCache.None), ("cache_control", PromptCache.CacheControl), ("prompt_cache_breakpoint", PromptCache.Breakpoint)) is { } x ? p with { PromptCache = x } : null,
        ["autoCache"] = (p, v) => Choice(v, ("none", AutoCache.None), ("top", AutoCache.Top), ("marks", AutoCache.Marks)) is { } x ? p with { AutoCache = x } : null,
        ["tokenizer"] = (p, v) => Choice(v, ("unknown", false), ("o200k_base", true)) is { } x ? p with { O200k = x } : null,
        ["phase"] = (p, v) => Flag(v) is { } x ? p with { Phase = x } : null,
        ["mayOmitFinish"] = (p, v) => Flag(v) is { } x ? p with { MayOmitFinish = x } : null,
    };

    public static IReadOnlyCollection<string> Names => s_flags.Keys;

    /// <summary>Sets one flag. An empty list or string is a value. Returns null when the name or the value is unknown.</summary>
    public static Profile? TrySet(Profile profile, string name, IReadOnlyList<string> values) =>
        s_flags.TryGetValue(name, out Func<Profile, IReadOnlyList<string>, Profile?>? set) && (values.Count < 2 || name.Equals("effort", StringComparison.OrdinalIgnoreCase))
            ? set(profile, values)
            : null;

    private static string One(IReadOnlyList<string> values) => values.Count > 0 ? values[0] : "";

    private static bool? Flag(IReadOnlyList<string> values) => bool.TryParse(One(values), out bool flag) ? flag : null;

    private static int? Count(IReadOnlyList<string> values) => int.TryParse(One(values), CultureInfo.InvariantCulture, out int n) && n > 0 ? n : null;

    private static T? Choice<T>(IReadOnlyList<string> values, params ReadOnlySpan<(string Name, T Value)> choices)
        where T : struct
    {
        foreach ((string name, T value) in choices)
        {
            if (name.Equals(One(values), StringComparison.OrdinalIgnoreCase))
            {
                return value;
            }
        }

        return null;
    }

    private static ReasoningReplay? Replay(string value)
    {
        string[] parts = value.Split(':', 2);
        string field = parts.Length > 1 ? parts[1] : "reasoning_content";
        if (field.Length == 0 || field.Any(char.IsWhiteSpace))
        {
            return null;
        }

        return parts[0].ToLowerInvariant() switch
        {
            "never" => ReasoningReplay.Never,
            "toolturns" => new ReasoningReplay(ReplayWhen.ToolTurns, field),
            "always" => new ReasoningReplay(ReplayWhen.Always, field),
            _ => null,
        };
    }
}
