using Gateway.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Gateway.Caching;

/// <summary>Registers the response cache.</summary>
internal static class CachingServices
{
    /// <summary>Needs <see cref="CacheOptions"/>.</summary>
    public static IServiceCollection AddCaching(this IServiceCollection services) =>
        services.AddSingleton(provider => new ResponseCache(StoreOf(provider), provider.GetRequiredService<TimeProvider>()));

    /// <summary>For whoever makes the tables.</summary>
    public static IServiceCollection AddCacheTable(this IServiceCollection services) =>
        services.AddSingleton(new StoredTable(TableCacheStore.TableName) { RowsExpire = true });

    private static ICacheStore? StoreOf(IServiceProvider provider)
    {
        CacheOptions options = provider.GetRequiredService<CacheOptions>();
        return options.Mode switch
        {
            CacheMode.Memory => new MemoryCacheStore(options.MaxBytes),
            CacheMode.Storage => new TableCacheStore(
                provider.GetRequiredService<TableStorage>(), provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILoggerFactory>()),
            _ => null,
        };
    }
}
