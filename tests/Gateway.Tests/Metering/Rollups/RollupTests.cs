using System.Net;
using System.Text.Json;
using Azure.Data.Tables;
using Gateway.Metering.Reports;
using Gateway.Metering.Rollups;
using Gateway.Metering.Usage;
using Gateway.Storage;
using Gateway.Tests.Cli;
using Gateway.Tests.Metering.Usage;
using Gateway.Tests.Storage;
using Gateway.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Gateway.Tests.Metering.Rollups;

/// <summary>Daily totals are the sum of the rows of requests: to the last token, and to the last digit of the cost.</summary>
public sealed class RollupTests
{
    [Fact]
    public async Task Two_instances_an_outage_and_a_restart_add_up_to_the_rows_of_requests()
    {
        await using Azurite azurite = await Azurite.StartNewAsync();

        // Their clock moves only when the test says so: a key that was checked stays checked during the outage.
        FakeTimeProvider time = new(DateTimeOffset.UtcNow);
        await using MeteredGateway first = await MeteredGateway.StartAsync(azurite.ConnectionString, time, []);
        MeteredGateway second = await MeteredGateway.StartAsync(azurite.ConnectionString, time, []);
        await Task.WhenAll(ServeAsync(first, first.Key, 40), ServeAsync(second, first.Key, 40));
        await azurite.StopAsync();
        await Task.WhenAll(ServeAsync(first, first.Key, 10), ServeAsync(second, first.Key, 10));
        await azurite.StartAsync();
        await second.DisposeAsync();
        await using MeteredGateway third = await MeteredGateway.StartAsync(azurite.ConnectionString, time, []);
        await ServeAsync(third, first.Key, 20);
        using HttpResponseMessage unpriced = await third.PostAsync(MeteredGateway.Body("fake/other"), first.Key);
        using HttpResponseMessage refused = await third.PostAsync(MeteredGateway.Body("no-such-model"), first.Key);
        using HttpResponseMessage stranger = await third.PostAsync(MeteredGateway.Body(), "nobody's key");
        third.Upstream.Answer = context => FakeUpstream.Json(context, 400, """{"error":{"message":"no"}}""");
        using HttpResponseMessage failed = await third.PostAsync(MeteredGateway.Body(), first.Key);

        List<TableEntity> rows = await first.RowsAsync(rows => Passing(time, rows.Count == 124));
        RollupTotals truth = rows.Select(UsageRow.ToEntry).Aggregate(RollupTotals.None, (sum, entry) => sum.Plus(RollupTotals.Of(entry)));
        JsonElement report = await ReportAsync(azurite, r => Passing(time, Number(r.GetProperty("total"), "requests") == 124), "--by", "key");
        AssertSame(truth, report.GetProperty("total"));
        Assert.Equal((120 * 10) + 10, truth.Tokens.Input);
        Assert.Equal(120 * 0.000045m, truth.CostUsd);

        JsonElement mine = report.GetProperty("rows").EnumerateArray().Single(r => r.TryGetProperty("key_id", out JsonElement id) && id.GetString() == first.KeyId);
        Assert.Equal(("search", 123L, 1L, 1L, 1L), (mine.GetProperty("team").GetString(), Number(mine, "requests"), Number(mine, "refused"), Number(mine, "failed"), Number(mine, "unpriced_requests")));
        JsonElement models = await ReportAsync(azurite, _ => true, "--by", "model");
        Assert.Equal([("fake/up", 121L), ("fake/other", 1L)], models.GetProperty("rows").EnumerateArray()
            .Where(r => r.TryGetProperty("model", out _)).Select(r => (r.GetProperty("model").GetString()!, Number(r, "requests"))));
    }

    [Fact]
    public async Task Write_whose_answer_is_lost_counts_once()
    {
        await using UsageTables tables = await UsageTables.StartAsync();
        IServiceProvider services = tables.Instance();
        LossyRollupStore store = new(services.GetRequiredService<IRollupStore>()) { AnswersToLose = 1 };
        RollupBook book = new();
        using RollupWriter writer = new(book, store, services.GetRequiredService<ClosedDays>(), TimeProvider.System, NullLoggerFactory.Instance);

        book.Add([UsageTables.Entry(tables.Today), UsageTables.Entry(tables.Today)]);
        await writer.StopAsync(default);
        Assert.Equal(0, store.AnswersToLose);
        Assert.Equal(2, await tables.RequestsOnAsync(tables.Today));
        book.Add([UsageTables.Entry(tables.Today)]);
        await writer.StopAsync(default);
        Assert.Equal(3, await tables.RequestsOnAsync(tables.Today));
        Assert.Single(await tables.RowsAsync("rollups", tables.Today));
    }

