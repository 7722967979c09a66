using Gateway.Audit;
using Gateway.Authentication.Keys;
using Gateway.Authentication.Oidc;
using Gateway.Authentication.Teams;
using Gateway.Storage;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Gateway.Authentication;

/// <summary>Registers who may call, and the check of credentials.</summary>
internal static class AuthenticationServices
{
    /// <summary>The setting of <see cref="DevelopmentKey"/>.</summary>
    internal const string DevKeySetting = "Gateway:DevKey";

    /// <summary>Keys, teams and issuers, and what changes them: here and on the command line.</summary>
    public static IServiceCollection AddGrants(this IServiceCollection services)
    {
        services.AddStore<IKeyStore>(TableKeyStore.TableName, (tables, _) => new TableKeyStore(tables), _ => new MemoryKeyStore());
        services.AddStore<ITeamStore>(TableTeamStore.TableName, (tables, _) => new TableTeamStore(tables), _ => new MemoryTeamStore());
        services.AddStore<IIssuerStore>(TableIssuerStore.TableName, (tables, _) => new TableIssuerStore(tables), _ => new MemoryIssuerStore());
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
        services.TryAddSingleton<KnownTeams>();
        return services;
    }

    /// <summary>What checks credentials. Needs <see cref="AddGrants"/>.</summary>
    public static IServiceCollection AddGatewayAuthentication(this IServiceCollection services, IConfiguration configuration)
    {
        if (!GatewayStorageOptions.From(configuration).UsesTables)
        {
            services.TryAddSingleton(_ => new DevelopmentKey(configuration[DevKeySetting]));
        }

        services.TryAddSingleton<KeyDirectory>();
        services.TryAddSingleton<KeyAuthenticator>();
        if (BootstrapKey.Read(configuration) is { } bootstrap)
        {
            services.AddSingleton(bootstrap);
            services.TryAddSingleton<BootstrapAuthenticator>();
            services.AddHostedService(provider => provider.GetRequiredService<BootstrapAuthenticator>());
        }

        services.TryAddSingleton(_ => IssuerClient.Create());
        services.TryAddSingleton<SigningKeys>();
        services.TryAddSingleton<IssuerDirectory>();
        services.TryAddSingleton<TokenAuthenticator>();
        services.TryAddSingleton<TeamDirectory>();
        services.TryAddSingleton(provider => new Authenticator(
            provider.GetRequiredService<KeyAuthenticator>(),
            provider.GetRequiredService<TokenAuthenticator>(),
            provider.GetService<DevelopmentKey>(),
            provider.GetService<BootstrapAuthenticator>()));
        return services;
    }
}
