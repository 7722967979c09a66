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
        services.AddCheckedSettings(configuration);
        services.AddSingleton<Router>();
        services.AddUpstreams();
        services.AddSingleton(provider => new AdmissionControl(
            provider.GetRequiredService<TeamDirectory>(), provider.GetRequiredService<ISpendStore>(), provider.GetRequiredService<TimeProvider>()));
        services.AddHostedService<AdmissionUpkeep>();
        services.AddMetering(configuration);
        services.AddTokenCounting(configuration);
        services.AddSingleton<RequestLog>();
        services.AddSingleton<RequestPipeline>();
        services.AddSingleton<CompletionHandler>();
        services.AddSingleton<TokenCountCall>();
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

    /// <summary>Read at once: a mistake in the configuration stops the start, not the first request; all mistakes in one message.</summary>
    private static void AddCheckedSettings(this IServiceCollection services, IConfiguration configuration)
    {
        List<string> errors = [.. KnownSettings.Check(configuration)];
        Register(() => CatalogReader.Read(configuration));
        Register(() => UpstreamTimeouts.Read(configuration));
        Register(() => UpstreamLimits.Read(configuration));
        if (errors.Count > 0)
        {
            throw new ConfigurationException(errors);
        }

        void Register<T>(Func<T> read)
            where T : class
        {
            try
            {
                services.AddSingleton(read());
            }
            catch (ConfigurationException mistakes)
            {
                errors.AddRange(mistakes.Errors);
            }
        }
    }

    private static void AddUpstreams(this IServiceCollection services)
    {
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
