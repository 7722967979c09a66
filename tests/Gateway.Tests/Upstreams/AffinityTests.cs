using System.Globalization;
using System.Net;
using System.Text.Json;
using Gateway.Tests.Support;

namespace Gateway.Tests.Upstreams;

/// <summary>A conversation stays with the target that answered it, as long as that is well.</summary>
public sealed class AffinityTests : IAsyncLifetime
{
    private const string Session = "x-claude-code-session-id";
    private FakeUpstream _first = null!;
    private FakeUpstream _second = null!;

    public async Task InitializeAsync() => (_first, _second) = (await FakeUpstream.StartAsync(), await FakeUpstream.StartAsync());

    public async Task DisposeAsync()
    {
        await _first.DisposeAsync();
        await _second.DisposeAsync();
    }

    public static TheoryData<string, string, string, string> Names => new()
    {
        { "/v1/messages", Session, "s-{0}", "" },
        { "/v1/messages", "x-session-id", "s-{0}", "" },
        { "/v1/chat/completions", "session_id", "s-{0}", "" },
        { "/v1/chat/completions", "", "", ",\"prompt_cache_key\":\"s-{0}\"" },
        { "/v1/messages", "", "", ",\"metadata\":{{\"user_id\":\"user_a_account__session_00000000-0000-0000-0000-{0:000000000000}\"}}" },
        { "/v1/messages", "", "", ",\"metadata\":{{\"user_id\":\"{{\\\"device_id\\\":\\\"d\\\",\\\"session_id\\\":\\\"s-{0}\\\"}}\"}}" },
    };

    /// <summary>Under weights each conversation draws once. With as many of them, both targets get some.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public async Task Named_conversation_stays_for_all_its_turns(string path, string header, string value, string member)
    {
        await using GatewayServer gateway = await StartAsync(TimeProvider.System, ("Gateway:Models:0:Order", "weight"));
        HashSet<string> targets = [];
        for (int conversation = 0; conversation < 12; conversation++)
        {
            HashSet<string> own = [];
            for (int turn = 0; turn < 4; turn++)
            {
                // The head changes, too: it is the name that counts.
                string body = $$"""{"model":"m","max_tokens":50,"messages":[{"role":"user","content":"turn {{turn}}"}]{{string.Format(CultureInfo.InvariantCulture, member, conversation)}}}""";
                (string, string)[] headers = header.Length > 0 ? [(header, string.Format(CultureInfo.InvariantCulture, value, conversation))] : [];
                own.Add(await AskAsync(gateway, path, body, headers));
            }

            targets.Add(Assert.Single(own));
        }

        Assert.Equal(2, targets.Count);
    }

    /// <summary>Without a name its head tells, which its answers and its cache marks do not change.</summary>
    [Fact]
    public async Task Conversation_without_a_name_stays_for_twenty_turns()
    {
        await using GatewayServer gateway = await StartAsync(TimeProvider.System, ("Gateway:Models:0:Order", "weight"));
        HashSet<string> targets = [];
        for (int conversation = 0; conversation < 8; conversation++)
        {
            HashSet<string> own = [];
            for (int turn = 0; turn < 20; turn++)
            {
                own.Add(await AskAsync(gateway, "/v1/messages", Grown($"question {conversation}", turn)));
            }

            targets.Add(Assert.Single(own));
        }

        Assert.Equal(2, targets.Count);
    }

    /// <summary>Many people may ask the same thing: it is not one conversation.</summary>
    [Fact]
    public async Task Same_first_request_of_many_is_spread()
    {
        await using GatewayServer gateway = await StartAsync(TimeProvider.System, ("Gateway:Models:0:Order", "weight"));
        HashSet<string> targets = [];
        for (int i = 0; i < 64; i++)
        {
            targets.Add(await AskAsync(gateway, "/v1/messages", Grown("hi", 0)));
        }

        Assert.Equal(2, targets.Count);
    }

    [Fact]
    public async Task Two_gateways_choose_alike()
    {
        await using GatewayServer one = await StartAsync(TimeProvider.System, ("Gateway:Models:0:Order", "weight"), ("Gateway:Models:0:Targets:1:Weight", "3"));
        await using GatewayServer other = await StartAsync(TimeProvider.System, ("Gateway:Models:0:Order", "weight"), ("Gateway:Models:0:Targets:1:Weight", "3"));
        List<string> chosen = [];
        for (int i = 0; i < 24; i++)
        {
            string target = await AskAsync(one, "/v1/messages", Grown($"q{i}", 0));
            Assert.Equal(target, await AskAsync(other, "/v1/messages", Grown($"q{i}", 1)));
            Assert.Equal(await AskAsync(one, "/v1/messages", Grown("x", 1), (Session, $"s{i}")), await AskAsync(other, "/v1/messages", Grown("y", 2), (Session, $"s{i}")));
            chosen.Add(target);
        }

        Assert.True(chosen.Count(target => target == "second/up") > chosen.Count(target => target == "first/up"));
    }

