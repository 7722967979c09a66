using System.Text.Json;
using Azure;
using Azure.Data.Tables;
using Gateway.Authentication.Keys;
using Gateway.Metering.Reports;
using Gateway.Metering.Rollups;
using Gateway.Metering.Usage;
using Gateway.Tests.Metering.Usage;
using Gateway.Tests.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Tests.Metering.Rollups;

/// <summary>Closed days say the same packed as in rows, to every question, and are packed whoever has closed them.</summary>
public sealed class PackedDaysTests : IAsyncLifetime
{
    private static readonly string[] s_by = ["day", "model", "provider", "team", "key", "person", "owner", "tag:ticket", "client", "day,model", "day,key", "key,model", "team,tag:env"];

    private static readonly string?[] s_tags = ["ticket", "env"];

    private static readonly UsageQuery[] s_filters =
    [
        new(default, default, UsageGroup.Key),
        new(default, default, UsageGroup.Key, Team: "team1"),
        new(default, default, UsageGroup.Key, Key: "key1"),
        new(default, default, UsageGroup.Key, Model: "m0"),
        new(default, default, UsageGroup.Key, Model: "fake/m1"),
        new(default, default, UsageGroup.Key, Model: "m*", Key: "key2"),
        new(default, default, UsageGroup.Key) { Person = "ada@example.com" },
        new(default, default, UsageGroup.Key) { Filter = new UsageFilter { Provider = "fake" } },
        new(default, default, UsageGroup.Key) { Filter = new UsageFilter { Tags = new Dictionary<string, string?> { ["ticket"] = "T-1" } } },
    ];

    private readonly MemoryRollupStore _truth = new();
    private UsageTables _tables = null!;

    private DateOnly First => _tables.Today.AddDays(-6);

    public async Task InitializeAsync() => _tables = await UsageTables.StartAsync();

    public async Task DisposeAsync() => await _tables.DisposeAsync();

    [Fact]
    public async Task Every_question_is_answered_as_by_the_rows()
    {
        await CloseAsync(First, 1);
        await CloseAsync(First.AddDays(2), 2);
        await OpenAsync(_tables.Today, 3);
        await AssertAnswersAsync(_tables.Instance(), "found by the mark");

        await MaintainAsync();
        IServiceProvider instance = _tables.Instance();
        await AssertAnswersAsync(instance, "read by its day");
        await AssertAnswersAsync(instance, "kept");
        Assert.DoesNotContain(await _tables.RowsAsync("rollups"), RollupRow.IsClosed);
    }

    /// <summary>More totals than a row takes: what is packed of them is read so, and the rest from rows.</summary>
    [Fact]
    public async Task Day_that_is_too_large_to_be_packed_is_in_rows()
    {
        Random random = new(5);
        Rollup[] all = [.. Enumerable.Range(0, 900).Select(i => new Rollup(
            new RollupKey(First, $"key{i % 3}", "team1", "fake", Name(random)),
            RollupTotals.Of(SomeEntries.Of(random, First))))];
        await Store().CloseAsync(First, all, default);
        await _truth.WriteAsync(First, "x", all, default);
        TableEntity mark = (await MarksAsync()).Single(row => row.PartitionKey == RollupRow.Partition(null, First));
        Assert.Equal("Callers,CallersProviders", mark.GetString(PackedColumns.Sets));
        Assert.Equal(900, (await _tables.RowsAsync("rollups")).Count(RollupRow.IsClosed));
        await AssertAnswersAsync(_tables.Instance(), "found by the mark");
        await MaintainAsync();
        await AssertAnswersAsync(_tables.Instance(), "read by its day");

        // Who closes it with less leaves none of those rows.
        await CloseAsync(First.AddDays(1), 1);
        await Store().CloseAsync(First, all[..1], default);
        Assert.DoesNotContain(await _tables.RowsAsync("rollups"), RollupRow.IsClosed);
    }

    [Fact]
    public async Task Day_that_an_older_program_closed_is_read_from_its_rows_until_it_is_packed()
    {
        await CloseAsync(First, 1);
        await CloseAsync(First.AddDays(1), 2);
        await MaintainAsync();

        // It knows nothing of packed totals, and has found one more.
        Rollup late = Of(First, 9)[0] with { Totals = new RollupTotals { Requests = 1_000 } };
        await _truth.WriteAsync(First, "x", [late], default);
        TableClient table = new(_tables.Connection, "rollups");
        foreach (Rollup total in await AllAsync(First))
        {
            await table.UpsertEntityAsync(RollupRow.From(RollupRow.Closed, total), TableUpdateMode.Replace);
        }

        foreach (FacetKind? kind in (FacetKind?[])[null, .. RollupRow.Kinds])
        {
            await table.UpsertEntityAsync(new TableEntity(RollupRow.Partition(kind, First), RollupRow.Mark), TableUpdateMode.Replace);
        }

        await AssertAnswersAsync(_tables.Instance(), "closed by another");
        Assert.Equal(new DaySpan(First, First.AddDays(1)), await Store().PackAsync(First.AddDays(-300), First.AddDays(2), default));
        Assert.All(await MarksAsync(), mark => Assert.True(PackedColumns.Has(mark)));
        await DeleteClosedRowsAsync();
        await AssertAnswersAsync(_tables.Instance(), "packed again");

        // Deleted days are gone, packed or not.
        await Store().DeleteBeforeAsync(_tables.Today, default);
        Assert.Equal(0, (await Reporter(_tables.Instance()).ReportAsync(new UsageQuery(First, _tables.Today, UsageGroup.Day), default)).Total.Requests);
    }

