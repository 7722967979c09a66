using System.Globalization;
using System.Net;
using System.Text.Json;
using Gateway.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Tests.Alerts;

/// <summary>A gateway that tells a webhook, in memory unless a test says otherwise. Each of its answers costs 0.01 USD.</summary>
internal sealed class AlertGateway(GatewayServer server, FakeUpstream upstream, FakeUpstream hook) : IAsyncDisposable
{
    public const string Secret = "a-secret-of-the-webhook";
    public const decimal Cost = 0.01m;

    public GatewayServer Server => server;

    public FakeUpstream Upstream => upstream;

    public FakeUpstream Hook => hook;

    public static Task<AlertGateway> StartAsync(params (string Key, string? Value)[] settings) => StartAsync(_ => { }, settings);

    public static async Task<AlertGateway> StartAsync(Action<IServiceCollection> services, params (string Key, string? Value)[] settings)
    {
        FakeUpstream upstream = await FakeUpstream.StartAsync();
        FakeUpstream hook = await FakeUpstream.StartAsync();
        return new AlertGateway(await GatewayServer.StartAsync(services, [.. Settings(upstream, hook), .. settings]), upstream, hook);
    }

    /// <summary>10 tokens of input at 1,000 USD per million are 0.01; output costs nothing.</summary>
    public static (string Key, string? Value)[] Settings(FakeUpstream upstream, FakeUpstream hook) =>
    [
        ("Gateway:Providers:fake:Kind", "openai"),
        ("Gateway:Providers:fake:BaseUrl", upstream.Url + "/v1"),
        ("Gateway:Models:0:Id", "m"),
        ("Gateway:Models:0:Targets:0", "fake/up"),
        ("Gateway:Models:0:Price:Input", "1000"),
        ("Gateway:Models:0:Price:Output", "0"),
        ("Gateway:Alerts:Webhooks:ops:Url", hook.Url + "/hook"),
        ("Gateway:Alerts:Webhooks:ops:Secret", Secret),
        ("Logging:LogLevel:Default", "None"),
    ];

    /// <summary>A key as an operator makes it; returns its id and text.</summary>
    public async Task<(string Id, string Key)> KeyAsync(string limits, string team = "search", string name = "ci")
    {
        JsonElement made = await ManageAsync(HttpMethod.Post, "/manage/keys", $$$"""{"team":"{{{team}}}","name":{{{JsonSerializer.Serialize(name)}}},"limits":{ {{{limits}}} } }""");
        return (made.GetProperty("id").GetString()!, made.GetProperty("key").GetString()!);
    }

    public async Task<JsonElement> ManageAsync(HttpMethod method, string path, string? body = null)
    {
        using HttpResponseMessage response = await server.SendAsync(method, path, body, default, ("x-api-key", GatewayServer.Key));
        string text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, text);
        return JsonElement.Parse(text);
    }

    public async Task<HttpStatusCode> AskAsync(string key)
    {
        using HttpResponseMessage response = await server.SendAsync(HttpMethod.Post, "/v1/messages", Body, default, ("authorization", $"Bearer {key}"));
        await response.Content.ReadAsByteArrayAsync();
        return response.StatusCode;
    }

    public async Task SpendAsync(string key, int times)
    {
        for (int i = 0; i < times; i++)
        {
            Assert.Equal(HttpStatusCode.OK, await AskAsync(key));
        }
    }

    public const string Body = """{"model":"m","max_tokens":1,"messages":[{"role":"user","content":"the-prompt-nobody-may-tell"}]}""";

    /// <summary>The first alerts that came, once there are so many.</summary>
    public Task<ReceivedRequest[]> ReceivedAsync(int count) => ReceivedAsync(hook, count);

    public static async Task<ReceivedRequest[]> ReceivedAsync(FakeUpstream hook, int count)
    {
        await Patience.UntilAsync(() => hook.Received.Count >= count);
        return [.. hook.Received.Take(count)];
    }

    /// <summary>What came so far, as <c>50</c> for percentages and the event for everything else.</summary>
    public static string[] Words(IEnumerable<ReceivedRequest> received) =>
        [.. received.Select(each => each.Json.TryGetProperty("budget", out JsonElement budget) ? budget.GetProperty("percent").GetInt32().ToString(CultureInfo.InvariantCulture) : each.Json.GetProperty("event").GetString()!)];

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        await upstream.DisposeAsync();
        await hook.DisposeAsync();
    }
}
