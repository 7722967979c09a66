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
}
