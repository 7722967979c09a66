using Azure.Data.Tables;
using Gateway.Authentication;
using Gateway.Authentication.Keys;
using Gateway.Authentication.Oidc;
using Gateway.Authentication.Teams;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Gateway.Storage;

/// <summary>Registers the stores: on tables where the settings name any, else in memory with a development key.</summary>
public static class StorageServices
{
    /// <summary>The setting of <see cref="DevelopmentKey"/>.</summary>
    private const string DevKeySetting = "Gateway:DevKey";

    public static IServiceCollection AddGatewayStorage(this IServiceCollection services, IConfiguration configuration)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddOptionsWithValidateOnStart<GatewayStorageOptions, GatewayStorageOptionsValidator>()
            .Configure(options => options.ReadFrom(configuration));

        if (GatewayStorageOptions.From(configuration).UsesTables)
        {
            services.TryAddSingleton(provider => TableServiceFactory.Create(provider.GetRequiredService<IOptions<GatewayStorageOptions>>().Value));
            services.TryAddSingleton(provider => new TableStorage(provider.GetRequiredService<TableServiceClient>(), provider.GetRequiredService<TimeProvider>()));
            services.TryAddSingleton<IKeyStore>(provider => new TableKeyStore(provider.GetRequiredService<TableStorage>()));
            services.TryAddSingleton<ITeamStore>(provider => new TableTeamStore(provider.GetRequiredService<TableStorage>()));
            services.TryAddSingleton<IIssuerStore>(provider => new TableIssuerStore(provider.GetRequiredService<TableStorage>()));
            services.TryAddSingleton<IAuditStore>(provider => new TableAuditStore(provider.GetRequiredService<TableStorage>()));
            services.TryAddSingleton<ISpendStore>(provider => new TableSpendStore(provider.GetRequiredService<TableStorage>(), provider.GetRequiredService<ILoggerFactory>()));
            services.TryAddSingleton<IUsageStore>(provider => new TableUsageStore(provider.GetRequiredService<TableStorage>()));
            services.TryAddSingleton<IRollupStore>(provider => new TableRollupStore(provider.GetRequiredService<TableStorage>()));
            services.TryAddSingleton(provider => new MaintenanceState(provider.GetRequiredService<TableStorage>()));
        }
        else
        {
            services.TryAddSingleton(_ => new DevelopmentKey(configuration[DevKeySetting]));
            services.TryAddSingleton<IKeyStore, MemoryKeyStore>();
            services.TryAddSingleton<ITeamStore, MemoryTeamStore>();
            services.TryAddSingleton<IIssuerStore, MemoryIssuerStore>();
            services.TryAddSingleton<IAuditStore, MemoryAuditStore>();
            services.TryAddSingleton<ISpendStore, MemorySpendStore>();
            services.TryAddSingleton<IUsageStore, MemoryUsageStore>();
            services.TryAddSingleton<IRollupStore, MemoryRollupStore>();
        }

        services.TryAddSingleton(provider => new TableSetup(provider.GetService<TableStorage>()));
        services.TryAddSingleton<AuditTrail>();
        services.TryAddSingleton(provider => new KeyAdministration(
            provider.GetRequiredService<IKeyStore>(),
            provider.GetRequiredService<AuditTrail>(),
            provider.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton(provider => new TeamAdministration(
            provider.GetRequiredService<ITeamStore>(),
            provider.GetRequiredService<AuditTrail>(),
            provider.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton(provider => new IssuerAdministration(
            provider.GetRequiredService<IIssuerStore>(),
            provider.GetRequiredService<AuditTrail>(),
            provider.GetRequiredService<TimeProvider>()));
        return services;
    }
}
