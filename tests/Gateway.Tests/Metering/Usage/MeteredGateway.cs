using System.Text.Json;
using Azure.Data.Tables;
using Gateway.Metering.Usage;
using Gateway.Tests.Cli;
using Gateway.Tests.Support;

namespace Gateway.Tests.Metering.Usage;

/// <summary>A gateway on Table Storage with a key of the command line, and a look at the rows that it leaves.</summary>
internal sealed class MeteredGateway(GatewayServer server, FakeUpstream upstream, string connection, JsonElement key) : IAsyncDisposable
{
    public const string Secret = "the-prompt-nobody-may-keep";
    private readonly TableClient _rows = new(connection, "usage");

    public string KeyId => key.GetProperty("id").GetString()!;

    public string Key => key.GetProperty("key").GetString()!;

    public GatewayServer Server => server;

    public FakeUpstream Upstream => upstream;

    public static Task<MeteredGateway> StartAsync(string connection, params (string Key, string? Value)[] settings) =>
        StartAsync(connection, [], settings);

    /// <param name="connection">Of the tables.</param>
    /// <param name="keyOptions">More options of <c>keys create</c>.</param>
    /// <param name="settings">More settings of the gateway.</param>
    public static Task<MeteredGateway> StartAsync(string connection, string[] keyOptions, params (string Key, string? Value)[] settings) =>
        StartAsync(connection, TimeProvider.System, keyOptions, settings);

    /// <summary>On the test's clock.</summary>
    public static async Task<MeteredGateway> StartAsync(string connection, TimeProvider time, string[] keyOptions, params (string Key, string? Value)[] settings)
    {
        string[] team = keyOptions.Contains("--team") ? [] : ["--team", "search"];
        Run created = await Run.GatewayAsync(connection, ["keys", "create", "--scope", "manage", "--json", .. team, .. keyOptions]);
        FakeUpstream upstream = await FakeUpstream.StartAsync();
        GatewayServer server = await GatewayServer.StartAsync(upstream, time,
        [
            ("GatewayStorage", connection),
            ("Gateway:Models:0:Price:Input", "2.5"),
            ("Gateway:Models:0:Price:Output", "10"),
            ("Gateway:Models:0:Price:CacheRead", "0.25"),
            ("Gateway:Models:0:Price:CacheWrite5m", "3.125"),
            ("Gateway:Models:0:Price:CacheWrite1h", "5"),
            ("Logging:LogLevel:Default", "None"),
            .. settings,
        ]);
        return new MeteredGateway(server, upstream, connection, created.Json);
    }

    public static string Body(string model = "m", bool stream = false) =>
        $$"""{"model":"{{model}}","max_tokens":50,"stream":{{(stream ? "true" : "false")}},"messages":[{"role":"user","content":"{{Secret}}"}]}""";

    public Task<HttpResponseMessage> PostAsync(string body, string? apiKey = null) =>
        server.SendAsync(HttpMethod.Post, "/v1/messages", body, default, ("x-api-key", apiKey ?? Key));

    public Task<HttpResponseMessage> ReceiptAsync(string requestId, string query = "", string? apiKey = null) =>
        server.SendAsync(HttpMethod.Get, $"/manage/requests/{requestId}{query}", null, default, ("x-api-key", apiKey ?? Key));

    public static string IdOf(HttpResponseMessage response) => response.Headers.GetValues("request-id").Single();

    /// <summary>The row of an answer, as soon as it is there.</summary>
    public async Task<UsageEntry> EntryAsync(HttpResponseMessage response)
    {
        await response.Content.ReadAsByteArrayAsync();
        string id = IdOf(response);
        return UsageRow.ToEntry((await RowsAsync(rows => rows.Any(r => r.RowKey == id))).Single(r => r.RowKey == id));
    }

    /// <summary>All rows, once they are as expected.</summary>
    public Task<List<TableEntity>> RowsAsync(Predicate<List<TableEntity>> expected) =>
        Patience.UntilAsync(async () => await _rows.QueryAsync<TableEntity>().ToListAsync(), expected);

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        await upstream.DisposeAsync();
    }
}
