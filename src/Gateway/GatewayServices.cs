using System.Net;
using Azure.Identity;
using Gateway.Admission;
using Gateway.Authentication;
using Gateway.Authentication.Teams;
using Gateway.Http;
using Gateway.Http.Manage;
using Gateway.Metering;
using Gateway.Routing;
using Gateway.Storage;
using Gateway.Telemetry;
using Gateway.Upstreams;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Gateway;

/// <summary>Registers the gateway, in the order in which a request meets its parts.</summary>
public static class GatewayServices
{
    public static IServiceCollection AddGateway(this IServiceCollection services, IConfiguration configuration)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddTelemetry(configuration);
        services.AddGatewayStorage(configuration);
        services.AddGatewayAuthentication();
        services.AddRouting(configuration);
        services.AddUpstreams(configuration);
        services.AddSingleton(provider => new AdmissionControl(
            provider.GetRequiredService<TeamDirectory>(), provider.GetRequiredService<ISpendStore>(), provider.GetRequiredService<TimeProvider>()));
        services.AddHostedService<AdmissionUpkeep>();
        services.AddMetering(configuration);
        services.AddSingleton<RequestLog>();
        services.AddSingleton<RequestPipeline>();
        services.AddSingleton<CompletionHandler>();
        services.AddSingleton<CountTokensHandler>();
        services.AddSingleton<ModelsHandler>();
        services.AddSingleton<InfoHandler>();
        services.AddManagement();

        // Our own limit answers 413 in the form of the API; the Functions host adds headers of its own.
        return services.Configure<KestrelServerOptions>(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Limits.MaxRequestHeaderCount = 200;
        });
    }

    private static void AddRouting(this IServiceCollection services, IConfiguration configuration)
    {
        // Read at once: a mistake in the configuration stops the start, not the first request.
        services.AddSingleton(CatalogReader.Read(configuration));
        services.AddSingleton<Router>();
    }

    private static void AddUpstreams(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton(UpstreamTimeouts.Read(configuration));
        services.AddSingleton(UpstreamLimits.Read(configuration));
        services.AddSingleton<UpstreamMemory>();
        services.AddSingleton(provider => new UpstreamClient(
            new HttpMessageInvoker(new SocketsHttpHandler
            {
                AllowAutoRedirect = false,
                UseCookies = false,

                // The gateway names its own spans: see TraceContext.
                ActivityHeadersPropagator = null,
                AutomaticDecompression = DecompressionMethods.None,
                MaxResponseHeadersLength = 64,
                ConnectTimeout = TimeSpan.FromSeconds(10),
                PooledConnectionLifetime = TimeSpan.FromMinutes(5),
                PooledConnectionIdleTimeout = TimeSpan.FromMinutes(1),
            }),
            new HttpMessageInvoker(new EchoHandler()),
            UsesManagedIdentity(provider.GetRequiredService<Catalog>()) ? new DefaultAzureCredential() : null));
    }

    private static bool UsesManagedIdentity(Catalog catalog) =>
        catalog.Providers.Values.Any(p => p.Kind == ProviderKind.AzureOpenAi && p.ApiKey is null);
}
