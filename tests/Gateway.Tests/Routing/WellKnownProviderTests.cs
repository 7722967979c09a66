using Gateway.Routing;
using Gateway.Translation.Profiles;

namespace Gateway.Tests.Routing;

/// <summary>What a well-known provider changes in the profile of a model's family.</summary>
public sealed class WellKnownProviderTests
{
    [Theory]
    [InlineData("qwen/qwen3-32b", "none,default")]
    [InlineData("openai/gpt-oss-120b", "low,medium,high")]
    [InlineData("llama-3.3-70b-versatile", "")]
    public void Groq_accepts_other_efforts_from_each_family(string model, string effort)
    {
        WellKnownProvider groq = WellKnownProvider.ByHost("https://api.groq.com/openai/v1")!;

        Assert.Equal(effort, string.Join(',', groq.Adapt(ModelFamilies.ProfileOf(model), model).Effort));
    }

    [Theory]
    [InlineData("anthropic/claude-sonnet-4.5", PromptCache.CacheControl)]
    [InlineData("google/gemini-2.5-pro", PromptCache.CacheControl)]
    [InlineData("google/gemma-3-27b-it", PromptCache.None)]
    [InlineData("openai/gpt-5.6", PromptCache.None)]
    [InlineData("deepseek/deepseek-r1", PromptCache.None)]
    public void OpenRouter_is_told_what_claude_and_gemini_are_to_cache(string model, PromptCache style)
    {
        WellKnownProvider openRouter = WellKnownProvider.ByHost("https://openrouter.ai/api/v1")!;

        Assert.Equal(style, openRouter.Adapt(ModelFamilies.ProfileOf(model), model).PromptCache);
    }

    [Theory]
    [InlineData("https://dashscope-intl.aliyuncs.com/compatible-mode/v1", "qwen3-32b", ToolChoiceSupport.NotThinking)]
    [InlineData("https://dashscope.aliyuncs.com/compatible-mode/v1", "kimi-k2.6", ToolChoiceSupport.NotThinking)]
    [InlineData("https://dashscope.aliyuncs.com/compatible-mode/v1", "qwen3-235b-a22b-thinking-2507", ToolChoiceSupport.AutoOnly)]
    [InlineData("https://dashscope.aliyuncs.com/compatible-mode/v1", "deepseek-r1", ToolChoiceSupport.AutoOnly)]
    [InlineData("https://openrouter.ai/api/v1", "moonshotai/kimi-k2.6", ToolChoiceSupport.NotThinking)]
    [InlineData("https://api.together.xyz/v1", "Qwen/Qwen3-32B", ToolChoiceSupport.Full)]
    public void A_call_is_forced_only_where_thinking_lets_it(string url, string model, ToolChoiceSupport support) =>
        Assert.Equal(support, WellKnownProvider.ByHost(url)!.Adapt(ModelFamilies.ProfileOf(model), model).ToolChoice);

    [Theory]
    [InlineData(ProviderKind.OpenAi, "https://api.openai.com/v1", "ft:anything", ToolIdFormat.OpenAi, 128)]
    [InlineData(ProviderKind.AzureOpenAi, "https://mine.openai.azure.com/openai/v1", "my-deployment", ToolIdFormat.OpenAi, 128)]
    [InlineData(ProviderKind.AzureOpenAi, "https://mine.services.ai.azure.com/openai/v1", "mistral-large-2411", ToolIdFormat.Mistral, 128)]
    [InlineData(ProviderKind.OpenAi, "https://api.groq.com/openai/v1", "llama-3.3-70b-versatile", ToolIdFormat.Any, 128)]
    [InlineData(ProviderKind.OpenAi, "http://localhost:8000/v1", "my-model", ToolIdFormat.Any, null)]
    public void Limits_of_openai_hold_where_openai_and_azure_serve(ProviderKind kind, string url, string model, ToolIdFormat format, int? tools)
    {
        Profile family = ModelFamilies.ProfileOf(model);

        Profile profile = WellKnownProvider.Of(new Provider("p", kind, url))?.Adapt(family, model) ?? family;

        Assert.Equal((format, tools), (profile.ToolIdFormat, profile.MaxTools));
    }

    [Fact]
    public void Nvidia_gets_texts_as_strings_whatever_the_model() =>
        Assert.Equal(ContentFormat.Text, WellKnownProvider.ByHost("https://integrate.api.nvidia.com/v1")!.Adapt(ModelFamilies.ProfileOf("nvidia/new"), "nvidia/new").ContentFormat);
}
