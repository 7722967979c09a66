using Gateway.Alerts;
using Gateway.Bounds;
using Gateway.Completions;
using Gateway.Routing;
using Gateway.Telemetry.Content;
using Gateway.Upstreams;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.Probes;

/// <summary>Registers what tries providers, outside of a gateway that serves.</summary>
internal static class ProbeServices
{
    /// <summary>Without storage: a target that fails here is not left out by the instances that serve, and no alert is sent.</summary>
    public static IServiceCollection AddProbes(this IServiceCollection services)
    {
        services.TryAddSingleton<ILoggerFactory>(NullLoggerFactory.Instance);
        services.AddAlerts();
        services.AddUpstreams();
        services.AddSingleton<CallSlots>();
        services.AddSingleton<MemoryGate>();
        services.AddSingleton<UnpricedModels>();
        services.AddSingleton(new ContentCapture(enabled: false));
        services.AddSingleton(provider => new ProviderReach(provider.GetRequiredService<LiveRouter>(), provider.GetRequiredService<TimeProvider>()));
        return services.AddSingleton(provider => new ProviderProbe(
            provider.GetRequiredService<LiveRouter>(),
            provider.GetRequiredService<Failover>(),
            new CompletionAttempts(
                provider.GetRequiredService<UpstreamClient>(), ProviderProbe.Hurried(provider.GetRequiredService<UpstreamTimeouts>()), provider.GetRequiredService<UpstreamLimits>(),
                provider.GetRequiredService<TargetSpeeds>(), provider.GetRequiredService<ContentCapture>(), provider.GetRequiredService<MemoryGate>(), provider.GetRequiredService<TimeProvider>()),
            provider.GetRequiredService<UpstreamClient>(),
            provider.GetRequiredService<TimeProvider>()));
    }
}
