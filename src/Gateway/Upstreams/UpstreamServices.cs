using System.Net;
using Azure.Identity;
using Gateway.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Upstreams;

/// <summary>Registers what calls upstreams. Needs the catalogue.</summary>
internal static class UpstreamServices
{
    public static IServiceCollection AddUpstreams(this IServiceCollection services)
    {
        services.AddSingleton<UpstreamMemory>();
        services.AddSingleton<TargetHealth>();
        services.AddSingleton<Failover>();
        services.AddSingleton<OfferedModels>();
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
            UsesManagedIdentity(provider.GetRequiredService<Catalog>()) ? new DefaultAzureCredential() : null));
    }

    private static bool UsesManagedIdentity(Catalog catalog) =>
        catalog.Providers.Values.Any(p => p.Kind == ProviderKind.AzureOpenAi && p.ApiKey is null);
}
