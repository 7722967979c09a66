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
}
