using System.Diagnostics.Metrics;
using System.Net;
using Azure.Data.Tables;
using Gateway.Authentication.Access;
using Gateway.Authentication.Keys;
using Gateway.Diagnostics;
using Gateway.Metering;
using Gateway.Metering.Usage;
using Gateway.Tests.Cli;
using Gateway.Tests.Storage;
using Gateway.Tests.Support;
using Gateway.Translation.Errors;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.Tests.Metering.Usage;

/// <summary>Whoever has no key costs nothing: strangers are counted, not kept.</summary>
public sealed class StrangersTests : IAsyncLifetime
{
    private const int Many = 300;

    private Azurite _azurite = null!;

    public async Task InitializeAsync()
    {
        _azurite = await Azurite.ShareAsync();
        await StorageTables.CreateAsync(Azurite.StorageAt(_azurite.ConnectionString));
    }

    public async Task DisposeAsync() => await _azurite.DisposeAsync();

    [Fact]
    public async Task Flood_of_wrong_keys_leaves_one_row_for_each_reason_and_no_receipts()
    {
        await using MeteredGateway gateway = await MeteredGateway.StartAsync(_azurite.ConnectionString);
        int counted = 0;
        using MeterListener listener = new();
        listener.InstrumentPublished = (instrument, each) =>
        {
            if (instrument.Name == GenAiNames.AuthRefusedMetric)
            {
                each.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((_, count, tags, _) => Interlocked.Add(ref counted, tags[0].Value is "damaged_key" ? (int)count : 0));
        listener.Start();

        for (int i = 0; i < Many; i++)
        {
            using HttpResponseMessage foreign = await gateway.PostAsync(MeteredGateway.Body(), $"sk-{i}");
            Assert.Equal(HttpStatusCode.Unauthorized, foreign.StatusCode);

            // On a machine that is very busy the table may not answer in time whether there is such a key.
            await Patience.UntilAsync(async () =>
            {
                using HttpResponseMessage unknown = await gateway.PostAsync(MeteredGateway.Body(), ApiKey.Generate().Text);
                return unknown.StatusCode == HttpStatusCode.Unauthorized;
            });
        }

        using HttpResponseMessage damaged = await gateway.PostAsync(MeteredGateway.Body(), gateway.Key[..^1]);
        using HttpResponseMessage known = await gateway.PostAsync(MeteredGateway.Body());
        using HttpResponseMessage receipt = await gateway.ReceiptAsync(MeteredGateway.IdOf(damaged));
        Assert.Equal(HttpStatusCode.NotFound, receipt.StatusCode);
        Assert.Contains("refused before their caller was known", await receipt.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.True(counted >= 1);
        await gateway.EntryAsync(known);
        await gateway.Server.StopAsync();

        List<UsageEntry> rows = [.. (await gateway.RowsAsync(rows => rows.Count >= 4)).Select(UsageRow.ToEntry).Where(row => row.Refusal != "unchecked")];
        Assert.Equal(
            [("damaged_key", 1L), ("foreign_key", Many), ("invalid_key", Many), ("of its own", 1L)],
            rows.Select(row => (row.Refusal ?? "of its own", row.Requests)).Order());
        Assert.All(rows.Where(row => row.Refusal is not null), row => Assert.Equal((401, 0m, null, "authentication_error"), (row.Status, row.Cost, row.KeyId, row.Error)));
        RollupTotals total = RollupTotals.None;
        rows.ForEach(row => total = total.Plus(RollupTotals.Of(row)));
        Assert.Equal(((2L * Many) + 2, (2L * Many) + 1), (total.Requests, total.Refused));
    }

    [Fact]
    public async Task Minute_of_refusals_becomes_one_row_while_the_gateway_runs_and_its_receipt_says_what_it_is()
    {
        FakeClock time = new(TimeProvider.System.GetUtcNow());
        await using MeteredGateway gateway = await MeteredGateway.StartAsync(_azurite.ConnectionString, time, []);
        for (int i = 0; i < 5; i++)
        {
            using HttpResponseMessage refused = await gateway.PostAsync(MeteredGateway.Body(), "sk-somebody-else");
        }

        List<TableEntity> rows = await gateway.RowsAsync(rows =>
        {
            time.AdvanceSeconds(10);
            return rows.Count > 0;
        });
        UsageEntry entry = UsageRow.ToEntry(Assert.Single(rows));
        Assert.Equal(5, entry.Requests);
        using HttpResponseMessage receipt = await gateway.ReceiptAsync(entry.RequestId);
        Assert.Contains("Stands for 5 requests", await receipt.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    /// <summary>Whoever holds thousands of keys that were revoked makes no thousands of rows a minute.</summary>
    [Fact]
    public void Keys_that_were_revoked_are_told_apart_as_long_as_they_are_a_thousand()
    {
        StrangerBook strangers = new(new FakeClock(), NullLoggerFactory.Instance);
        for (int i = 0; i < 2_600; i++)
        {
            strangers.Add(new AuthenticationResult.Refused(GatewayError.Authentication("no"), RefusalReason.RevokedKey, new RefusedKey($"key{i % 1_300}", "search")), "req_1", metered: true);
        }

        (StrangerBook.Kind Kind, long Requests)[] counted = [.. strangers.Take()];
        Assert.Equal((1_001, 2_600L, 600L), (counted.Length, counted.Sum(kind => kind.Requests), counted.Single(kind => kind.Kind.Key is null).Requests));
        Assert.Empty(strangers.Take());
    }

    /// <summary>Rows of one name would take each other's place.</summary>
    [Fact]
    public async Task Rows_of_one_second_have_names_of_their_own()
    {
        FakeClock time = new();
        StrangerBook strangers = new(time, NullLoggerFactory.Instance);
        UsageBuffer buffer = new();
        using StrangerWriter writer = new(strangers, buffer, time);
        for (int i = 0; i < 2; i++)
        {
            strangers.Add(new AuthenticationResult.Refused(GatewayError.Authentication("no"), RefusalReason.InvalidKey), "req_1", metered: true);
            await writer.StopAsync(default);
        }

        Assert.True(buffer.Reader.TryRead(out UsageEntry? first));
        Assert.True(buffer.Reader.TryRead(out UsageEntry? second));
        Assert.NotEqual(first.RequestId, second.RequestId);
    }

    [Fact]
    public async Task Revoked_key_is_counted_under_its_id()
    {
        await using MeteredGateway gateway = await MeteredGateway.StartAsync(_azurite.ConnectionString);
        Assert.Equal(0, (await Run.GatewayAsync(_azurite.ConnectionString, "keys", "revoke", gateway.KeyId)).ExitCode);
        for (int i = 0; i < 20; i++)
        {
            using HttpResponseMessage refused = await gateway.PostAsync(MeteredGateway.Body());
            Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        }

        await gateway.Server.StopAsync();
        UsageEntry entry = UsageRow.ToEntry(Assert.Single(await gateway.RowsAsync(rows => rows.Count > 0)));
        Assert.Equal(("revoked_key", gateway.KeyId, "search", 20L), (entry.Refusal, entry.KeyId, entry.Team, entry.Requests));
    }

    [Fact]
    public async Task Log_names_one_stranger_a_minute_and_reason_and_no_other()
    {
        await using GatewayServer gateway = await GatewayServer.StartAsync(("Logging:LogLevel:Default", "Information"));
        LogLines lines = LogLines.Of(gateway);
        for (int i = 0; i < 30; i++)
        {
            using HttpResponseMessage refused = await gateway.SendAsync(HttpMethod.Get, "/v1/models", null, default, ("x-api-key", $"sk-{i}"));
            using HttpResponseMessage nobody = await gateway.SendAsync(HttpMethod.Post, "/v1/messages", "{}", default);
        }

        string[] told = [.. lines.All.Where(line => line.Contains("req_", StringComparison.Ordinal))];
        Assert.Equal(["foreign_key", "no_credential"], told.Select(line => line.Contains("foreign_key", StringComparison.Ordinal) ? "foreign_key" : "no_credential").Order());
    }
}
