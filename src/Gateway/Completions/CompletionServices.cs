using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Completions;

/// <summary>Registers what answers with models.</summary>
internal static class CompletionServices
{
    public static IServiceCollection AddCompletions(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddTokenCounting(configuration);
        services.AddSingleton<TokenCountCall>();
        services.AddSingleton<CountTokensHandler>();
        return services.AddSingleton<CompletionHandler>();
    }
}
