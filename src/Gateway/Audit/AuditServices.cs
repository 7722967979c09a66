using Gateway.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Gateway.Audit;

/// <summary>Registers the record of administrative acts.</summary>
internal static class AuditServices
{
    public static IServiceCollection AddAudit(this IServiceCollection services)
    {
        services.AddStore<IAuditStore>(TableAuditStore.TableName, (tables, _) => new TableAuditStore(tables), _ => new MemoryAuditStore());
        services.TryAddSingleton<AuditTrail>();
        return services;
    }
}
