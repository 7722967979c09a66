using Gateway.Admission;
using Gateway.Alerts;
using Gateway.Audit;
using Gateway.Authentication;
using Gateway.Bounds;
using Gateway.Caching;
using Gateway.Completions;
using Gateway.Dashboard;
using Gateway.Http;
using Gateway.Manage;
using Gateway.Metering;
using Gateway.Metering.Rollups;
using Gateway.Probes;
using Gateway.Reload;
using Gateway.Requests;
using Gateway.Routing;
using Gateway.Settings;
using Gateway.Storage;
using Gateway.Telemetry;
using Gateway.Upstreams;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace Gateway;

/// <summary>Registers the gateway, in the order in which a request meets its parts.</summary>
public static class GatewayServices
{
    public static IServiceCollection AddGateway(this IServiceCollection services, IConfiguration configuration)
    {
        if (services.AddCheckedSettings(configuration) is { Count: > 0 } mistakes)
        {
            throw new ConfigurationException(mistakes);
        }

        services.AddTelemetry(configuration);
        services.AddGatewayStorage(configuration);
        services.AddStorageLog();
        services.AddHostedService(provider => new TableVersionWatch(provider.GetService<TableStorage>(), provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILoggerFactory>()));
        services.AddGatewayAuthentication(configuration);
        services.AddAlerts();
        services.AddHostedService(provider => new SettingRemarks(configuration, provider.GetRequiredService<ILoggerFactory>()));
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
        services.AddReload(configuration, Check);
        services.AddDashboard();
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
        services.AddAlertStore(configuration);
        return services.AddCacheTable();
    }

    /// <summary>What tries the providers of a configuration and calls no other part of a gateway.</summary>
    /// <exception cref="ConfigurationException">The gateway would not start with it.</exception>
    public static IServiceCollection AddProviderProbes(this IServiceCollection services, IConfiguration configuration)
    {
        services.TryAddSingleton(TimeProvider.System);
        return services.AddCheckedSettings(configuration) is { Count: > 0 } mistakes ? throw new ConfigurationException(mistakes) : services.AddProbes();
    }

    /// <summary>What a start would make of a configuration, and all that would stop it.</summary>
    internal static (Catalog? Catalog, IReadOnlyList<string> Mistakes) Check(IConfiguration configuration)
    {
        ServiceCollection services = [];
        IReadOnlyList<string> mistakes = services.AddCheckedSettings(configuration);
        return (services.Select(service => service.ImplementationInstance).OfType<LiveRouter>().SingleOrDefault()?.Now.Catalog, mistakes);
    }

    /// <summary>The same for people.</summary>
    public static ConfigurationCheck CheckConfiguration(IConfigurationRoot configuration) => ConfigurationCheck.Of(configuration, Check);

    /// <summary>A test's own, or none.</summary>
    private static TimeProvider? Clock(IServiceCollection services) => services.LastOrDefault(service => service.ServiceType == typeof(TimeProvider))?.ImplementationInstance as TimeProvider;

    /// <summary>Read at once: a mistake in the configuration stops the start, not the first request; all mistakes in one message.</summary>
    private static List<string> AddCheckedSettings(this IServiceCollection services, IConfiguration configuration)
    {
        List<string> errors = [.. KnownSettings.Check(configuration)];
        Register(() => new LiveRouter(new Router(CatalogReader.Read(configuration), Clock(services))));
        Register(() => UpstreamTimeouts.Read(configuration));
        Register(() => UpstreamLimits.Read(configuration));
        Register(() => BoundsOptions.Read(configuration));
        Register(() => DrainOptions.Read(configuration));
        Register(() => CacheOptions.Read(configuration));
        Register(() => AlertOptions.Read(configuration));
        errors.AddRange(BootstrapKey.Mistakes(configuration));
        Register(() => PrometheusOptions.Read(configuration));
        Register(() => DashboardOptions.Read(configuration));
        errors.AddRange(TelemetryServices.Mistakes(configuration));
        errors.AddRange(TokenCounting.Mistakes(configuration));
        errors.AddRange(GatewayStorageOptionsValidator.Mistakes(configuration));
        errors.AddRange(RetentionOptionsValidator.Mistakes(configuration));
        return errors;

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
