using System.Net;
using Azure.Data.Tables;
using Gateway.Metering.Usage;
using Gateway.Tests.Storage;
using Microsoft.Extensions.Time.Testing;

namespace Gateway.Tests.Metering.Usage;

/// <summary>What becomes of usage when the Table service goes away.</summary>
public sealed class UsageOutageTests
{
    [Fact]
    public async Task Requests_are_served_while_storage_is_away_and_no_row_is_lost()
    {
        const int Requests = 250;
        await using Azurite azurite = await Azurite.StartNewAsync();

        // Its clock moves only when the test says so: a key that was checked stays checked, however slow the machine is.
        FakeTimeProvider time = new(DateTimeOffset.UtcNow);
        await using MeteredGateway gateway = await MeteredGateway.StartAsync(azurite.ConnectionString, time, []);
        List<string> ids = [await ServeAsync(gateway)];
        await azurite.StopAsync();
        for (int i = 1; i < Requests; i++)
        {
            ids.Add(await ServeAsync(gateway));
        }

        time.Advance(TimeSpan.FromSeconds(1));
        await azurite.StartAsync();
        List<TableEntity> rows = await gateway.RowsAsync(rows =>
        {
            time.Advance(TimeSpan.FromSeconds(0.25));
            return rows.Count >= Requests;
        });
        Assert.Equal(ids.Order(StringComparer.Ordinal), rows.Select(r => r.RowKey).Order(StringComparer.Ordinal));
        Assert.All(rows, r => Assert.Equal((10L, 2L), (r.GetInt64("Input"), r.GetInt64("Output"))));
    }

    [Fact]
    public async Task Shutdown_writes_what_is_left()
    {
        await using Azurite azurite = await Azurite.StartNewAsync();
        MeteredGateway gateway = await MeteredGateway.StartAsync(azurite.ConnectionString);
        List<string> ids = [];
        for (int i = 0; i < 120; i++)
        {
            ids.Add(await ServeAsync(gateway));
        }

        await gateway.Server.DisposeAsync();
        List<TableEntity> rows = await gateway.RowsAsync(_ => true);
        await gateway.Upstream.DisposeAsync();
        Assert.Equal(ids.Order(StringComparer.Ordinal), rows.Select(r => r.RowKey).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Full_buffer_counts_what_it_drops_and_keeps_room_for_those_who_pay()
    {
        UsageBuffer buffer = new(capacity: 8);
        for (int i = 0; i < 5; i++)
        {
            buffer.Add(Entry(keyId: null));
        }

        Assert.Equal((2, 3L), (buffer.Reader.Count, buffer.Dropped));
        for (int i = 0; i < 7; i++)
        {
            buffer.Add(Entry("key"));
        }

        Assert.Equal((8, 4L), (buffer.Reader.Count, buffer.Dropped));
    }

    private static UsageEntry Entry(string? keyId) => new() { RequestId = "req_1", StartedAt = default, Api = "anthropic", KeyId = keyId };

    private static async Task<string> ServeAsync(MeteredGateway gateway)
    {
        using HttpResponseMessage response = await gateway.PostAsync(MeteredGateway.Body());
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        await response.Content.ReadAsByteArrayAsync();
        return MeteredGateway.IdOf(response);
    }
}
