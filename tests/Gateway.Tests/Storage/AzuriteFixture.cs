using Azure.Data.Tables;

namespace Gateway.Tests.Storage;

/// <summary>
/// Azurite for the tests of one collection: put <c>[Collection(AzuriteFixture.Collection)]</c> on the class and take the
/// fixture in its constructor. A test that stops Azurite starts it again, or uses an <see cref="Azurite"/> of its own.
/// </summary>
public sealed class AzuriteFixture : IAsyncLifetime
{
    public const string Collection = "Azurite";

    private readonly Azurite _azurite = new();

    public string ConnectionString => _azurite.ConnectionString;

    public Uri Endpoint => _azurite.Endpoint;

    public Task StopAsync() => _azurite.StopAsync();

    public Task StartAsync() => _azurite.StartAsync();

    /// <summary>A table of its own for each test, so that tests do not see each other's rows.</summary>
    public async Task<TableClient> CreateTableAsync()
    {
        var table = new TableClient(ConnectionString, $"t{Guid.NewGuid():N}");
        await table.CreateAsync();
        return table;
    }

    Task IAsyncLifetime.InitializeAsync() => _azurite.StartAsync();

    async Task IAsyncLifetime.DisposeAsync() => await _azurite.DisposeAsync();
}

[CollectionDefinition(AzuriteFixture.Collection)]
public sealed class AzuriteCollection : ICollectionFixture<AzuriteFixture>;
