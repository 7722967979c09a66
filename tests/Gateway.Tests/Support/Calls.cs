using Gateway.Completions;
using Gateway.Routing;
using Gateway.Translation.Profiles;
using Gateway.Upstreams;

namespace Gateway.Tests.Support;

/// <summary>A call that a Messages client's request became.</summary>
internal static class Calls
{
    public static UpstreamCall Chat(bool stream = true)
    {
        byte[] body = System.Text.Encoding.UTF8.GetBytes($$"""{"model":"m","max_tokens":50,"temperature":0.5,"stream":{{(stream ? "true" : "false")}},"messages":[{"role":"user","content":"hi"}]}""");
        using MessagesClientRequest request = MessagesClientRequest.TryParse(body, out _)!;
        Target target = new(new Provider("fake", ProviderKind.OpenAi, "http://upstream.example/v1"), "up", Profile.Default);
        return request.ToUpstream(target, new CallContext("req_1", "msg_1", 0, Lessons.None), out _)!;
    }
}
