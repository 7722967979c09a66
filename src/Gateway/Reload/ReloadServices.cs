using Gateway.Settings;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Gateway.Reload;

/// <summary>Registers what takes changes of the gateway's file, if there is one among the settings.</summary>
internal static class ReloadServices
{
    public static IServiceCollection AddReload(this IServiceCollection services, IConfiguration configuration, ConfigurationReload.Reader read)
    {
        if (GatewayFile.In(configuration) is not { } file)
        {
            return services;
        }

        services.AddSingleton(file);
        services.AddSingleton<Retained>();
        services.AddSingleton(provider => ActivatorUtilities.CreateInstance<ConfigurationReload>(provider, file, (IConfigurationRoot)configuration, read));
        return services.AddSingleton<IHostedService>(provider => provider.GetRequiredService<ConfigurationReload>());
    }
}
