using System.Net;
using Azure.Identity;
using Gateway.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Gateway.Upstreams;

/// <summary>Registers what calls upstreams. Needs the catalogue.</summary>
internal static class UpstreamServices
{
    public static IServiceCollection AddUpstreams(this IServiceCollection services)
    {
        services.AddSingleton<UpstreamMemory>();
        services.AddSingleton<TargetHealth>();
        services.AddSingleton<Failover>();
        return services.AddSingleton(provider => new UpstreamClient(
            new HttpMessageInvoker(new SocketsHttpHandler
            {
                AllowAutoRedirect = false,
                UseCookies = false,

                // The gateway names its own spans: see TraceContext.
                ActivityHeadersPropagator = null,
                AutomaticDecompression = DecompressionMethods.None,
                MaxResponseHeadersLength = 64,
                ConnectTimeout = provider.GetRequiredService<UpstreamTimeouts>().Connect,
                PooledConnectionLifetime = TimeSpan.FromMinutes(5),
                PooledConnectionIdleTimeout = TimeSpan.FromMinutes(1),
            }),
            new HttpMessageInvoker(new EchoHandler()),
            UsesIdentity(provider.GetRequiredService<Catalog>())
                ? new UpstreamIdentity(new DefaultAzureCredential(), provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILoggerFactory>())
                : null));
    }

    private static bool UsesIdentity(Catalog catalog) =>
        catalog.Providers.Values.Any(provider => provider is { ApiKey: null, TokenScope: not null });
}
