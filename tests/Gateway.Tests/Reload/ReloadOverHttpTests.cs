using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gateway.Tests.Support;
using Microsoft.AspNetCore.Http;

namespace Gateway.Tests.Reload;

/// <summary>Changes of the file while a gateway runs: taken when they are valid, else refused in words. Nobody's request notices.</summary>
public sealed class ReloadOverHttpTests : IAsyncLifetime
{
    private FakeUpstream _upstream = null!;

    public async Task InitializeAsync() => _upstream = await FakeUpstream.StartAsync();

    public async Task DisposeAsync() => await _upstream.DisposeAsync();

    [Fact]
    public async Task Change_is_taken_however_the_file_is_written()
    {
        await using LiveGateway gateway = await LiveGateway.StartAsync(LiveGateway.Settings(_upstream, "a"), ("OPENAI_API_KEY", "sk-env"));
        Assert.Equal((200, 404), (await gateway.StatusOfAsync("a"), await gateway.StatusOfAsync("b")));

        await File.WriteAllTextAsync(gateway.File, LiveGateway.Settings(_upstream, "b").ToJsonString());
        JsonElement config = await gateway.GenerationAsync(2);
        Assert.Equal((404, 200), (await gateway.StatusOfAsync("a"), await gateway.StatusOfAsync("b")));
        Assert.Equal(gateway.File, config.GetProperty("file").GetString());
        Assert.Equal(["echo", "fake", "openai"], config.GetProperty("providers").EnumerateArray().Select(provider => provider.GetProperty("name").GetString()));
        Assert.DoesNotContain("sk-", config.ToString(), StringComparison.Ordinal);

        await gateway.RenameAsync(LiveGateway.Settings(_upstream, "c").ToJsonString());
        await gateway.GenerationAsync(3);
        Assert.Equal((404, 200), (await gateway.StatusOfAsync("b"), await gateway.StatusOfAsync("c")));

        // As Kubernetes swaps a ConfigMap: a link to a folder is replaced.
        string folder = Path.GetDirectoryName(gateway.File)!;
        foreach ((string version, string model) in new[] { ("one", "d"), ("two", "e") })
        {
            Directory.CreateDirectory(Path.Combine(folder, version));
            await File.WriteAllTextAsync(Path.Combine(folder, version, "gateway.json"), LiveGateway.Settings(_upstream, model).ToJsonString());
        }

        File.CreateSymbolicLink(Path.Combine(folder, "data"), "one");
        File.Delete(gateway.File);
        File.CreateSymbolicLink(gateway.File, Path.Combine("data", "gateway.json"));
        await Patience.UntilAsync(async () => await gateway.StatusOfAsync("d") == 200);
        File.CreateSymbolicLink(Path.Combine(folder, "next"), "two");
        using (Process swap = Process.Start("mv", ["-T", Path.Combine(folder, "next"), Path.Combine(folder, "data")]))
        {
            await swap.WaitForExitAsync();
        }

        await Patience.UntilAsync(async () => await gateway.StatusOfAsync("e") == 200);
        Assert.Equal(404, await gateway.StatusOfAsync("d"));
    }

    [Fact]
    public async Task Change_that_cannot_be_served_is_refused_in_words_and_all_stays_as_it_was()
    {
        JsonNode good = LiveGateway.Settings(_upstream, "a");
        await using LiveGateway gateway = await LiveGateway.StartAsync(good);
        JsonNode bad = LiveGateway.Settings(_upstream, "a", "b");
        bad["Gateway"]!["Models"]![0]!["Prise"] = 1;
        bad["Gateway"]!["Models"]![1]!["Targets"]![0] = "fkae/up";
        bad["Gateway"]!["Upstream"] = new JsonObject { ["IdleSeconds"] = "soon" };

        await gateway.RenameAsync(bad.ToJsonString());
        string[] problems = await gateway.RefusedAsync();
        Assert.Equal(3, problems.Length);
        Assert.StartsWith("Gateway:Models:0:Prise is no setting. Did you mean Price?", problems[0], StringComparison.Ordinal);
        Assert.Equal((200, 404), (await gateway.StatusOfAsync("a"), await gateway.StatusOfAsync("b")));
        await gateway.LoggedAsync("has changed and is not taken; generation 1 stays in force.");
        await gateway.LoggedAsync("Gateway:Upstream:IdleSeconds is 'soon'");

        await gateway.RenameAsync("{ \"Gateway\": ");
        Assert.Contains("is not valid JSON: line 1, column ", Assert.Single(await Patience.UntilAsync(gateway.RefusedAsync, refused => refused.Length == 1)), StringComparison.Ordinal);

        File.Delete(gateway.File);
        await Patience.UntilAsync(gateway.RefusedAsync, refused => refused is [var one] && one.Contains("is gone. Put it back", StringComparison.Ordinal));

        // What is in force is written again: nothing to take, and nothing to complain of.
        await gateway.RenameAsync(good.ToJsonString());
        JsonElement config = await Patience.UntilAsync(gateway.ConfigAsync, config => !config.TryGetProperty("refused", out _));
        Assert.Equal(1, config.GetProperty("generation").GetInt32());
        Assert.Equal(200, await gateway.StatusOfAsync("a"));
    }

