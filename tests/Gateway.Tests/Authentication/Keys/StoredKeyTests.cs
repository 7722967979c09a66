using System.Net;
using System.Text.Json;
using Gateway.Tests.Cli;
using Gateway.Tests.Storage;
using Gateway.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace Gateway.Tests.Authentication.Keys;

/// <summary>Keys of the command line over HTTP, on a Table service that goes away.</summary>
public sealed class StoredKeyTests
{
    private const string Body = """{"model":"echo","max_tokens":50,"messages":[{"role":"user","content":"hello"}]}""";

    [Fact]
    public async Task A_key_of_the_command_line_opens_the_gateway_and_nothing_else_does()
    {
        await using Azurite azurite = await Azurite.StartNewAsync();
        Run created = await Run.GatewayAsync(azurite.ConnectionString, "keys", "create", "--team", "search", "--models", "echo", "--json");
        string key = created.Json.GetProperty("key").GetString()!;
        Run other = await Run.GatewayAsync(azurite.ConnectionString, "keys", "create", "--team", "search", "--json");

        // A key that was checked stays checked for 60 seconds of its clock, however long the storage takes to stop.
        await using GatewayServer gateway = await GatewayServer.StartAsync(
            new FakeTimeProvider(DateTimeOffset.UtcNow),
            ("GatewayStorage", azurite.ConnectionString),
            ("Gateway:Models:0:Id", "echo"),
            ("Gateway:Models:0:Targets:0", "echo/echo"));

        Assert.Equal(HttpStatusCode.OK, (await SendAsync(gateway, ("x-api-key", key))).Status);
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(gateway, ("Authorization", $"Bearer {key}"))).Status);
        await RefusesAsync(gateway, 401, "authentication_error", ("x-api-key", GatewayServer.Key));
        await RefusesAsync(gateway, 401, "authentication_error", ("x-api-key", Door.Unknown()), ("Authorization", $"Bearer {key}"));
        await RefusesAsync(gateway, 401, "authentication_error");

        await azurite.StopAsync();
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(gateway, ("x-api-key", key))).Status);
        await RefusesAsync(gateway, 503, "api_error", ("x-api-key", other.Json.GetProperty("key").GetString()!));
    }

    private static async Task RefusesAsync(GatewayServer gateway, int status, string type, params (string Name, string Value)[] headers)
    {
        (HttpStatusCode actual, JsonElement body, bool? retry) = await SendAsync(gateway, headers);

        Assert.Equal(status, (int)actual);
        Assert.Equal(type, body.GetProperty("error").GetProperty("type").GetString());
        Assert.Equal(status == 401 ? false : null, retry);
    }

    private static async Task<(HttpStatusCode Status, JsonElement Body, bool? Retry)> SendAsync(GatewayServer gateway, params (string Name, string Value)[] headers)
    {
        using HttpResponseMessage response = await gateway.SendAsync(HttpMethod.Post, "/v1/messages", Body, default, headers);
        bool? retry = response.Headers.TryGetValues("x-should-retry", out IEnumerable<string>? values) ? bool.Parse(values.Single()) : null;
        return (response.StatusCode, JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement, retry);
    }
}
