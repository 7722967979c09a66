using Gateway.Admission;
using Gateway.Audit;
using Gateway.Authentication.Keys;
using Gateway.Metering.Reports;
using Gateway.Routing;
using Gateway.Upstreams;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Manage;

/// <summary>Registers the operators' surface.</summary>
internal static class ManageServices
{
    public static IServiceCollection AddManagement(this IServiceCollection services)
    {
        services.AddSingleton<ManagePipeline>();
        services.AddSingleton<ChangeWarnings>();
        services.AddSingleton(provider => new KeysHandler(
            provider.GetRequiredService<ManagePipeline>(),
            provider.GetRequiredService<KeyAdministration>(),
            provider.GetRequiredService<KeyDirectory>(),
            provider.GetRequiredService<UsageReporter>(),
            provider.GetRequiredService<ChangeWarnings>(),
            provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<IssuersHandler>();
        services.AddSingleton<TeamsHandler>();
        services.AddSingleton<UsageHandler>();
        services.AddSingleton<AuditHandler>();
        services.AddSingleton<AlertsHandler>();
        services.AddSingleton(provider => new LearnedHandler(
            provider.GetRequiredService<ManagePipeline>(),
            provider.GetRequiredService<UpstreamMemory>(),
            provider.GetRequiredService<AuditTrail>()));
        services.AddSingleton<ReceiptHandler>();
        services.AddSingleton<OwnUsageHandler>();
        services.AddSingleton<ConfigHandler>();
        services.AddSingleton<RequestsHandler>();
        services.AddSingleton<MeHandler>();
        services.AddSingleton(provider => new TargetsHandler(
            provider.GetRequiredService<ManagePipeline>(),
            provider.GetRequiredService<LiveRouter>(),
            provider.GetRequiredService<TargetHealth>(),
            provider.GetRequiredService<TargetSpeeds>(),
            provider.GetRequiredService<UpstreamMemory>()));
        services.AddSingleton(provider => new BudgetsHandler(provider.GetRequiredService<ManagePipeline>(), provider.GetRequiredService<BudgetOverview>()));
        return services.AddSingleton<OpenApiHandler>();
    }
}
