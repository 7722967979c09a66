using System.Net;
using Azure.Data.Tables;
using Gateway.Metering.Usage;
using Gateway.Tests.Storage;
using Gateway.Tests.Support;

namespace Gateway.Tests.Metering.Usage;

/// <summary>Every request leaves one row, over HTTP and on Azurite.</summary>
public sealed class UsageTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    [Fact]
    public async Task Answer_leaves_a_row_with_its_tokens_by_kind_and_its_cost()
    {
        await using MeteredGateway gateway = await MeteredGateway.StartAsync(azurite.ConnectionString);
        gateway.Upstream.Answer = context => FakeUpstream.Json(context, 200, FakeUpstream.Completion("ok").Replace(
            "\"completion_tokens\":2,", "\"completion_tokens\":200,\"prompt_tokens_details\":{\"cached_tokens\":6},\"completion_tokens_details\":{\"reasoning_tokens\":150},", StringComparison.Ordinal));
        using HttpResponseMessage response = await gateway.PostAsync(MeteredGateway.Body());
        UsageEntry entry = await gateway.EntryAsync(response);

        Assert.Equal((gateway.KeyId, "search", "anthropic", 200), (entry.KeyId, entry.Team, entry.Api, entry.Status));
        Assert.Equal(("m", "m", "fake", "up"), (entry.RequestedModel, entry.MatchedModel, entry.Provider, entry.Model));
        Assert.Equal((4, 6, 200, 150, false), (entry.Usage.Input, entry.Usage.CacheRead, entry.Usage.Output, entry.Usage.Reasoning, entry.Usage.Estimated));

        // 4 x 2.5 + 6 x 0.25 + 200 x 10, in millionths of a dollar.
        Assert.Equal(0.0020115m, entry.Cost);
        Assert.Equal("0.0020115", response.Headers.GetValues("x-gateway-cost-usd").Single());
        Assert.StartsWith("config-", entry.Price!.Version, StringComparison.Ordinal);
        Assert.Matches(@"^gateway;dur=[\d.]+, upstream;dur=[\d.]+$", response.Headers.GetValues("server-timing").Single());
        UsageAttempt attempt = Assert.Single(entry.Attempts);
        Assert.Equal(new UsageAttempt("fake/up", null, null) { UpstreamStatus = 200 }, attempt with { StartedMs = null, DurationMs = null });
        Assert.InRange(attempt.StartedMs!.Value + attempt.DurationMs!.Value, attempt.StartedMs.Value, entry.Timings.TotalMs + 1);
        Assert.True(entry.Timings.TotalMs >= entry.Timings.FirstByteMs);
    }

    [Fact]
    public async Task Refused_requests_leave_rows_that_cost_nothing()
    {
        await using MeteredGateway gateway = await MeteredGateway.StartAsync(azurite.ConnectionString);
        using HttpResponseMessage unknown = await gateway.PostAsync(MeteredGateway.Body("no-such-model"));
        using HttpResponseMessage garbage = await gateway.PostAsync("{");
        gateway.Upstream.Answer = context => FakeUpstream.Json(context, 429, """{"error":{"message":"slow down","type":"rate_limit_error"}}""");
        using HttpResponseMessage limited = await gateway.PostAsync(MeteredGateway.Body());

        UsageEntry[] entries = [await gateway.EntryAsync(unknown), await gateway.EntryAsync(garbage), await gateway.EntryAsync(limited)];
        Assert.Equal([404, 400, 429], entries.Select(e => e.Status));
        Assert.Equal(["not_found_error", "invalid_request_error", "rate_limit_error"], entries.Select(e => e.Error));
        Assert.All(entries, e => Assert.Equal((0m, 0L), (e.Cost, e.Usage.TotalInput + e.Usage.Output)));
        Assert.All(entries, e => Assert.Equal(gateway.KeyId, e.KeyId));
        Assert.Equal("no-such-model", entries[0].RequestedModel);
        Assert.Equal(
            new UsageAttempt("fake/up", "rate_limit_error", 429) { UpstreamStatus = 429, Reason = "its limit is used up: slow down" },
            Assert.Single(entries[2].Attempts) with { StartedMs = null, DurationMs = null });
    }

    [Fact]
    public async Task Stream_that_breaks_is_settled_with_what_was_produced_and_rows_hold_no_content()
    {
        await using MeteredGateway gateway = await MeteredGateway.StartAsync(azurite.ConnectionString);
        using SemaphoreSlim seen = new(0);
        gateway.Upstream.Answer = async context =>
        {
            await FakeUpstream.BeginStreamAsync(context);
            await FakeUpstream.EventAsync(context, FakeUpstream.Chunk("an-answer-nobody-may-keep, of forty characters"));
            await seen.WaitAsync();
            context.Abort();
        };
        using HttpResponseMessage response = await gateway.PostAsync(MeteredGateway.Body(stream: true));
        seen.Release();
        UsageEntry entry = await gateway.EntryAsync(response);

        Assert.True(entry.Stream);
        Assert.NotNull(entry.Error);
        Assert.True(entry.Usage.Estimated);
        Assert.InRange(entry.Usage.Output, 5, 40);
        Assert.Equal(entry.Price!.CostOf(entry.Usage), entry.Cost);
        Assert.True(entry.Cost > 0);
        Assert.False(response.Headers.Contains("x-gateway-cost-usd"));

        foreach (TableEntity row in await gateway.RowsAsync(rows => rows.Count > 0))
        {
            string text = string.Join('\n', row.Keys.Select(column => row[column]));
            Assert.DoesNotContain("nobody-may-keep", text, StringComparison.Ordinal);
            Assert.DoesNotContain(gateway.Key, text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Client_that_leaves_a_stream_pays_for_what_it_was_sent()
    {
        await using MeteredGateway gateway = await MeteredGateway.StartAsync(azurite.ConnectionString);
        gateway.Upstream.Answer = async context =>
        {
            await FakeUpstream.BeginStreamAsync(context);
            await FakeUpstream.EventAsync(context, FakeUpstream.Chunk("one, two, three, four, five, six"));
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        };
        HttpResponseMessage response = await gateway.PostAsync(MeteredGateway.Body(stream: true));
        string id = MeteredGateway.IdOf(response);
        EventStream events = await EventStream.OpenAsync(response);
        while ((await events.ReadAsync())!.Value.Name != "content_block_delta")
        {
        }

        events.Dispose();
        response.Dispose();
        TableEntity row = (await gateway.RowsAsync(rows => rows.Any(r => r.RowKey == id))).Single(r => r.RowKey == id);
        UsageEntry entry = UsageRow.ToEntry(row);

        Assert.True(entry.ClientLeft);
        Assert.True(entry.Usage.Output > 0);
        Assert.Equal("client_left", Assert.Single(entry.Attempts).Error);
    }

    [Fact]
    public async Task Tokens_of_a_model_without_a_price_are_counted_and_cost_null()
    {
        await using MeteredGateway gateway = await MeteredGateway.StartAsync(azurite.ConnectionString);
        using HttpResponseMessage response = await gateway.PostAsync(MeteredGateway.Body("fake/other"));
        UsageEntry entry = await gateway.EntryAsync(response);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Null(entry.Cost);
        Assert.Null(entry.MatchedModel);
        Assert.Equal((10, 2), (entry.Usage.Input, entry.Usage.Output));
        Assert.False(response.Headers.Contains("x-gateway-cost-usd"));
    }

    /// <summary>As a copy of the tables of before came back: JSON knows no difference between 12.0 and 12.</summary>
    [Fact]
    public void Row_whose_whole_milliseconds_have_become_integers_is_read()
    {
        TableEntity row = UsageRow.FromEntry(UsageTables.Entry(new DateOnly(2026, 11, 1)));
        row[nameof(UsageTimings.TotalMs)] = 12;
        row[nameof(UsageTimings.FirstByteMs)] = 7L;
        UsageTimings read = UsageRow.ToEntry(row).Timings;
        Assert.Equal((12, 7), (read.TotalMs, read.FirstByteMs));
    }
}
