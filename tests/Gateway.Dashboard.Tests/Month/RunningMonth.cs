using System.Text.Json.Nodes;
using Gateway.Dashboard.Tests.Support;
using Gateway.Tests.Storage;
using Gateway.Tests.Support;

namespace Gateway.Dashboard.Tests.Month;

/// <summary>The company's gateway: its tables on an Azurite, its providers, LocalHost, and what happened this very hour.</summary>
internal sealed class RunningMonth : IAsyncDisposable
{
    private readonly Azurite _azurite;
    private readonly FakeUpstream _upstream;

    private RunningMonth(Azurite azurite, FakeUpstream upstream, GatewayServer gateway, SeededMonth seed) =>
        (_azurite, _upstream, Gateway, Seed) = (azurite, upstream, gateway, seed);

    public GatewayServer Gateway { get; }

    public SeededMonth Seed { get; }

    public Uri Storage => _azurite.Endpoint;

    public static async Task<RunningMonth> StartAsync(params (string Key, string? Value)[] settings)
    {
        Azurite azurite = await Azurite.ShareAsync();
        FakeUpstream upstream = await FakeUpstream.StartAsync();
        upstream.Answer = context => ModelUpstream.AnswerAsync(upstream, context);
        SeededMonth seed = await SeededMonth.WriteAsync(azurite.ConnectionString, DateTimeOffset.UtcNow);
        GatewayServer gateway = await GatewayServer.StartAsync(
            [("GatewayStorage", azurite.ConnectionString), ("Gateway:DevKey", null), .. Company.Settings(upstream.Url), .. settings]);
        RunningMonth month = new(azurite, upstream, gateway, seed);
        await month.LiveAsync();
        return month;
    }

    /// <summary>Asks a model with a key of the company's; the text may hold words of <see cref="ModelUpstream"/>.</summary>
    public async Task<HttpResponseMessage> AskAsync(string key, string model, string text, bool stream = false, double? temperature = null)
    {
        JsonObject body = new()
        {
            ["model"] = model,
            ["max_tokens"] = 200,
            ["messages"] = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = text }),
        };
        if (stream)
        {
            body["stream"] = true;
        }

        if (temperature is not null)
        {
            body["temperature"] = temperature;
        }

        HttpResponseMessage answer = await Gateway.SendAsync(HttpMethod.Post, "/v1/messages", body.ToJsonString(), default, ("x-api-key", Seed.TextOf(key)), ("user-agent", "claude-cli/2.1.0"));
        try
        {
            await answer.Content.LoadIntoBufferAsync();
        }
        catch (HttpRequestException)
        {
            // The stream was to break.
        }

        return answer;
    }

    public async ValueTask DisposeAsync()
    {
        await Gateway.DisposeAsync();
        await _upstream.DisposeAsync();
        await _azurite.DisposeAsync();
    }

    /// <summary>One request of each kind that people ask about, through the gateway itself: their receipts are its own.</summary>
    private async Task LiveAsync()
    {
        await AskAsync("mira-claude-code", "claude-opus-5-5", "When is the index rebuilt?", stream: true);
        await AskAsync("lena-claude-code", "claude-sonnet-5-5", "When is the index rebuilt?", stream: true);
        await AskAsync(Company.Caller, "gpt-6-luna", "When is the index rebuilt?");
        await AskAsync("support-bot", "mistral-large-2512", "When is the index rebuilt?", temperature: 0);
        await AskAsync("support-bot", "mistral-large-2512", "When is the index rebuilt?", temperature: 0);
        await AskAsync("notebooks", "gpt-5.6-terra", "[429] [first only] When is the index rebuilt?");
        await AskAsync("jonas-claude-code", "claude-sonnet-5-5", "[break] When is the index rebuilt?", stream: true);
        await AskAsync("tom-codex", "gpt-9", "When is the index rebuilt?");
        await AskAsync(Company.UsedUp, "gpt-5.6-terra", "When is the index rebuilt?");
        using HttpResponseMessage malformed = await Gateway.SendAsync(HttpMethod.Post, "/v1/messages", """{"model": "gpt-6-luna", "messages": [{"role": "user"}], "max_tokens": "many"}""", default, ("x-api-key", Seed.TextOf(Company.Caller)));
    }
}
