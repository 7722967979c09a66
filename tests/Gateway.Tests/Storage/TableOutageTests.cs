using Azure;
using Azure.Core;
using Azure.Data.Tables;

namespace Gateway.Tests.Storage;

/// <summary>On an Azurite of its own, because it stops it.</summary>
public sealed class TableOutageTests : IAsyncLifetime
{
    private readonly Azurite _azurite = new();

    public Task InitializeAsync() => _azurite.StartAsync();

    public async Task DisposeAsync() => await _azurite.DisposeAsync();

    [Fact]
    public async Task Outage_fails_requests_and_the_data_is_there_afterwards()
    {
        TableClient table = Client(retries: 0);
        await table.CreateAsync();
        await table.AddEntityAsync(new TableEntity("p", "r") { ["A"] = 1 });

        await _azurite.StopAsync();
        RequestFailedException failed = await Assert.ThrowsAsync<RequestFailedException>(() => table.GetEntityAsync<TableEntity>("p", "r"));
        await _azurite.StartAsync();
        TableEntity read = await table.GetEntityAsync<TableEntity>("p", "r");

        Assert.Equal(0, failed.Status);
        Assert.Equal(1, read.GetInt32("A"));
    }

    [Fact]
    public async Task Short_outage_is_bridged_by_retries()
    {
        TableClient table = Client(retries: 50);
        await table.CreateAsync();
        await _azurite.StopAsync();

        Task<Response> adding = table.AddEntityAsync(new TableEntity("p", "r"));
        await Task.Delay(200);
        Assert.False(adding.IsCompleted);
        await _azurite.StartAsync();

        Assert.Equal(204, (await adding).Status);
    }

    private TableClient Client(int retries) => new(_azurite.ConnectionString, "things", new TableClientOptions
    {
        Retry = { Mode = RetryMode.Fixed, Delay = TimeSpan.FromMilliseconds(200), MaxRetries = retries },
    });
}
