using System.Text.Json;
using Gateway.Diagnostics;
using Gateway.Routing;
using Gateway.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Tests.Security;

/// <summary>Names of models are short, one line, and kept only where they serve someone.</summary>
public sealed class ModelNameTests
{
    private static readonly string s_long = new('x', 257);

    public static TheoryData<string> Bad() => new("\"" + s_long + "\"", "\"a\\nb\"", "\"a\\u0000b\"", "\"a\\u2028b\"", "\"a\\u0085b\"", "\"a\\ud800b\"", "\"\\udc00\"", "\"a\\u007fb\"");

    [Theory]
    [MemberData(nameof(Bad))]
    public async Task Bad_name_is_refused_everywhere_and_the_field_is_named(string name)
    {
        await using FakeUpstream upstream = await FakeUpstream.StartAsync();
        await using GatewayServer gateway = await StartAsync(upstream);
        foreach (string path in new[] { "/v1/messages", "/v1/messages/count_tokens", "/v1/chat/completions" })
        {
            Told told = await gateway.AskAsync(GatewayServer.Key, path, "{\"model\":" + name + ",\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"content\":\"a\"}]}");
            Assert.Equal(400, told.Status);
            Assert.StartsWith("model: must ", told.Error, StringComparison.Ordinal);
            Assert.True(told.Body.Length < 400);
        }

        Assert.Empty(upstream.Received);
    }

    [Theory]
    [InlineData("a%0Ab", 400)]
    [InlineData("a%E2%80%A8b", 400)]
    [InlineData("nothing-like-it", 404)]
    [InlineData(null, 400)]
    public async Task Bad_id_in_a_path_is_refused(string? id, int status)
    {
        await using GatewayServer gateway = await GatewayServer.StartAsync();
        Told told = await gateway.AskAsync(GatewayServer.Key, "/v1/models/" + (id ?? s_long), null, "GET");
        Assert.Equal(status, told.Status);
        Assert.DoesNotContain(s_long, told.Body, StringComparison.Ordinal);
        Assert.StartsWith("model: ", told.Error, StringComparison.Ordinal);
        Assert.Equal(200, (await gateway.AskAsync(GatewayServer.Key, "/v1/models?after_id=" + s_long + "%0A", null, "GET")).Status);
    }

    [Fact]
    public async Task Longest_name_that_is_one_is_served()
    {
        await using FakeUpstream upstream = await FakeUpstream.StartAsync();
        await using GatewayServer gateway = await StartAsync(upstream);
        string name = "w-" + new string('y', 254);
        Told told = await gateway.AskAsync(GatewayServer.Key, "/v1/chat/completions", JsonSerializer.Serialize(new { model = name, messages = new[] { new { role = "user", content = "a" } } }));
        Assert.Equal((200, name), (told.Status, upstream.Received.Single().Json.GetProperty("model").GetString()));
    }

    [Fact]
    public async Task Names_that_the_key_may_not_use_are_kept_nowhere()
    {
        await using FakeUpstream upstream = await FakeUpstream.StartAsync();
        await using GatewayServer gateway = await StartAsync(upstream);
        string none = await gateway.KeyAsync("t", ""","models":["w-good"]""");
        string elsewhere = await gateway.KeyAsync("t", ""","providers":["other"]""");
        Router router = gateway.Services.GetRequiredService<LiveRouter>().Now;
        foreach (string key in new[] { none, elsewhere })
        {
            for (int i = 0; i < 20; i++)
            {
                Assert.Equal(403, (await gateway.AskAsync(key, "/v1/messages", Body($"w-{i}"))).Status);
                Assert.Equal(403, (await gateway.AskAsync(key, "/v1/messages/count_tokens", Body($"fake/{i}"))).Status);
                Assert.Equal(404, (await gateway.AskAsync(key, $"/v1/models/w-{i}", null, "GET")).Status);
            }
        }

        Assert.Equal(0, router.Kept);
        Assert.Equal(200, (await gateway.AskAsync(none, "/v1/messages", Body("w-good"))).Status);
        Assert.Equal(1, router.Kept);
    }

    [Fact]
    public async Task Made_up_names_do_not_keep_good_ones_out_of_the_cache()
    {
        await using GatewayServer gateway = await GatewayServer.StartAsync(("Gateway:Models:0:Id", "w-*"), ("Gateway:Models:0:Targets:0", "echo/*"));
        Router router = gateway.Services.GetRequiredService<LiveRouter>().Now;
        for (int i = 0; i < 5000; i++)
        {
            router.Keep(router.Find($"w-{i}")!);
        }

        Assert.InRange(router.Kept, 1, 1000);
        Assert.Same(router.Find("w-4999"), router.Find("w-4999"));
    }

    [Theory]
    [InlineData("gpt-5", "gpt-5")]
    [InlineData("größe", "größe")]
    [InlineData("a\nreq_1 200 model=forged", "a\\u000Areq_1 200 model=forged")]
    [InlineData("a\u2028b\u0085c\u202Ed", "a\\u2028b\\u0085c\\u202Ed")]
    [InlineData(null, null)]
    public void Log_is_one_line(string? text, string? expected) => Assert.Equal(expected, LogText.Of(text));

    [Fact]
    public void Log_holds_no_half_of_a_character() => Assert.Equal("a\\uD800", LogText.Of("a\ud800"));

    [Fact]
    public void Log_is_short() => Assert.Equal(new string('x', 256) + "...", LogText.Of(new string('x', 500_000)));

    [Fact]
    public async Task Metrics_have_no_series_for_a_name_that_a_client_made_up()
    {
        await using GatewayServer gateway = await GatewayServer.StartAsync(
            ("Gateway:Models:0:Id", "claude-*"),
            ("Gateway:Models:0:Targets:0", "echo/*"),
            ("Gateway:Models:1:Id", "m"),
            ("Gateway:Models:1:Targets:0", "echo/real"));
        Router router = gateway.Services.GetRequiredService<LiveRouter>().Now;
        Assert.Equal(
            ["claude-*", "claude-sonnet-4-5", "echo/*", "real"],
            new[] { "claude-made-up", "claude-sonnet-4-5", "echo/made-up", "m" }.Select(name => router.Find(name)!.Targets[0].Series));
    }

    private static string Body(string model) => "{\"model\":\"" + model + "\",\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"content\":\"a\"}]}";

    private static Task<GatewayServer> StartAsync(FakeUpstream upstream) => GatewayServer.StartAsync(
        upstream, ("Gateway:Models:0:Id", "w-*"), ("Gateway:Models:0:Targets:0", "fake/*"));
}
