using Gateway.Routing;
using Gateway.Translation.Profiles;
using Gateway.Upstreams;

namespace Gateway.Tests.Upstreams;

/// <summary>What is kept of conversations is bounded, in number and in time.</summary>
public sealed class ConversationsTests
{
    private static readonly Target s_target = At("http://x.example");

    [Fact]
    public void Oldest_make_room_for_new_ones()
    {
        FakeClock time = new();
        Conversations all = new(time);
        for (int i = 0; i <= Conversations.MaxEntries; i++)
        {
            time.AdvanceSeconds(0.001);
            all.Keep((UInt128)i, new Stay(s_target, []));
        }

        Assert.InRange(all.Count, 1, (Conversations.MaxEntries / 2) + 1);
        Assert.Null(all.Find(0));
        Assert.NotNull(all.Find((UInt128)Conversations.MaxEntries));
    }

    /// <summary>Accounts and platforms of Claude's maker read each other's; everybody else reads only their own.</summary>
    [Theory]
    [InlineData("https://api.anthropic.com", "https://api.anthropic.com", true)]
    [InlineData("https://api.anthropic.com", "https://bedrock-runtime.us-east-1.amazonaws.com", true)]
    [InlineData("https://res.services.ai.azure.com/anthropic", "https://api.anthropic.com", true)]
    [InlineData("https://api.anthropic.com", "https://api.z.ai/api/anthropic", false)]
    [InlineData("https://api.anthropic.com", "https://notapi.anthropic.com", false)]
    [InlineData("http://127.0.0.1:1", "http://127.0.0.1:2", false)]
    public void Signatures_hold_at_their_makers(string one, string other, bool shared)
    {
        Assert.Equal(shared, SignatureScope.IsShared(At(one), At(other)));
        Assert.Equal(shared, SignatureScope.IsShared(At(other), At(one)));
    }

    private static Target At(string url) => new(new Provider(url, ProviderKind.Anthropic, url), "up", Profile.Default);
}