    [Fact]
    public async Task Conversation_moves_when_its_target_dies_and_does_not_come_back_with_it()
    {
        FakeClock time = new();
        await using GatewayServer gateway = await StartAsync(time);
        Assert.Equal("first/up", await AskAsync(gateway, "/v1/messages", Grown("a", 0)));
        _first.Answer = context => FakeUpstream.Json(context, 503, "{}");
        for (int turn = 1; turn < 4; turn++)
        {
            Assert.Equal("second/up", await AskAsync(gateway, "/v1/messages", Grown("a", turn)));
        }

        // It has not failed often enough to be left out, but the conversation went with the first failure.
        Assert.Equal(2, _first.Received.Count);
        _first.Answer = context => FakeUpstream.Json(context, 200, FakeUpstream.Completion("back"));
        time.AdvanceSeconds(100);
        Assert.Equal("first/up", await AskAsync(gateway, "/v1/messages", Grown("b", 1)));
        Assert.Equal("second/up", await AskAsync(gateway, "/v1/messages", Grown("a", 4)));

        // Once the new one fails it goes back, and stays there.
        _second.Answer = context => FakeUpstream.Json(context, 503, "{}");
        Assert.Equal("first/up", await AskAsync(gateway, "/v1/messages", Grown("a", 5)));
        _second.Answer = context => FakeUpstream.Json(context, 200, FakeUpstream.Completion("back"));
        Assert.Equal("first/up", await AskAsync(gateway, "/v1/messages", Grown("a", 6)));
    }

    /// <summary>A client has read the end of its answer, and asks on, before the gateway is done with the request.</summary>
    [Fact]
    public async Task Conversation_has_moved_before_the_client_has_read_the_answer()
    {
        FakeClock time = new();
        await using GatewayServer gateway = await StartAsync(time);
        string large = FakeUpstream.Completion(new string('a', 24_000_000));
        _first.Answer = context => FakeUpstream.Json(context, 503, "{}");
        _second.Answer = context => FakeUpstream.Json(context, 200, large);
        using HttpResponseMessage unread = await gateway.PostAsync("/v1/messages", Grown("a", 0));
        Assert.Equal("second/up", Assert.Single(unread.Headers.GetValues("x-gateway-upstream")));
        _first.Answer = _second.Answer = context => FakeUpstream.Json(context, 200, FakeUpstream.Completion("back"));
        Assert.Equal("second/up", await AskAsync(gateway, "/v1/messages", Grown("a", 1)));
    }

    [Fact]
    public async Task Conversation_is_forgotten_after_an_hour_of_silence()
    {
        FakeClock time = new();
        await using GatewayServer gateway = await StartAsync(time);
        _first.Answer = context => FakeUpstream.Json(context, 503, "{}");
        Assert.Equal("second/up", await AskAsync(gateway, "/v1/messages", Grown("a", 1)));
        _first.Answer = context => FakeUpstream.Json(context, 200, FakeUpstream.Completion("back"));
        time.AdvanceSeconds(3599);
        Assert.Equal("second/up", await AskAsync(gateway, "/v1/messages", Grown("a", 2)));
        time.AdvanceSeconds(3600);
        Assert.Equal("first/up", await AskAsync(gateway, "/v1/messages", Grown("a", 3)));
    }

    [Fact]
    public async Task Target_that_only_stands_in_gives_the_conversation_back()
    {
        FakeClock time = new();
        await using GatewayServer gateway = await StartAsync(time, ("Gateway:Models:0:Targets:1:Weight", "0"));
        _first.Answer = context => FakeUpstream.Json(context, 503, "{}");
        Assert.Equal("second/up", await AskAsync(gateway, "/v1/messages", Grown("a", 1)));
        _first.Answer = context => FakeUpstream.Json(context, 200, FakeUpstream.Completion("back"));
        Assert.Equal("first/up", await AskAsync(gateway, "/v1/messages", Grown("a", 2)));
    }

    internal static string Grown(string question, int turns)
    {
        string mark = turns % 2 == 0 ? ",\"cache_control\":{\"type\":\"ephemeral\"}" : "";
        string more = string.Concat(Enumerable.Range(0, turns).Select(turn => $$""",{"role":"assistant","content":"answer {{turn}}"},{"role":"user","content":"more {{turn}}"}"""));
        return $$"""{"model":"m","max_tokens":50,"system":[{"type":"text","text":"be good"{{mark}}}],"messages":[{"role":"user","content":[{"type":"text","text":{{JsonSerializer.Serialize(question)}}{{mark}}}]}{{more}}]}""";
    }

    internal static async Task<string> AskAsync(TestGateway gateway, string path, string body, params (string Name, string Value)[] headers)
    {
        using HttpResponseMessage response = await gateway.SendAsync(HttpMethod.Post, path, body, default, [("x-api-key", gateway.ApiKey), .. headers]);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return Assert.Single(response.Headers.GetValues("x-gateway-upstream"));
    }

    private Task<GatewayServer> StartAsync(TimeProvider time, params (string Key, string? Value)[] settings) =>
        GatewayServer.StartAsync(
            time,
        [
            ("Gateway:Providers:first:Kind", "openai"),
            ("Gateway:Providers:first:BaseUrl", _first.Url + "/v1"),
            ("Gateway:Providers:second:Kind", "openai"),
            ("Gateway:Providers:second:BaseUrl", _second.Url + "/v1"),
            ("Gateway:Models:0:Id", "m"),
            ("Gateway:Models:0:Targets:0", "first/up"),
            ("Gateway:Models:0:Targets:1:Target", "second/up"),
            .. settings,
        ]);
}
