using Gateway.Translation.Claude;
using Gateway.Translation.Profiles;

namespace Gateway.Translation.Tests.Claude;

public sealed class ClaudeModelTests
{
    private static readonly Profile s_adaptive = new() { ClaudeThinking = ClaudeThinking.Adaptive };

    [Theory]
    [InlineData("claude-sonnet-4-5-20250929", 405, 64000)]
    [InlineData("anthropic/claude-sonnet-4.5", 405, 64000)]
    [InlineData("claude-opus-4-20250514", 400, 32000)]
    [InlineData("us.anthropic.claude-opus-4-1-20250805-v1:0", 401, 32000)]
    [InlineData("claude-sonnet-4@20250514", 400, 64000)]
    [InlineData("claude-3-5-sonnet-latest", 305, 8192)]
    [InlineData("claude-3.7-sonnet", 307, 64000)]
    [InlineData("claude-3-opus-20240229", 300, 4096)]
    [InlineData("claude-sonnet-5", 500, 64000)]
    [InlineData("claude-opus-5-5", 505, 64000)]
    [InlineData("claude-latest", 0, 64000)]
    [InlineData("kimi-k2", 0, 8192)]
    public void Version_and_largest_answer_are_read_from_the_name(string name, int version, int maxOutput)
    {
        ClaudeModel model = ClaudeModel.Of(name, Profile.Default);
        Assert.Equal(version, model.Version);
        Assert.Equal(maxOutput, model.MaxOutput(name));
    }

    [Theory]
    [InlineData("claude-sonnet-4-5", SystemPlacement.Tagged, false, false)]
    [InlineData("claude-opus-4-6", SystemPlacement.Tagged, true, false)]
    [InlineData("claude-opus-4-7", SystemPlacement.Tagged, true, true)]
    [InlineData("claude-opus-4-8", SystemPlacement.AfterUser, true, true)]
    [InlineData("my-deployment", SystemPlacement.InPlace, true, true)]
    internal void What_new_models_do_differently_follows_the_version(string name, SystemPlacement systemTurns, bool rejectsPrefill, bool rejectsSampling)
    {
        ClaudeModel model = ClaudeModel.Of(name, name == "claude-sonnet-4-5" ? Profile.Default : s_adaptive);
        Assert.Equal(systemTurns, model.SystemTurns);
        Assert.Equal(rejectsPrefill, model.RejectsPrefill);
        Assert.Equal(rejectsSampling, model.RejectsSampling);
    }
}
