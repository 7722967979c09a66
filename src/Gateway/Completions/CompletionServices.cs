using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Completions;

/// <summary>Registers what answers with models.</summary>
internal static class CompletionServices
{
    public static IServiceCollection AddCompletions(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddTokenCounting(configuration);
        services.AddSingleton<TokenCountAttempts>();
        services.AddSingleton<CountTokensHandler>();
        services.AddSingleton<CompletionAttempts>();
        return services.AddSingleton<CompletionHandler>();
    }
}