    [Fact]
    public async Task Write_that_failed_is_made_up_for_without_another_request()
    {
        await using UsageTables tables = await UsageTables.StartAsync();
        IServiceProvider services = tables.Instance();
        LossyRollupStore store = new(services.GetRequiredService<IRollupStore>()) { WritesToRefuse = 1 };
        RollupBook book = new();
        using RollupWriter writer = new(book, store, services.GetRequiredService<ClosedDays>(), TimeProvider.System, NullLoggerFactory.Instance);

        book.Add([UsageTables.Entry(tables.Today)]);
        await writer.StopAsync(default);
        Assert.Equal(0, await tables.RequestsOnAsync(tables.Today));
        await writer.StopAsync(default);
        Assert.Equal(1, await tables.RequestsOnAsync(tables.Today));
    }

    [Fact]
    public async Task Closing_a_day_mends_what_a_process_that_died_left_out()
    {
        await using UsageTables tables = await UsageTables.StartAsync();
        DateOnly day = tables.Today;
        UsageEntry[] all = [.. await tables.AppendAsync(120, day), .. await tables.AppendAsync(3, day, "key2", "vendor/a model#1?\\"), .. await tables.AppendAsync(1, day, cost: null)];
        await WriteAsync(tables, all[..60]);
        await WriteAsync(tables, all[60..100]);
        Assert.Equal(100, await tables.RequestsOnAsync(day));

        tables.Time.Advance(TimeSpan.FromDays(3));
        IRollupStore store = tables.Instance().GetRequiredService<IRollupStore>();
        for (int time = 0; time < 2; time++)
        {
            RollupTotals? totals = await tables.Instance().GetRequiredService<ClosedDays>().RebuildAsync(day, default);
            Assert.Equal((124L, 0.0000123m, 1L), (totals!.Requests, totals.CostUsd, totals.Unpriced));
            Assert.Equal(Rollup.Sum(all), (await store.ListAsync(new RollupQuery(day, day), default)).ToDictionary(r => r.Key, r => r.Totals));
            Assert.Equal(RollupRow.Mark, Assert.Single(await tables.RowsAsync("rollups", day)).RowKey);
        }

        // A process that slept all the while and still has its own idea of the day.
        await store.WriteAsync(day, "0123456789ab", [.. Rollup.Sum(all[..60]).Select(r => new Rollup(r.Key, r.Value))], default);
        Assert.Equal(124, await tables.RequestsOnAsync(day));
    }

    [Fact]
    public async Task Entries_that_come_after_their_day_was_closed_are_counted_too()
    {
        await using UsageTables tables = await UsageTables.StartAsync();
        DateOnly day = tables.Today;
        await tables.AppendAsync(5, day);
        tables.Time.Advance(TimeSpan.FromDays(3));
        await tables.Instance().GetRequiredService<ClosedDays>().RebuildAsync(day, default);

        await WriteAsync(tables, await tables.AppendAsync(2, day));
        Assert.Equal(7, await tables.RequestsOnAsync(day));
    }

    [Fact]
    public async Task Day_without_rows_of_requests_keeps_its_totals()
    {
        await using UsageTables tables = await UsageTables.StartAsync();
        DateOnly day = tables.Today;
        await WriteAsync(tables, [UsageTables.Entry(day)]);
        tables.Time.Advance(TimeSpan.FromDays(3));

        Assert.Null(await tables.Instance().GetRequiredService<ClosedDays>().RebuildAsync(day, default));
        Assert.Equal(1, await tables.RequestsOnAsync(day));
    }

