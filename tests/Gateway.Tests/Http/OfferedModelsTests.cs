using System.Diagnostics;
using System.Text.Json;
using Gateway.Tests.Security;
using Gateway.Tests.Support;

namespace Gateway.Tests.Http;

/// <summary>A catalogue of wildcards lists what its providers offer.</summary>
public sealed class OfferedModelsTests
{
    private const string OpenAi = """{"object":"list","data":[{"id":"gpt-b","object":"model"},{"id":"gpt-a"},{"id":"whisper"},{"id":"gpt-sk-one"},{"id":"gpt*"},{"id":7},"x"]}""";

    [Fact]
    public async Task List_has_what_the_operator_named_and_then_what_each_wildcard_lets_through()
    {
        await using FakeUpstream openai = await AnsweringAsync(OpenAi);
        await using FakeUpstream claude = await FakeUpstream.StartAsync();
        claude.Answer = context => FakeUpstream.Json(context, 200, context.Request.Query["after_id"] == "claude-b"
            ? """{"data":[{"id":"claude-a"}],"has_more":false,"last_id":"claude-a"}"""
            : """{"data":[{"id":"claude-b"},{"id":"named"}],"has_more":true,"last_id":"claude-b"}""");
        await using GatewayServer gateway = await StartAsync(openai, claude);

        Assert.Equal(["named", "claude-a", "claude-b", "gpt-a", "gpt-b"], await ListAsync(gateway, GatewayServer.Key));
        Assert.Equal(["claude-b", "gpt-a"], await ListAsync(gateway, GatewayServer.Key, "?limit=2&after_id=claude-a"));
        Assert.Equal(["named", "claude-a"], await ListAsync(gateway, GatewayServer.Key, "?limit=2&before_id=claude-b"));
        Told one = await gateway.AskAsync(GatewayServer.Key, "/v1/models/gpt-b", null, "GET");
        Assert.Equal((200, "gpt-b"), (one.Status, one.Json.GetProperty("id").GetString()));

        // Asked once for all of that, as each of the two APIs wants to be asked.
        ReceivedRequest asked = Assert.Single(openai.Received);
        Assert.Equal(("/v1/models", "Bearer sk-one", ""), (asked.Path, asked.Headers["authorization"], asked.Body));
        Assert.Equal(["?limit=1000", "?limit=1000&after_id=claude-b"], claude.Received.Select(request => request.Query));
        Assert.All(claude.Received, request => Assert.Equal(("/v1/models", "sk-ant"), (request.Path, request.Headers["x-api-key"])));
    }

    [Fact]
    public async Task Sdks_list_them_to_the_end()
    {
        await using FakeUpstream openai = await AnsweringAsync(OpenAi);
        await using FakeUpstream claude = await AnsweringAsync("""[{"id":"models/claude-z"}]""");
        await using GatewayServer gateway = await StartAsync(openai, claude);
        ProcessStartInfo start = TestClients.Node("models.mjs");
        start.Environment["BASE_URL"] = gateway.Url;
        start.Environment["API_KEY"] = GatewayServer.Key;
        using Process process = Process.Start(start)!;
        process.StandardInput.Close();
        JsonElement ids = JsonElement.Parse(await ProcessOutput.Read(process, "ids ").AfterMarkAsync());
        foreach (JsonElement each in ids.EnumerateArray())
        {
            Assert.Equal(["named", "claude-z", "gpt-a", "gpt-b"], each.EnumerateArray().Select(id => id.GetString()));
        }

        await process.WaitForExitAsync().PatientlyAsync();
    }

    [Fact]
    public async Task Key_sees_only_what_it_may_use_and_its_forbidden_providers_are_not_asked()
    {
        await using FakeUpstream openai = await AnsweringAsync(OpenAi);
        await using FakeUpstream claude = await AnsweringAsync("""{"data":[{"id":"claude-a"},{"id":"claude-b"}]}""");
        await using GatewayServer gateway = await StartAsync(openai, claude);

        Assert.Equal(["named", "claude-a", "claude-b"], await ListAsync(gateway, await gateway.KeyAsync("t", ""","providers":["claude"]""")));
        Assert.Empty(openai.Received);
        Assert.Equal(["claude-b", "gpt-b"], await ListAsync(gateway, await gateway.KeyAsync("t", ""","models":["*-b"]""")));
    }

