using Gateway.Translation.Profiles;

namespace Gateway.Translation.Tests.MessagesToChat;

public sealed class ProfileFlagsTests
{
    /// <summary>Every flag with a value that differs from the default, as configuration writes it.</summary>
    public static TheoryData<string, string> Flags => new()
    {
        { "tokenField", "max_tokens" }, { "tokenFieldOnly", "true" }, { "sampling", "none" }, { "topK", "true" }, { "stop", "false" }, { "effort", "low" },
        { "effortWithTools", "forceNone" }, { "replayReasoning", "always:reasoning" }, { "toolChoice", "noNamed" },
        { "parallelTools", "false" }, { "parallelFlag", "false" }, { "schemaDialect", "gemini" }, { "toolIdFormat", "mistral9" },
        { "systemPlacement", "firstOnly" }, { "systemRole", "developer" }, { "imagesInToolResult", "true" }, { "fileParts", "false" },
        { "prefill", "reject" }, { "strictAlternation", "true" }, { "streamUsage", "false" }, { "emptyContent", "" },
        { "maxOutputTokens", "8192" }, { "inlineThink", "true" }, { "webSearch", "true" }, { "fetchRemote", "true" },
        { "imageUrl", "false" }, { "claudeThinking", "adaptive" }, { "credential", "client" }, { "structuredOutput", "json_object" },
        { "structuredOutputWithTools", "false" }, { "thinkingStyle", "enable_thinking" }, { "absentMeansOff", "true" },
        { "openAiFields", "false" }, { "promptCache", "cache_control" }, { "autoCache", "marks" }, { "tokenizer", "o200k_base" },
        { "mayOmitFinish", "true" }, { "phase", "true" }, { "maxTools", "64" }, { "contentFormat", "string" }, { "vision", "false" }, { "mergeAssistant", "true" },
        { "userAfterTool", "fold" },
    };

    [Theory]
    [MemberData(nameof(Flags))]
    public void A_flag_changes_the_profile_whatever_the_case_of_its_name(string name, string value)
    {
        Profile? set = ProfileFlags.TrySet(Profile.Default, name, [value]);
        Assert.NotNull(set);
        Assert.NotEqual(Profile.Default, set);
        Assert.NotNull(ProfileFlags.TrySet(Profile.Default, name.ToUpperInvariant(), [value]));
    }

    [Fact]
    public void Every_flag_is_in_the_table_above() =>
        Assert.Equal(ProfileFlags.Names.Order(), Flags.Select(row => (string)row[0]).Order());

    [Theory]
    [InlineData("tokenField", "tokens")]
    [InlineData("sampling", "")]
    [InlineData("topK", "yes")]
    [InlineData("effortWithTools", "maybe")]
    [InlineData("replayReasoning", "sometimes")]
    [InlineData("toolChoice", "none")]
    [InlineData("schemaDialect", "xml")]
    [InlineData("prefill", "")]
    [InlineData("maxTools", "0")]
    [InlineData("contentFormat", "text")]
    [InlineData("userAfterTool", "true")]
    [InlineData("toolIdFormat", "openai")]
    [InlineData("maxOutputTokens", "0")]
    [InlineData("maxOutputTokens", "many")]
    [InlineData("thinkingStyle", "hard")]
    [InlineData("promptCache", "true")]
    [InlineData("tokenizer", "cl100k_base")]
    [InlineData("noSuchFlag", "true")]
    public void An_unknown_name_or_value_is_refused(string name, string value) =>
        Assert.Null(ProfileFlags.TrySet(Profile.Default, name, [value]));

    [Theory]
    [InlineData("none", PromptCache.None)]
    [InlineData("auto", PromptCache.None)]
    [InlineData("cache_control", PromptCache.CacheControl)]
    [InlineData("prompt_cache_breakpoint", PromptCache.Breakpoint)]
    public void Cache_marks_are_said_in_one_of_three_ways(string value, PromptCache style) =>
        Assert.Equal(style, ProfileFlags.TrySet(Profile.Default with { PromptCache = PromptCache.CacheControl }, "promptCache", [value])!.PromptCache);

    [Fact]
    public void An_empty_list_or_text_is_a_value()
    {
        Profile reasoning = ModelFamilies.ProfileOf("gpt-5");
        Assert.Empty(ProfileFlags.TrySet(reasoning, "effort", [])!.Effort);
        Assert.Empty(ProfileFlags.TrySet(reasoning, "effort", [""])!.Effort);
        Assert.Equal("", ProfileFlags.TrySet(reasoning, "emptyContent", [""])!.EmptyContent);
        Assert.Null(ProfileFlags.TrySet(ModelFamilies.ProfileOf("llama-3"), "emptyContent", ["null"])!.EmptyContent);
    }

    [Fact]
    public void A_flag_overrides_the_family_and_leaves_the_rest()
    {
        Profile family = ModelFamilies.ProfileOf("deepseek-chat");
        Profile? set = ProfileFlags.TrySet(family, "effort", ["low", "high"]);
        Assert.Equal(["low", "high"], set!.Effort);
        Assert.Equal(family, set with { Effort = family.Effort });
    }
}
