using Gateway.Authentication.Oidc;
using Gateway.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Gateway.Dashboard;

/// <summary>Registers the page for people.</summary>
internal static class DashboardServices
{
    public static IServiceCollection AddDashboard(this IServiceCollection services)
    {
        services.AddSingleton(provider => new SignInPlace(
            provider.GetRequiredService<DashboardOptions>(), provider.GetRequiredService<IssuerClient>(), provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILoggerFactory>()));
        return services.AddSingleton(provider => new DashboardHandler(
            provider.GetRequiredService<RequestPipeline>(), provider.GetRequiredService<InfoHandler>(), provider.GetRequiredService<DashboardOptions>(), provider.GetRequiredService<SignInPlace>()));
    }
}
