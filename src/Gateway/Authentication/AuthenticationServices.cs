using Gateway.Authentication.Keys;
using Gateway.Authentication.Oidc;
using Gateway.Authentication.Teams;
using Gateway.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Gateway.Authentication;

/// <summary>Registers the check of credentials. Needs <see cref="StorageServices.AddGatewayStorage"/>.</summary>
public static class AuthenticationServices
{
    public static IServiceCollection AddGatewayAuthentication(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<KeyDirectory>();
        services.TryAddSingleton<KeyAuthenticator>();
        services.TryAddSingleton(_ => IssuerClient.Create());
        services.TryAddSingleton<SigningKeys>();
        services.TryAddSingleton<IssuerDirectory>();
        services.TryAddSingleton<TokenAuthenticator>();
        services.TryAddSingleton<TeamDirectory>();
        services.TryAddSingleton(provider => new Authenticator(
            provider.GetRequiredService<KeyAuthenticator>(),
            provider.GetRequiredService<TokenAuthenticator>(),
            provider.GetService<DevelopmentKey>()));
        return services;
    }
}
