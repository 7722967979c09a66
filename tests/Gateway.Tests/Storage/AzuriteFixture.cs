namespace Gateway.Tests.Storage;

/// <summary>
/// Tables for the tests of one class: <c>IClassFixture&lt;AzuriteFixture&gt;</c> on the class, and the fixture in its
/// constructor. A test that stops Azurite uses one of its own.
/// </summary>
public sealed class AzuriteFixture : IAsyncLifetime
{
    private Azurite _azurite = null!;

    public string ConnectionString => _azurite.ConnectionString;

    public Uri Endpoint => _azurite.Endpoint;

    /// <summary>With all tables; rows of other tests of the class are in them.</summary>
    async Task IAsyncLifetime.InitializeAsync()
    {
        _azurite = await Azurite.ShareAsync();
        await StorageTables.CreateAsync(Azurite.StorageAt(ConnectionString));
    }

    async Task IAsyncLifetime.DisposeAsync() => await _azurite.DisposeAsync();
}
