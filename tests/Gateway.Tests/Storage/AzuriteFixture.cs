namespace Gateway.Tests.Storage;

/// <summary>
/// Azurite for the tests of one collection: put <c>[Collection(AzuriteFixture.Collection)]</c> on the class and take the
/// fixture in its constructor. A test that stops Azurite uses one of its own.
/// </summary>
public sealed class AzuriteFixture : IAsyncLifetime
{
    public const string Collection = "Azurite";

    private readonly Azurite _azurite = new();

    public string ConnectionString => _azurite.ConnectionString;

    public Uri Endpoint => _azurite.Endpoint;

    /// <summary>With all tables; rows of other tests are in them.</summary>
    async Task IAsyncLifetime.InitializeAsync()
    {
        await _azurite.StartAsync();
        await StorageTables.CreateAsync(Azurite.StorageAt(ConnectionString));
    }

    async Task IAsyncLifetime.DisposeAsync() => await _azurite.DisposeAsync();
}

[CollectionDefinition(AzuriteFixture.Collection)]
public sealed class AzuriteCollection : ICollectionFixture<AzuriteFixture>;
