using System.Text.Json;
using Gateway.Tests.Cli;
using Gateway.Tests.Support;

namespace Gateway.Tests.Manage;

/// <summary>Someone with a key of the scope <c>manage</c>, in front of a gateway on Table Storage.</summary>
internal sealed class Operator(GatewayServer gateway, string connection, JsonElement key) : IAsyncDisposable
{
    public string KeyId => key.GetProperty("id").GetString()!;

    public string Key => key.GetProperty("key").GetString()!;

    public GatewayServer Gateway => gateway;

    public string Connection => connection;

    public static async Task<Operator> StartAsync(string connection)
    {
        Run created = await Run.GatewayAsync(connection, "keys", "create", "--team", "operators", "--scope", "manage", "--json");
        GatewayServer gateway = await GatewayServer.StartAsync(
            ("GatewayStorage", connection),
            ("Gateway:Models:0:Id", "echo"),
            ("Gateway:Models:0:Targets:0", "echo/echo"));
        return new Operator(gateway, connection, created.Json);
    }

    /// <summary>The answer, its body read as JSON.</summary>
    public async Task<Reply> SendAsync(string method, string path, string? body = null, string? apiKey = null)
    {
        using HttpResponseMessage response = await gateway.SendAsync(new HttpMethod(method), path, body, default, ("x-api-key", apiKey ?? Key));
        return new Reply(
            (int)response.StatusCode,
            JsonElement.Parse(await response.Content.ReadAsStringAsync()),
            response.Headers.ToDictionary(header => header.Key.ToLowerInvariant(), header => string.Join(',', header.Value)));
    }

    public async Task<JsonElement> OkAsync(string method, string path, string? body = null, int status = 200)
    {
        Reply reply = await SendAsync(method, path, body);
        Assert.True(reply.Status == status, $"{method} {path}: {reply.Status} {reply.Body}");
        return reply.Body;
    }

    /// <summary>The message of an error in the form of Anthropic's.</summary>
    public async Task<string> RefusedAsync(int status, string type, string method, string path, string? body = null, string? apiKey = null)
    {
        Reply reply = await SendAsync(method, path, body, apiKey);
        Assert.True(reply.Status == status, $"{method} {path}: {reply.Status} {reply.Body}");
        Assert.Equal("error", reply.Body.GetProperty("type").GetString());
        Assert.Equal(type, reply.Body.GetProperty("error").GetProperty("type").GetString());
        Assert.Equal(reply.Headers["request-id"], reply.Body.GetProperty("request_id").GetString());
        return reply.Body.GetProperty("error").GetProperty("message").GetString()!;
    }

    /// <summary>Who did what to the target, in order: from the trail.</summary>
    public async Task<string[]> TrailAsync(string target) =>
    [
        .. (await OkAsync("GET", $"/manage/audit?target={target}")).GetProperty("data").EnumerateArray()
            .Select(act => $"{act.GetProperty("actor").GetString()} {act.GetProperty("action").GetString()} {act.GetProperty("outcome").GetString()}"),
    ];

    /// <summary>Whether a key opens the gateway.</summary>
    public async Task<int> CallModelAsync(string apiKey) =>
        (await SendAsync("POST", "/v1/messages", """{"model":"echo","max_tokens":50,"messages":[{"role":"user","content":"hello"}]}""", apiKey)).Status;

    public ValueTask DisposeAsync() => gateway.DisposeAsync();
}

internal sealed record Reply(int Status, JsonElement Body, Dictionary<string, string> Headers);