    [Fact]
    public async Task Provider_that_does_not_say_leaves_what_it_said_before_and_the_others()
    {
        FakeClock time = new();
        await using FakeUpstream openai = await AnsweringAsync(OpenAi);
        await using FakeUpstream claude = await FakeUpstream.StartAsync();
        claude.Answer = context => FakeUpstream.Json(context, 500, "{}");
        await using GatewayServer gateway = await StartAsync(openai, claude, time);
        Assert.Equal(["named", "gpt-a", "gpt-b"], await ListAsync(gateway, GatewayServer.Key));
        Assert.Equal(["named", "gpt-a", "gpt-b"], await ListAsync(gateway, GatewayServer.Key));
        Assert.Equal((1, 1), (openai.Received.Count, claude.Received.Count));

        // Failures hold for a moment, lists for minutes; an old list is better than none.
        claude.Answer = context => FakeUpstream.Json(context, 200, """{"data":[{"id":"claude-a"}]}""");
        time.AdvanceSeconds(31);
        Assert.Equal(["named", "claude-a", "gpt-a", "gpt-b"], await ListAsync(gateway, GatewayServer.Key));
        Assert.Equal((1, 2), (openai.Received.Count, claude.Received.Count));
        openai.Answer = claude.Answer = context => FakeUpstream.Json(context, 200, "<html>");
        time.AdvanceSeconds(301);
        Assert.Equal(["named", "claude-a", "gpt-a", "gpt-b"], await ListAsync(gateway, GatewayServer.Key));
        Assert.Equal((2, 3), (openai.Received.Count, claude.Received.Count));
    }

    [Fact]
    public async Task Provider_that_says_nothing_is_waited_for_three_seconds_by_all_together()
    {
        FakeClock time = new();
        using SemaphoreSlim asked = new(0);
        await using FakeUpstream openai = await FakeUpstream.StartAsync();
        openai.Answer = context => FakeUpstream.Json(context, 500, "{}");
        await using FakeUpstream claude = await AnsweringAsync("""{"data":[{"id":"claude-a"}]}""");
        await using GatewayServer gateway = await StartAsync(openai, claude, time);

        // What the other one offers is known from now on: on a busy machine its three seconds would be over, too.
        Assert.Equal(["named", "claude-a"], await ListAsync(gateway, GatewayServer.Key));
        Assert.Single(openai.Received);
        openai.Answer = async context =>
        {
            asked.Release();
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        };
        time.AdvanceSeconds(30);
        Task<string[]>[] lists = [.. Enumerable.Range(0, 5).Select(_ => ListAsync(gateway, GatewayServer.Key))];
        Assert.True(await asked.WaitAsync(Patience.Limit));
        time.AdvanceSeconds(2.9);
        Assert.DoesNotContain(lists, list => list.IsCompleted);
        time.AdvanceSeconds(0.1);
        Assert.All(await Task.WhenAll(lists).PatientlyAsync(), list => Assert.Equal(["named", "claude-a"], list));
        Assert.Equal(2, openai.Received.Count);
    }

    /// <summary>Of a provider that offers more than anyone could choose from.</summary>
    [Fact]
    public async Task List_of_one_provider_ends_somewhere()
    {
        string names = string.Join(',', Enumerable.Range(0, 1500).Select(i => $$"""{"id":"gpt-{{i:0000}}"}"""));
        await using FakeUpstream openai = await AnsweringAsync($$"""{"data":[{{names}}]}""");
        await using FakeUpstream claude = await FakeUpstream.StartAsync();
        int page = 0;
        claude.Answer = context => FakeUpstream.Json(context, 200, $$"""{"data":[{"id":"claude-{{++page}}"}],"has_more":true,"last_id":"{{page}}"}""");
        await using GatewayServer gateway = await StartAsync(openai, claude);
        Assert.Equal(1000, (await ListAsync(gateway, GatewayServer.Key, "?limit=1000").PatientlyAsync()).Length);
        Assert.InRange(claude.Received.Count, 1, 10);
    }

    private static async Task<FakeUpstream> AnsweringAsync(string list)
    {
        FakeUpstream upstream = await FakeUpstream.StartAsync();
        upstream.Answer = context => FakeUpstream.Json(context, 200, list);
        return upstream;
    }

    private static async Task<string[]> ListAsync(GatewayServer gateway, string key, string query = "") =>
        [.. (await gateway.AskAsync(key, "/v1/models" + query, null, "GET")).Json.GetProperty("data").EnumerateArray().Select(model => model.GetProperty("id").GetString()!)];

    private static Task<GatewayServer> StartAsync(FakeUpstream openai, FakeUpstream claude, TimeProvider? time = null) => GatewayServer.StartAsync(
        time ?? TimeProvider.System,
        ("Gateway:Providers:one:Kind", "openai"), ("Gateway:Providers:one:BaseUrl", openai.Url + "/v1"), ("Gateway:Providers:one:ApiKey", "sk-one"),
        ("Gateway:Providers:claude:Kind", "anthropic"), ("Gateway:Providers:claude:BaseUrl", claude.Url), ("Gateway:Providers:claude:ApiKey", "sk-ant"),
        ("Gateway:Models:0:Id", "claude-*"), ("Gateway:Models:0:Targets:0", "claude/*"),
        ("Gateway:Models:1:Id", "gpt-*"), ("Gateway:Models:1:Targets:0", "one/*"),
        ("Gateway:Models:2:Id", "named"), ("Gateway:Models:2:Targets:0", "claude/claude-b"));
}
