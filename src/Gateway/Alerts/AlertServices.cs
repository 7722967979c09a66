using Gateway.Storage;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace Gateway.Alerts;

/// <summary>Registers alerts.</summary>
internal static class AlertServices
{
    /// <summary>What keeps them and calls webhooks, here and on the command line.</summary>
    public static IServiceCollection AddAlertStore(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton(new StoredTable(TableAlertStore.TableName) { RowsExpire = true });
        services.TryAddSingleton<IAlertStore>(provider => provider.GetService<TableStorage>() is { } tables ? new TableAlertStore(tables) : new MemoryAlertStore());
        services.TryAddSingleton(_ => AlertOptions.Read(configuration));
        services.TryAddSingleton(provider => WebhookClient.Create(provider.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton(provider => new WebhookTest(
            provider.GetRequiredService<AlertOptions>(), provider.GetRequiredService<WebhookClient>(), provider.GetRequiredService<TimeProvider>()));
        return services;
    }

    /// <summary>What sends them. Before all that raises some: services stop in the opposite order.</summary>
    public static IServiceCollection AddAlerts(this IServiceCollection services)
    {
        services.AddSingleton(provider => new AlertOutbox(provider.GetService<TableStorage>()?.Service.Uri.AbsoluteUri ?? Guid.NewGuid().ToString()));
        services.AddSingleton<AlertDelivery>();
        return services.AddHostedService(provider =>
        {
            AlertOutbox outbox = provider.GetRequiredService<AlertOutbox>();
            TimeProvider time = provider.GetRequiredService<TimeProvider>();
            StorageHealth? health = provider.GetService<TableStorage>()?.Health;
            health?.Suspected = outbox.Wake;
            return new AlertSender(
                outbox,
                provider.GetRequiredService<IAlertStore>(),
                provider.GetRequiredService<AlertDelivery>(),
                health is null ? null : new StorageWatch(health, time),
                time,
                provider.GetRequiredService<ILoggerFactory>());
        });
    }
}
