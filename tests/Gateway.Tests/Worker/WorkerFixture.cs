using Gateway.Tests.Cli;
using Gateway.Tests.Http;
using Gateway.Tests.Storage;
using Gateway.Tests.Support;

namespace Gateway.Tests.Worker;

/// <summary>
/// One worker, its tables and an upstream for the tests of the collection: a start takes a second or two. The model "m"
/// is served by the upstream; a test that needs other settings starts a worker of its own on the same tables.
/// </summary>
public sealed class WorkerFixture : IAsyncLifetime
{
    public const string Collection = "Worker";

    private Azurite _azurite = null!;

    public string Storage => _azurite.ConnectionString;

    /// <summary>A key that may do everything, also manage.</summary>
    public string Key { get; private set; } = null!;

    public FakeUpstream Upstream { get; private set; } = null!;

    /// <summary>What is configured besides the storage.</summary>
    public IReadOnlyList<(string Key, string? Value)> Settings => SettingsFor(Upstream);

    /// <summary>Its key may only use the models that never call the upstream.</summary>
    public TestGateway Gateway => Worker;

    internal WorkerGateway Worker { get; private set; } = null!;

    /// <summary>A worker with other settings, on the same tables.</summary>
    internal Task<WorkerGateway> StartAsync(FakeUpstream upstream, params (string Key, string? Value)[] settings) =>
        WorkerGateway.StartAsync(Storage, Key, [.. SettingsFor(upstream), .. settings]);

    /// <summary>Sends to the shared worker with the key that may do everything.</summary>
    internal Task<HttpResponseMessage> PostAsync(string path, string json, CancellationToken cancellationToken = default) =>
        Worker.SendAsync(HttpMethod.Post, path, json, cancellationToken, ("x-api-key", Key));

    async Task IAsyncLifetime.InitializeAsync()
    {
        _azurite = await Azurite.ShareAsync();
        Upstream = await FakeUpstream.StartAsync();
        Key = await CreateKeyAsync("--scope", "manage");
        string narrow = await CreateKeyAsync("--models", "echo,vendor/echo:free,claude-*haiku*");
        Worker = await WorkerGateway.StartAsync(Storage, narrow, Settings);
    }

    async Task IAsyncLifetime.DisposeAsync()
    {
        // Whatever has come up goes down, also when the start failed half-way.
        await (Worker?.DisposeAsync() ?? default);
        await (Upstream?.DisposeAsync() ?? default);
        await _azurite.DisposeAsync();
    }

    private static IReadOnlyList<(string Key, string? Value)> SettingsFor(FakeUpstream upstream) =>
    [
        .. SurfaceTests.Settings,
        ("Gateway:Prometheus", "key"),
        ("Gateway:Providers:fake:Kind", "openai"),
        ("Gateway:Providers:fake:BaseUrl", upstream.Url + "/v1"),
        ("Gateway:Providers:fake:ApiKey", "sk-upstream-secret"),
        ("Gateway:Models:3:Id", "m"),
        ("Gateway:Models:3:Targets:0", "fake/up"),
    ];

    private async Task<string> CreateKeyAsync(params string[] options) =>
        (await Run.GatewayAsync(Storage, ["keys", "create", "--team", "tests", .. options, "--json"])).Json.GetProperty("key").GetString()!;
}

[CollectionDefinition(WorkerFixture.Collection)]
public sealed class WorkerCollection : ICollectionFixture<WorkerFixture>;
