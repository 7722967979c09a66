using Gateway.LocalHost;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Tests.Support;

/// <summary>The gateway as users run it: LocalHost on a free port, with the settings of one test.</summary>
public sealed class GatewayServer : TestGateway
{
    public const string Key = "mgw_dev_tests";
    private readonly WebApplication _app;

    private GatewayServer(WebApplication app)
        : base(app.Urls.First(), Key) => _app = app;

    public IServiceProvider Services => _app.Services;

    public static Task<GatewayServer> StartAsync(params (string Key, string? Value)[] settings) => StartAsync(TimeProvider.System, settings);

    /// <summary>A gateway whose time is the test's.</summary>
    public static Task<GatewayServer> StartAsync(TimeProvider time, params (string Key, string? Value)[] settings) =>
        StartAsync(services => services.AddSingleton(time), settings);

    /// <summary>A gateway of which some parts are the test's.</summary>
    public static async Task<GatewayServer> StartAsync(Action<IServiceCollection> services, params (string Key, string? Value)[] settings)
    {
        Dictionary<string, string?> all = new()
        {
            ["URLS"] = "http://127.0.0.1:0",
            ["Gateway:DevKey"] = Key,
            ["Gateway:DrainSeconds"] = "0.01",
            ["Logging:LogLevel:Default"] = "Warning",
        };
        foreach ((string key, string? value) in settings)
        {
            all[key] = value;
        }

        WebApplication app = LocalHostApp.Create([], all, services);
        await app.StartAsync();
        return new GatewayServer(app);
    }

    /// <summary>A gateway whose model "m" is served by the given upstream under the name "up".</summary>
    public static Task<GatewayServer> StartAsync(FakeUpstream upstream, params (string Key, string? Value)[] settings) =>
        StartAsync(upstream, TimeProvider.System, settings);

    /// <summary>Such a gateway whose time is the test's.</summary>
    public static Task<GatewayServer> StartAsync(FakeUpstream upstream, TimeProvider time, params (string Key, string? Value)[] settings) =>
        StartAsync(
            time,
        [
            ("Gateway:Providers:fake:Kind", "openai"),
            ("Gateway:Providers:fake:BaseUrl", upstream.Url + "/v1"),
            ("Gateway:Providers:fake:ApiKey", "sk-upstream-secret"),
            ("Gateway:Models:0:Id", "m"),
            ("Gateway:Models:0:Targets:0", "fake/up"),
            .. settings,
        ]);

    /// <summary>As when its process is told to stop.</summary>
    public Task StopAsync() => _app.StopAsync();

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}
