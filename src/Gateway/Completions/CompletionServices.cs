using Gateway.Caching;
using Gateway.Upstreams;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Completions;

/// <summary>Registers what answers with models.</summary>
internal static class CompletionServices
{
    public static IServiceCollection AddCompletions(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddTokenCounting(configuration);
        services.AddSingleton<TargetTurns>();
        services.AddSingleton<TokenCountAttempts>();
        services.AddSingleton<CountTokensHandler>();
        services.AddSingleton<CompletionAttempts>();
        services.AddSingleton(provider => new CompletionCache(
            provider.GetRequiredService<ResponseCache>(), provider.GetRequiredService<UpstreamTimeouts>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<ClientPathsHandler>();
        return services.AddSingleton<CompletionHandler>();
    }
}
