using Gateway.Authentication.Keys;
using Gateway.Metering.Reports;
using Gateway.Metering.Rollups;
using Gateway.Metering.Usage;
using Gateway.Storage;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Gateway.Metering;

/// <summary>Registers metering.</summary>
internal static class MeteringServices
{
    /// <summary>What measures and writes while requests are served. Needs <see cref="AddUsageReports"/>. Services stop in the opposite order: totals come last.</summary>
    public static IServiceCollection AddMetering(this IServiceCollection services)
    {
        services.AddSingleton(_ => new UsageBuffer());
        services.AddSingleton<StrangerBook>();
        services.AddSingleton<UsageMeter>();
        services.AddSingleton<RollupBook>();
        services.AddHostedService<MaintenanceTimer>();
        services.AddHostedService<RollupWriter>();
        services.AddHostedService<UsageWriter>();
        return services.AddHostedService<StrangerWriter>();
    }

    /// <summary>What looks at usage and tidies it, here and on the command line.</summary>
    public static IServiceCollection AddUsageReports(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddStore<IUsageStore>(TableUsageStore.TableName, (tables, _) => new TableUsageStore(tables), _ => new MemoryUsageStore());
        services.AddStore<IRollupStore>(TableRollupStore.TableName, (tables, provider) => new TableRollupStore(tables, provider.GetRequiredService<TimeProvider>(), provider.GetService<RollupBook>()), provider => new MemoryRollupStore(provider.GetService<RollupBook>()));
        services.AddOptionsWithValidateOnStart<RetentionOptions, RetentionOptionsValidator>()
            .Configure(options => options.ReadFrom(configuration));
        services.TryAddSingleton(provider => new ClosedDays(
            provider.GetRequiredService<IUsageStore>(),
            provider.GetRequiredService<IRollupStore>(),
            provider.GetRequiredService<IOptions<RetentionOptions>>().Value,
            provider.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton(provider => new UsageMaintenance(
            provider.GetRequiredService<IUsageStore>(),
            provider.GetRequiredService<IRollupStore>(),
            provider.GetRequiredService<ClosedDays>(),
            provider.GetService<TableStorage>() is { } tables ? new MaintenanceState(tables) : null,
            provider.GetService<TableStorage>() is { } storage ? new ExpiredRows(storage, provider.GetServices<StoredTable>(), provider.GetRequiredService<TimeProvider>()) : null,
            provider.GetRequiredService<IOptions<RetentionOptions>>().Value,
            provider.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton(provider => new RequestReader(provider.GetRequiredService<IUsageStore>(), provider.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton(provider => new UsageReporter(provider.GetRequiredService<IRollupStore>(), provider.GetRequiredService<RequestReader>(), provider.GetRequiredService<IKeyStore>()));
        return services;
    }
}
