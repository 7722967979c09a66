using Azure.Data.Tables;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Gateway.Storage;

/// <summary>Registers what stores stand on: the tables that the settings name, or the process's memory.</summary>
internal static class StorageServices
{
    public static IServiceCollection AddTableStorage(this IServiceCollection services, IConfiguration configuration)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddOptionsWithValidateOnStart<GatewayStorageOptions, GatewayStorageOptionsValidator>()
            .Configure(options => options.ReadFrom(configuration));
        if (GatewayStorageOptions.From(configuration).UsesTables)
        {
            services.TryAddSingleton(provider => TableServiceFactory.Create(provider.GetRequiredService<IOptions<GatewayStorageOptions>>().Value));
            services.TryAddSingleton(provider => new TableStorage(provider.GetRequiredService<TableServiceClient>(), provider.GetRequiredService<TimeProvider>()));
        }

        services.TryAddSingleton(provider => new TableSetup(provider.GetService<TableStorage>(), provider.GetServices<StoredTable>()));
        services.TryAddSingleton(provider => new StorageProbe(provider.GetService<TableStorage>(), provider.GetServices<StoredTable>(), provider.GetRequiredService<TimeProvider>()));
        return services;
    }

    /// <summary>Has the log say when the storage is away. Before all that uses it.</summary>
    public static IServiceCollection AddStorageLog(this IServiceCollection services) =>
        services.Any(service => service.ServiceType == typeof(TableStorage))
            ? services.AddHostedService(provider => new StorageLog(provider.GetRequiredService<TableStorage>(), provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILoggerFactory>()))
            : services;

    /// <summary>Registers one store, and the name of its table.</summary>
    /// <param name="services">Has <see cref="AddTableStorage"/>, or will.</param>
    /// <param name="table">Its name.</param>
    /// <param name="onTables">Makes the store where there are tables.</param>
    /// <param name="inMemory">Makes the store where there are none.</param>
    public static IServiceCollection AddStore<TStore>(
        this IServiceCollection services, string table, Func<TableStorage, IServiceProvider, TStore> onTables, Func<IServiceProvider, TStore> inMemory)
        where TStore : class
    {
        services.AddSingleton(new StoredTable(table));
        services.TryAddSingleton(provider => provider.GetService<TableStorage>() is { } tables ? onTables(tables, provider) : inMemory(provider));
        return services;
    }
}
