using System.Net;
using Azure.Core;
using Gateway.Storage;
using Gateway.Upstreams.Credentials;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace Gateway.Upstreams;

/// <summary>Registers what calls upstreams.</summary>
internal static class UpstreamServices
{
    public static IServiceCollection AddUpstreams(this IServiceCollection services)
    {
        services.AddSingleton<UpstreamMemory>();
        services.AddSingleton(CreateHealth);
        services.AddSingleton<Conversations>();
        services.AddSingleton<TargetSpeeds>();
        services.TryAddSingleton(Random.Shared);
        services.TryAddSingleton<TokenCredential, AmbientCredential>();
        services.AddSingleton<TargetChoice>();
        services.AddSingleton<TargetAlerts>();
        services.AddSingleton(provider => new ConfigurationAlarm(
            provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILoggerFactory>(), provider.GetRequiredService<TargetAlerts>()));
        services.AddSingleton<FailureLog>();
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
                ConnectCallback = ReusedConnection.ConnectAsync,
                ConnectTimeout = provider.GetRequiredService<UpstreamTimeouts>().Connect,
                PooledConnectionLifetime = TimeSpan.FromMinutes(5),
                PooledConnectionIdleTimeout = TimeSpan.FromMinutes(1),
            }),
            new HttpMessageInvoker(new EchoHandler()),
            new UpstreamIdentity(provider.GetRequiredService<TokenCredential>(), provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILoggerFactory>())));
    }

    /// <summary>Where instances tell each other which targets are down.</summary>
    public static IServiceCollection AddPauses(this IServiceCollection services) => services.AddSingleton(new StoredTable(PauseTable.TableName));

    private static TargetHealth CreateHealth(IServiceProvider provider)
    {
        TimeProvider time = provider.GetRequiredService<TimeProvider>();
        ILoggerFactory loggers = provider.GetRequiredService<ILoggerFactory>();
        return new TargetHealth(
            time,
            loggers,
            provider.GetService<TableStorage>() is { } storage ? new PauseSharing(new PauseTable(storage, time), time, loggers) : null,
            provider.GetRequiredService<TargetAlerts>());
    }
}
