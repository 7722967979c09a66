using Gateway.Admission;
using Gateway.Audit;
using Gateway.Authentication;
using Gateway.Bounds;
using Gateway.Caching;
using Gateway.Completions;
using Gateway.Http;
using Gateway.Manage;
using Gateway.Metering;
using Gateway.Requests;
using Gateway.Routing;
using Gateway.Settings;
using Gateway.Storage;
using Gateway.Telemetry;
using Gateway.Upstreams;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Gateway;

/// <summary>Registers the gateway, in the order in which a request meets its parts.</summary>
public static class GatewayServices
{
    public static IServiceCollection AddGateway(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddTelemetry(configuration);
        services.AddGatewayStorage(configuration);
        services.AddGatewayAuthentication(configuration);
        services.AddCheckedSettings(configuration);
        services.AddSingleton<Router>();
        services.AddSingleton<UnpricedModels>();
        services.AddHostedService(provider => provider.GetRequiredService<UnpricedModels>());
        services.AddAdmission();
        services.AddSingleton<CallSlots>();
        services.AddSingleton<MemoryGate>();
        services.AddCaching();
        services.AddUpstreams();
        services.AddSingleton<RequestLog>();
        services.AddMetering();
        services.AddHttp();
        services.AddCompletions(configuration);
        return services.AddManagement();
    }

    /// <summary>What is stored, with what changes and reports it: all that the command line needs.</summary>
    public static IServiceCollection AddGatewayStorage(this IServiceCollection services, IConfiguration configuration)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddTableStorage(configuration);
        services.AddGrants();
        services.AddAudit();
        services.AddUsageReports(configuration);
        services.AddPauses();
        services.AddSpend();
        return services.AddCacheTable();
    }

    /// <summary>Read at once: a mistake in the configuration stops the start, not the first request; all mistakes in one message.</summary>
    private static void AddCheckedSettings(this IServiceCollection services, IConfiguration configuration)
    {
        List<string> errors = [.. KnownSettings.Check(configuration)];
        Register(() => CatalogReader.Read(configuration));
        Register(() => UpstreamTimeouts.Read(configuration));
        Register(() => UpstreamLimits.Read(configuration));
        Register(() => BoundsOptions.Read(configuration));
        Register(() => DrainOptions.Read(configuration));
        Register(() => CacheOptions.Read(configuration));
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
}
