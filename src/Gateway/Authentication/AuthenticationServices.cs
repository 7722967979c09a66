using Gateway.Authentication.Keys;
using Gateway.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace Gateway.Authentication;

/// <summary>Registers the check of credentials. Needs <see cref="StorageServices.AddGatewayStorage"/>.</summary>
public static class AuthenticationServices
{
    public static IServiceCollection AddGatewayAuthentication(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(provider => new KeyDirectory(
            provider.GetRequiredService<IKeyStore>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<KeyDirectory>>()));
        services.TryAddSingleton<KeyAuthenticator>();
        services.TryAddSingleton(provider => new Authenticator(
            provider.GetRequiredService<KeyAuthenticator>(),
            provider.GetService<DevelopmentKey>()));
        return services;
    }
}
