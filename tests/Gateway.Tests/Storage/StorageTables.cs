using Gateway.Storage;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Tests.Storage;

/// <summary>All tables of the gateway, as its stores register them.</summary>
internal static class StorageTables
{
    public static Task CreateAsync(TableStorage storage) => new TableSetup(storage, All()).CreateMissingTablesAsync(default);

    private static IEnumerable<StoredTable> All()
    {
        using ServiceProvider services = new ServiceCollection().AddGatewayStorage(new ConfigurationBuilder().Build()).BuildServiceProvider();
        return [.. services.GetServices<StoredTable>()];
    }
}
