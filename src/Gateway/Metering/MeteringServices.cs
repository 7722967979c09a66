using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Metering;

/// <summary>Registers metering. Needs the stores.</summary>
internal static class MeteringServices
{
    public static IServiceCollection AddMetering(this IServiceCollection services)
    {
        services.AddSingleton(_ => new UsageBuffer());
        services.AddSingleton<UsageMeter>();
        return services.AddHostedService<UsageWriter>();
    }
}
