using Gateway.Settings;

namespace Gateway.LocalHost;

/// <summary>The Functions app on plain Kestrel.</summary>
public static class LocalHostApp
{
    /// <summary>
    /// What .NET would do by itself with its own files: settings change only when they were checked (<see cref="GatewayFile"/>), and Linux
    /// gives a user 128 watches by default, which other programs may have used up.
    /// </summary>
    private const string WatchNoFiles = "--hostBuilder:reloadConfigOnChange=false";

    /// <param name="args">Command line.</param>
    /// <param name="settings">Settings that win over all files and the environment; tests use them.</param>
    /// <param name="services">Adds what is to stand in the place of the gateway's own parts: a test's clock.</param>
    /// <exception cref="ConfigurationException">The configuration has mistakes; the message lists them.</exception>
    public static WebApplication Create(string[] args, IReadOnlyDictionary<string, string?>? settings = null, Action<IServiceCollection>? services = null)
    {
        WebApplicationBuilder builder = GatewayConfiguration.Reading("appsettings.json", () => WebApplication.CreateBuilder([WatchNoFiles, .. args]));
        builder.Configuration.AddGatewayFile(builder.Environment.ContentRootPath);
        builder.Configuration.AddCommandLine(args);
        builder.Configuration.AddInMemoryCollection(settings ?? new Dictionary<string, string?>());
        builder.Configuration.AddConsoleDefaults();
        services?.Invoke(builder.Services);
        builder.Services.AddGateway(builder.Configuration);
        builder.WebHost.UseUrls(ListeningUrls.Read(builder.Configuration));

        WebApplication app = builder.Build();
        app.MapFunctions(RoutePrefix.Read());
        return app;
    }
}