    [Fact]
    public async Task Stream_ends_as_it_began_while_its_provider_is_taken_away()
    {
        TaskCompletionSource begun = new();
        TaskCompletionSource end = new();
        _upstream.Answer = async context =>
        {
            await FakeUpstream.BeginStreamAsync(context);
            await FakeUpstream.EventAsync(context, FakeUpstream.Chunk("first"));
            begun.SetResult();
            await end.Task;
            await FakeUpstream.EventAsync(context, FakeUpstream.Chunk("last"));
            await FakeUpstream.EventAsync(context, FakeUpstream.LastChunk);
            await FakeUpstream.EventAsync(context, "[DONE]");
        };
        await using LiveGateway gateway = await LiveGateway.StartAsync(LiveGateway.Settings(_upstream, "a"));
        Task<HttpResponseMessage> asked = gateway.AskAsync("a", stream: true);
        await begun.Task.PatientlyAsync();

        await gateway.ChangeAsync(JsonNode.Parse("""{"Gateway":{"Models":[{"Id":"other","Targets":["echo/echo"]}]}}""")!);
        Assert.Equal((404, 404, 200), (await gateway.StatusOfAsync("a"), await gateway.StatusOfAsync("fake/up"), await gateway.StatusOfAsync("other")));

        end.SetResult();
        using HttpResponseMessage response = await asked.PatientlyAsync();
        string stream = await response.Content.ReadAsStringAsync();
        Assert.Contains("last", stream, StringComparison.Ordinal);
        Assert.Contains("message_stop", stream, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_fails_while_it_changes_under_load()
    {
        await using FakeUpstream second = await FakeUpstream.StartAsync();
        await using LiveGateway gateway = await LiveGateway.StartAsync(LiveGateway.Settings(_upstream, "a"));
        using CancellationTokenSource enough = new();
        Task<int>[] clients = [.. Enumerable.Range(0, 4).Select(async _ =>
        {
            int asked = 0;
            for (; !enough.IsCancellationRequested; asked++)
            {
                Assert.Equal(200, await gateway.StatusOfAsync("a"));
            }

            return asked;
        })];
        for (int i = 0; i < 6; i++)
        {
            JsonNode settings = LiveGateway.Settings(i % 2 == 0 ? second : _upstream, "a", $"only-{i}");
            settings["Gateway"]!["Models"]![0]!["MaxOutputTokens"] = 1000 + i;
            await gateway.ChangeAsync(settings);
        }

        await enough.CancelAsync();
        int[] served = await Task.WhenAll(clients).PatientlyAsync();
        Assert.All(served, count => Assert.NotEqual(0, count));
        Assert.NotEmpty(second.Received);
    }

    /// <summary>Who began under the old price pays it.</summary>
    [Fact]
    public async Task Price_is_that_of_the_beginning()
    {
        TaskCompletionSource called = new();
        TaskCompletionSource answer = new();
        _upstream.Answer = async context =>
        {
            called.TrySetResult();
            await answer.Task;
            await FakeUpstream.Json(context, StatusCodes.Status200OK, FakeUpstream.Completion("ok"));
        };
        await using LiveGateway gateway = await LiveGateway.StartAsync(Priced(1, 10));
        Task<HttpResponseMessage> before = gateway.AskAsync("a");
        await called.Task.PatientlyAsync();
        await gateway.ChangeAsync(Priced(2, 20));
        answer.SetResult();

        // 10 tokens in and 2 out.
        Assert.Equal("0.00003", await CostAsync(before));
        Assert.Equal("0.00006", await CostAsync(gateway.AskAsync("a")));
    }

    /// <summary>A target that was left out for its key is asked at once when the key is mended.</summary>
    [Fact]
    public async Task Mended_key_is_tried_at_once()
    {
        await using FakeUpstream second = await FakeUpstream.StartAsync();
        _upstream.Answer = context => context.Request.Headers.Authorization == "Bearer sk-right"
            ? FakeUpstream.Json(context, 200, FakeUpstream.Completion("first"))
            : FakeUpstream.Json(context, 401, """{"error":{"message":"no","type":"invalid_request_error","code":"invalid_api_key"}}""");
        await using LiveGateway gateway = await LiveGateway.StartAsync(Two("sk-wrong"));
        Assert.Equal(["other/up", "other/up"], [await UpstreamAsync(gateway), await UpstreamAsync(gateway)]);
        int asked = _upstream.Received.Count;

        await gateway.ChangeAsync(Two("sk-right"));
        Assert.Equal("fake/up", await UpstreamAsync(gateway));
        Assert.Equal(asked + 1, _upstream.Received.Count);

        JsonNode Two(string key) => new JsonObject
        {
            ["Gateway"] = new JsonObject
            {
                ["Providers"] = new JsonObject { ["fake"] = LiveGateway.Provider(_upstream, key), ["other"] = LiveGateway.Provider(second) },
                ["Models"] = new JsonArray(new JsonObject { ["Id"] = "a", ["Targets"] = new JsonArray("fake/up", "other/up") }),
            },
        };
    }

    [Fact]
    public async Task What_waits_for_the_next_start_is_named()
    {
        await using LiveGateway gateway = await LiveGateway.StartAsync(LiveGateway.Settings(_upstream, "a"), ("Gateway:MaxConcurrent", "50"));
        JsonNode settings = LiveGateway.Settings(_upstream, "a", "b");
        settings["Gateway"]!["Upstream"] = new JsonObject { ["IdleSeconds"] = 5 };

        // The environment says it already, and wins.
        settings["Gateway"]!["MaxConcurrent"] = 7;

        // These do not wait.
        settings["Gateway"]!["DirectRoutes"] = "off";
        settings["Gateway"]!["Unpriced"] = "refuse";
        Assert.Equal(200, await gateway.StatusOfAsync("fake/up"));
        await gateway.ChangeAsync(settings);
        Assert.Equal(["Gateway:Upstream:IdleSeconds"], await WaitingAsync(gateway));
        Assert.NotEqual(200, await gateway.StatusOfAsync("fake/up"));
        await gateway.LoggedAsync("in force after the next start only: Gateway:Upstream:IdleSeconds");

        await gateway.ChangeAsync(LiveGateway.Settings(_upstream, "a"));
        Assert.Empty(await WaitingAsync(gateway));
    }

    private static async Task<string[]> WaitingAsync(LiveGateway gateway) =>
        [.. (await gateway.ConfigAsync()).GetProperty("in_force_after_start").EnumerateArray().Select(name => name.GetString()!)];

    private JsonNode Priced(decimal input, decimal output)
    {
        JsonNode settings = LiveGateway.Settings(_upstream, "a");
        settings["Gateway"]!["Models"]![0]!["Price"] = new JsonObject { ["Input"] = input, ["Output"] = output };
        return settings;
    }

    private static async Task<string> CostAsync(Task<HttpResponseMessage> asked)
    {
        using HttpResponseMessage response = await asked.PatientlyAsync();
        return response.Headers.GetValues("x-gateway-cost-usd").Single();
    }

    private static async Task<string> UpstreamAsync(LiveGateway gateway)
    {
        using HttpResponseMessage response = await gateway.AskAsync("a");
        return response.Headers.GetValues("x-gateway-upstream").Single();
    }
}
