using System.Text;
using Gateway.Authentication.Access;
using Gateway.Completions;
using Gateway.Routing;
using Gateway.Translation.Profiles;
using Gateway.Upstreams;
using Microsoft.AspNetCore.Http;

namespace Gateway.Tests.Completions;

/// <summary>Which requests belong together, and which never.</summary>
public sealed class ConversationKeysTests
{
    private static readonly Caller s_caller = new() { KeyId = "k1", Team = "t1", CredentialKind = CredentialKind.ApiKey, CredentialHeader = "x-api-key" };

    public static TheoryData<string?, string?, string?> Others => new()
    {
        { "k2", null, null },
        { null, "t2", null },
        { null, null, "someone" },
    };

    /// <summary>Also where the names of two of them say the same together.</summary>
    [Theory]
    [MemberData(nameof(Others))]
    public void Callers_that_say_the_same_session_share_nothing(string? key, string? team, string? subject)
    {
        Caller other = s_caller with { KeyId = key ?? s_caller.KeyId, Team = team ?? s_caller.Team, Subject = subject };
        Assert.NotEqual(KeyOf("hi", s_caller, "s").Hash, KeyOf("hi", other, "s").Hash);
        Assert.NotEqual(KeyOf("hi", s_caller, null).Hash, KeyOf("hi", other, null).Hash);
    }

    [Fact]
    public void Models_of_one_session_have_their_own_targets() =>
        Assert.NotEqual(KeyOf("hi", s_caller, "s", "a").Hash, KeyOf("hi", s_caller, "s", "b").Hash);

    [Fact]
    public void Only_a_request_without_a_name_and_an_answer_begins()
    {
        Assert.True(KeyOf("hi", s_caller, null).Begins);
        Assert.False(KeyOf("hi", s_caller, "s").Begins);
        Assert.False(KeyOf("""hi"},{"role":"assistant","content":"a"},{"role":"user","content":"more""", s_caller, null).Begins);
        Assert.Equal(KeyOf("hi", s_caller, null).Hash, KeyOf("""hi"},{"role":"assistant","content":"a"},{"role":"user","content":"more""", s_caller, null).Hash);
        Assert.NotEqual(KeyOf("hi", s_caller, null).Hash, KeyOf("ho", s_caller, null).Hash);
    }

    /// <summary>A user is not a conversation, and neither is a session nobody named.</summary>
    [Fact]
    public void User_is_no_conversation()
    {
        Assert.True(KeyOf("""hi"}],"user":"u","x":[{"y":"z""", s_caller, null).Begins);
        Assert.True(KeyOf("hi", s_caller, "").Begins);
    }

    private static ConversationKey KeyOf(string message, Caller caller, string? session, string model = "m")
    {
        DefaultHttpContext http = new();
        if (session is not null)
        {
            http.Request.Headers[ConversationKeys.ClaudeSession] = session;
        }

        byte[] body = Encoding.UTF8.GetBytes($$"""{"model":"{{model}}","messages":[{"role":"user","content":"{{message}}"}]}""");
        using ChatClientRequest request = ChatClientRequest.TryParse(body, out _)!;
        Target target = new(new Provider("p", ProviderKind.OpenAi, "http://x.example"), "up", Profile.Default);
        return ConversationKeys.Of(http.Request, caller, request, new Route(model, null, new TargetNode.One(target)));
    }
}
