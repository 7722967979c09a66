using System.Net;
using System.Net.Sockets;
using Azure.Data.Tables;
using Gateway.Authentication.Keys;
using Gateway.Storage;
using Gateway.Tests.Authentication;
using Gateway.Translation.Errors;

namespace Gateway.Tests.Storage;

/// <summary>What becomes of requests when the Table service goes away.</summary>
public sealed class KeyOutageTests
{
    [Fact]
    public async Task A_storage_that_is_away_is_a_503_and_cached_keys_go_on_for_60_seconds()
    {
        await using Azurite azurite = await Azurite.StartNewAsync();
        TableServiceClient service = TableServiceFactory.Create(new GatewayStorageOptions { ConnectionString = azurite.ConnectionString });
        await new TableSetup(service).CreateMissingTablesAsync(default);
        Door door = new(store: new TableKeyStore(service));
        KeyChange.Issued cached = await door.CreateAsync();
        KeyChange.Issued other = await door.CreateAsync();
        await door.AdmitsAsync(("x-api-key", cached.Text));

        await azurite.StopAsync();
        long started = TimeProvider.System.GetTimestamp();
        GatewayError error = await door.RefusesAsync(("x-api-key", other.Text));

        Assert.Equal(503, error.Status);
        Assert.Equal(ErrorType.Api, error.Type);
        Assert.Null(error.ShouldRetry);
        Assert.True(TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromSeconds(6));
        await door.AdmitsAsync(("x-api-key", cached.Text));
        door.Time.AdvanceSeconds(60);
        Assert.Equal(503, (await door.RefusesAsync(("x-api-key", cached.Text))).Status);

        await azurite.StartAsync();
        await door.AdmitsAsync(("x-api-key", cached.Text));
        await door.AdmitsAsync(("x-api-key", other.Text));
    }

    [Fact]
    public async Task A_storage_that_accepts_and_never_answers_is_given_up_in_seconds()
    {
        using TcpListener silent = new(IPAddress.Loopback, 0);
        silent.Start();
        string connection = $"DefaultEndpointsProtocol=http;AccountName={Azurite.Account};AccountKey={Azurite.Key};TableEndpoint=http://{silent.LocalEndpoint}/{Azurite.Account};";
        Door door = new(store: new TableKeyStore(TableServiceFactory.Create(new GatewayStorageOptions { ConnectionString = connection })));

        long started = TimeProvider.System.GetTimestamp();
        GatewayError error = await door.RefusesAsync(("x-api-key", Door.Unknown()));

        Assert.Equal(503, error.Status);
        Assert.True(TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromSeconds(7));
    }
}