    [Fact]
    public async Task Gateway_without_storage_adds_up_in_memory()
    {
        await using GatewayServer gateway = await GatewayServer.StartAsync();
        using HttpResponseMessage response = await gateway.PostAsync("/v1/messages", MeteredGateway.Body("echo"));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        await response.Content.ReadAsByteArrayAsync();
        DateOnly today = DateOnly.FromDateTime(DateTime.UtcNow);
        UsageReport report = await Patience.UntilAsync(
            () => gateway.Services.GetRequiredService<UsageReporter>().ReportAsync(new UsageQuery(today.AddDays(-1), today.AddDays(1), UsageGroup.Team), default),
            report => report.Rows.Count > 0);
        Assert.Equal(("development", 1L), (report.Rows[0].Team, report.Rows[0].Requests));
    }

    /// <summary>Lets a moment pass at each look.</summary>
    private static bool Passing(FakeTimeProvider time, bool isThere)
    {
        time.Advance(TimeSpan.FromSeconds(0.25));
        return isThere;
    }

    private static async Task ServeAsync(MeteredGateway gateway, string key, int requests)
    {
        for (int i = 0; i < requests; i++)
        {
            using HttpResponseMessage response = await gateway.PostAsync(MeteredGateway.Body(), key);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            await response.Content.ReadAsByteArrayAsync();
        }
    }

    /// <summary>A process that counts these and ends.</summary>
    private static async Task WriteAsync(UsageTables tables, IEnumerable<UsageEntry> entries)
    {
        IServiceProvider services = tables.Instance();
        RollupBook book = new();
        using RollupWriter writer = new(
            book, services.GetRequiredService<IRollupStore>(), services.GetRequiredService<ClosedDays>(), tables.Time, NullLoggerFactory.Instance);
        book.Add(entries);
        await writer.StopAsync(default);
    }

    private static Task<JsonElement> ReportAsync(Azurite azurite, Predicate<JsonElement> expected, params string[] options) => Patience.UntilAsync(
        async () =>
        {
            Run run = await Run.GatewayAsync(azurite.ConnectionString, ["usage", "--from", "2d", .. options, "--json"]);
            Assert.Equal(("", 0), (run.Error, run.ExitCode));
            return run.Json;
        },
        expected);

    private static long Number(JsonElement row, string name) => row.GetProperty(name).GetInt64();

    private static void AssertSame(RollupTotals truth, JsonElement row)
    {
        JsonElement tokens = row.GetProperty("tokens");
        Assert.Equal(
            (truth.Requests, truth.Refused, truth.Failed, truth.Unpriced, truth.CostUsd, truth.Tokens.Input, truth.Tokens.CacheRead, truth.Tokens.Output),
            (Number(row, "requests"), Number(row, "refused"), Number(row, "failed"), Number(row, "unpriced_requests"), row.GetProperty("cost_usd").GetDecimal(),
                Number(tokens, "input"), Number(tokens, "cache_read"), Number(tokens, "output")));
    }

    /// <summary>Refuses writes, or does what it is told and then says that it could not.</summary>
    private sealed class LossyRollupStore(IRollupStore inner) : IRollupStore
    {
        public int AnswersToLose { get; set; }

        public int WritesToRefuse { get; set; }

        public async Task WriteAsync(DateOnly day, string writer, IReadOnlyList<Rollup> totals, CancellationToken cancellationToken)
        {
            if (WritesToRefuse-- > 0)
            {
                throw new StorageUnavailableException("The store is away.");
            }

            await inner.WriteAsync(day, writer, totals, cancellationToken);
            if (AnswersToLose-- > 0)
            {
                throw new StorageUnavailableException("The answer was lost.");
            }

            AnswersToLose = 0;
        }

        public Task CloseAsync(DateOnly day, IReadOnlyList<Rollup> totals, CancellationToken cancellationToken) => inner.CloseAsync(day, totals, cancellationToken);

        public Task<IReadOnlyList<Rollup>> ListAsync(RollupQuery query, CancellationToken cancellationToken) => inner.ListAsync(query, cancellationToken);

        public Task<DaySpan?> PackAsync(DateOnly from, DateOnly before, CancellationToken cancellationToken) => inner.PackAsync(from, before, cancellationToken);

        public Task<int> DeleteBeforeAsync(DateOnly day, CancellationToken cancellationToken) => inner.DeleteBeforeAsync(day, cancellationToken);
    }
}