    [Fact]
    public async Task Days_without_any_request_and_tables_without_rows_are_looked_at_once()
    {
        Assert.Null(await Store().PackAsync(_tables.Today.AddDays(-400), _tables.Today, default));
        await MaintainAsync();
        Assert.Null(await new MaintenanceState(Azurite.StorageAt(_tables.Connection)).PackedAsync(default));
        Assert.Equal(0, (await Reporter(_tables.Instance()).ReportAsync(new UsageQuery(DateOnly.MinValue, DateOnly.MaxValue, UsageGroup.Day), default)).Total.Requests);
    }

    /// <summary>Of what cannot be packed.</summary>
    private static string Name(Random random) => string.Concat(Enumerable.Range(0, 1_000).Select(_ => (char)random.Next(0x21, 0x7F)));

    private static List<Rollup> Of(DateOnly day, int seed)
    {
        Random random = new(seed);
        return [.. Rollup.Sum(Enumerable.Range(0, 80).Select(_ => SomeEntries.Of(random, day))).Select(sum => new Rollup(sum.Key, sum.Value))];
    }

    private IRollupStore Store() => _tables.Instance().GetRequiredService<IRollupStore>();

    private async Task CloseAsync(DateOnly day, int seed)
    {
        await Store().CloseAsync(day, Of(day, seed), default);
        await _truth.WriteAsync(day, "x", Of(day, seed), default);
    }

    private async Task OpenAsync(DateOnly day, int seed)
    {
        await Store().WriteAsync(day, "ab12", Of(day, seed), default);
        await _truth.WriteAsync(day, "x", Of(day, seed), default);
    }

    private async Task MaintainAsync() => await _tables.Instance().GetRequiredService<UsageMaintenance>().PurgeAsync(DateOnly.MinValue, DateOnly.MinValue, default);

    /// <summary>Of one day, with those of facets.</summary>
    private async Task<IReadOnlyList<Rollup>> AllAsync(DateOnly day)
    {
        List<Rollup> all = [];
        foreach (FacetKind? kind in (FacetKind?[])[null, .. RollupRow.Kinds])
        {
            foreach (string? name in kind is FacetKind.Tag ? s_tags : [null])
            {
                all.AddRange(await _truth.ListAsync(new RollupQuery(day, day) { Kind = kind, Name = name }, default));
            }
        }

        return all;
    }

    private async Task<List<TableEntity>> MarksAsync() => [.. (await _tables.RowsAsync("rollups")).Where(row => row.RowKey == RollupRow.Mark)];

    private async Task<int> DeleteClosedRowsAsync()
    {
        TableClient table = new(_tables.Connection, "rollups");
        List<TableEntity> closed = [.. (await _tables.RowsAsync("rollups")).Where(RollupRow.IsClosed)];
        foreach (IGrouping<string, TableEntity> day in closed.GroupBy(row => row.PartitionKey))
        {
            foreach (TableEntity[] rows in day.Chunk(100))
            {
                await table.SubmitTransactionAsync(rows.Select(row => new TableTransactionAction(TableTransactionActionType.Delete, row, ETag.All)));
            }
        }

        return closed.Count;
    }

    private static UsageReporter Reporter(IServiceProvider instance, IRollupStore? store = null) =>
        new(store ?? instance.GetRequiredService<IRollupStore>(), instance.GetRequiredService<RequestReader>(), instance.GetRequiredService<IKeyStore>());

    private async Task AssertAnswersAsync(IServiceProvider instance, string how)
    {
        foreach (string by in s_by)
        {
            foreach (UsageQuery filter in s_filters)
            {
                Assert.True(UsageGrouping.TryRead(by, out UsageGrouping grouping, out _));
                UsageQuery query = filter with { From = First.AddDays(-1), To = _tables.Today, By = grouping };
                if (!query.NeedsRows)
                {
                    JsonElement expected = Json(await Reporter(instance, _truth).ReportAsync(query, default));
                    JsonElement actual = Json(await Reporter(instance).ReportAsync(query, default));
                    Assert.True(JsonElement.DeepEquals(expected, actual), $"{how}: {query}\n{expected}\n{actual}");
                }
            }
        }
    }

    private static JsonElement Json(UsageReport report) => JsonSerializer.SerializeToElement(report, UsageReportJson.Default.UsageReport);
}
