using Gateway.Authentication.Keys;
using Gateway.Tests.Cli;
using Gateway.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Gateway.Tests.Storage;

/// <summary>An outage of the storage is one fault, whomever it hinders: one warning, and one line when it is over.</summary>
public sealed class StorageLogTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    [Fact]
    public async Task Outage_is_one_warning_and_its_end_one_line()
    {
        await using FaultyTables tables = await FaultyTables.StartAsync(azurite.Endpoint);
        string key = (await Run.GatewayAsync(azurite.ConnectionString, "keys", "create", "--team", "quiet", "--json")).Json.GetProperty("key").GetString()!;
        NamedLines log = new();
        tables.Always(Fault.Cut);
        await using GatewayServer gateway = await GatewayServer.StartAsync(
            services => services.AddSingleton<ILoggerProvider>(log),
            ("GatewayStorage", tables.ConnectionString), ("Gateway:Cache:Mode", "storage"), ("Gateway:Models:0:Id", "echo"), ("Gateway:Models:0:Targets:0", "echo/echo"), ("Logging:LogLevel:Gateway", "Debug"));
        await Patience.UntilAsync(() => log.All.Any(line => line.Category == "Gateway.Storage.StorageLog"));
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal(503, await AskAsync(gateway, key));
            Assert.Equal(503, await AskAsync(gateway, ApiKey.Generate().Text));
        }

        NamedLine warning = Assert.Single(log.All, line => line.Level >= LogLevel.Warning);
        Assert.Equal(("Gateway.Storage.StorageLog", LogLevel.Warning), (warning.Category, warning.Level));
        Assert.StartsWith($"The storage at {tables.Endpoint} does not answer: The Table service cannot be reached. Calls that failed: 1.", warning.Text, StringComparison.Ordinal);

        tables.Always(null);
        Assert.Equal(200, await AskAsync(gateway, key));
        NamedLine back = Assert.Single(log.All, line => line.Category == "Gateway.Storage.StorageLog" && line.Event == 91);
        Assert.Equal(LogLevel.Information, back.Level);
        Assert.Single(log.All, line => line.Level >= LogLevel.Warning);
    }

    private static async Task<int> AskAsync(GatewayServer gateway, string key)
    {
        using HttpResponseMessage response = await gateway.SendAsync(
            HttpMethod.Post, "/v1/messages", """{"model":"echo","max_tokens":9,"messages":[{"role":"user","content":"Hello"}]}""", default, ("x-api-key", key));
        return (int)response.StatusCode;
    }
}
