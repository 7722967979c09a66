using System.Text.Json;
using System.Text.Json.Nodes;
using Gateway.Tests.Support;

namespace Gateway.Tests.Reload;

/// <summary>A gateway in a process of its own, with a file of settings that a test changes while it runs.</summary>
internal sealed class LiveGateway(string folder, GatewayProcess process) : IAsyncDisposable
{
    public const string ApiKey = "mgw_dev_reload";

    public string File => Path.Combine(folder, "gateway.json");

    public GatewayProcess Process => process;

    public static async Task<LiveGateway> StartAsync(JsonNode settings, params (string Key, string Value)[] environment)
    {
        string folder = Directory.CreateTempSubdirectory("gateway-").FullName;
        string file = Path.Combine(folder, "gateway.json");
        await System.IO.File.WriteAllTextAsync(file, settings.ToJsonString());
        return new LiveGateway(folder, await GatewayProcess.StartAsync(
            [("Gateway:ConfigFile", file), ("Gateway:DevKey", ApiKey), ("Logging:LogLevel:Gateway.Reload", "Information"), .. environment], ApiKey));
    }

    /// <summary>Settings with some models of one provider.</summary>
    public static JsonNode Settings(FakeUpstream upstream, params string[] models) => new JsonObject
    {
        ["Gateway"] = new JsonObject
        {
            ["Providers"] = new JsonObject { ["fake"] = Provider(upstream) },
            ["Models"] = new JsonArray([.. models.Select(id => (JsonNode)Model(id, "fake/up"))]),
        },
    };

    public static JsonObject Provider(FakeUpstream upstream, string key = "sk-upstream") => new() { ["Kind"] = "openai", ["BaseUrl"] = upstream.Url + "/v1", ["ApiKey"] = key };

    public static JsonObject Model(string id, string target) => new() { ["Id"] = id, ["Targets"] = new JsonArray(target) };

    /// <summary>As most editors save: another file takes the name.</summary>
    public async Task RenameAsync(string text)
    {
        await System.IO.File.WriteAllTextAsync(File + ".new", text);
        System.IO.File.Move(File + ".new", File, overwrite: true);
    }

    /// <summary>Changes the file and comes back once the change is in force.</summary>
    public async Task ChangeAsync(JsonNode settings)
    {
        int before = (await ConfigAsync()).GetProperty("generation").GetInt32();
        await RenameAsync(settings.ToJsonString());
        await GenerationAsync(before + 1);
    }

    public Task<JsonElement> GenerationAsync(int number) => Patience.UntilAsync(ConfigAsync, config => config.GetProperty("generation").GetInt32() == number);

    /// <summary>The problems of the change that was refused, once one was.</summary>
    public async Task<string[]> RefusedAsync()
    {
        JsonElement config = await Patience.UntilAsync(ConfigAsync, config => config.TryGetProperty("refused", out _));
        return [.. config.GetProperty("refused").GetProperty("problems").EnumerateArray().Select(problem => problem.GetString()!)];
    }

    public async Task<JsonElement> ConfigAsync()
    {
        using HttpResponseMessage response = await process.SendAsync(HttpMethod.Get, "/manage/config", null, default, ("x-api-key", ApiKey));
        string body = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, body);
        return JsonElement.Parse(body);
    }

    public Task<HttpResponseMessage> AskAsync(string model, bool stream = false) =>
        process.PostAsync("/v1/messages", $$"""{"model":"{{model}}","max_tokens":50,"stream":{{(stream ? "true" : "false")}},"messages":[{"role":"user","content":"hello"}]}""");

    public async Task<int> StatusOfAsync(string model)
    {
        using HttpResponseMessage response = await AskAsync(model);
        return (int)response.StatusCode;
    }

    public Task LoggedAsync(string text) => Patience.UntilAsync(() => process.Output.Any(line => line.Contains(text, StringComparison.Ordinal)));

    public async ValueTask DisposeAsync()
    {
        await process.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }
}
