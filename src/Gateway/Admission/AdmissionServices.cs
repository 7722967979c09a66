using Gateway.Alerts;
using Gateway.Authentication.Teams;
using Gateway.Routing;
using Gateway.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Gateway.Admission;

/// <summary>Registers limits and budgets.</summary>
internal static class AdmissionServices
{
    /// <summary>What was spent, across instances.</summary>
    public static IServiceCollection AddSpend(this IServiceCollection services) => services.AddStore<ISpendStore>(
        TableSpendStore.TableName,
        (tables, provider) => new TableSpendStore(tables, provider.GetRequiredService<ILoggerFactory>()),
        _ => new MemorySpendStore());

    /// <summary>What lets requests in. Needs <see cref="AddSpend"/> and the teams.</summary>
    public static IServiceCollection AddAdmission(this IServiceCollection services)
    {
        services.AddSingleton(provider =>
        {
            LiveRouter live = provider.GetRequiredService<LiveRouter>();
            return new AdmissionControl(
                provider.GetRequiredService<TeamDirectory>(),
                provider.GetRequiredService<ISpendStore>(),
                provider.GetRequiredService<TimeProvider>(),
                () => live.Now.Catalog.RefusesUnpriced,
                provider.GetRequiredService<AlertOutbox>());
        });
        services.AddSingleton<BudgetOverview>();
        return services.AddHostedService<AdmissionUpkeep>();
    }
}
