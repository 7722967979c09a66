using System.Globalization;
using System.Text.Json;
using Gateway.Metering.Usage;
using Gateway.Storage;
using Gateway.Tests.Metering.Usage;
using Gateway.Tests.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Tests.Cli;

/// <summary>What the command line tells about usage, at the time that it is.</summary>
public sealed class UsageCommandTests : IAsyncLifetime
{
    private UsageTables _tables = null!;

    public async Task InitializeAsync()
    {
        _tables = new UsageTables(await Azurite.ShareAsync(), new FakeClock(TimeProvider.System.GetUtcNow()));
        await _tables.Instance().GetRequiredService<TableSetup>().CreateMissingTablesAsync(default);
    }

    public async Task DisposeAsync() => await _tables.DisposeAsync();

    [Fact]
    public async Task Rebuilt_day_is_reported_by_key_team_model_and_day()
    {
        DateOnly day = _tables.Today.AddDays(-5);
        await _tables.AppendAsync(3, day, "key1", "m1", cost: 0.5m);
        await _tables.AppendAsync(2, day, "key2", "m2", cost: null);
        Run rebuilt = await OkAsync("usage", "rebuild", "--day", Text(day), "--json");
        Assert.Equal((5L, 1.5m), (rebuilt.Json.GetProperty("requests").GetInt64(), rebuilt.Json.GetProperty("cost_usd").GetDecimal()));

        Assert.Equal(["key1 3", "key2 2"], await RowsAsync("key_id"));
        Assert.Equal(["fake/m1 3", "fake/m2 2"], await RowsAsync("model", "--by", "model"));
        Assert.Equal(["search 5"], await RowsAsync("team", "--by", "team"));
        Assert.Equal([$"{day:yyyy-MM-dd} 5"], await RowsAsync("day", "--by", "day", "--from", Text(day), "--to", Text(day)));
        Assert.Equal(["key2 2"], await RowsAsync("key_id", "--model", "*2"));
        Assert.Equal(["key1 3"], await RowsAsync("key_id", "--key", "key1", "--team", "search", "--model", "fake/m1"));
        Assert.Empty(await RowsAsync("key_id", "--team", "other"));
        Assert.Empty(await RowsAsync("key_id", "--to", "6d"));

        string table = (await OkAsync("usage")).Output;
        Assert.Matches(@"(?m)^key1 +search +3 +30 +60 +21 +15 +6 +1\.50\r?$", table);
        Assert.Matches(@"(?m)^all +5 ", table);
        Assert.DoesNotContain("REFUSED", table, StringComparison.Ordinal);
        Assert.Matches(@"(?m)^key1 +- +- +search +3 +0 +0 +30 +60 +21 +15 +6 +1\.50\r?$", (await OkAsync("usage", "--wide")).Output);
        Assert.Contains("lacks 2 requests", table, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Requests_of_a_day_are_listed_by_key_and_status()
    {
        UsageEntry[] entries =
        [
            UsageTables.Entry(_tables.Today, "key1"),
            UsageTables.Entry(_tables.Today, "key2", second: 2),
            UsageTables.Entry(_tables.Today, "key1", error: "invalid_request_error", second: 1),
        ];
        await _tables.Instance().GetRequiredService<IUsageStore>().AppendAsync(entries, default);

        Assert.Equal([entries[0].RequestId, entries[2].RequestId, entries[1].RequestId], await IdsAsync());
        Assert.Equal([entries[0].RequestId, entries[2].RequestId], await IdsAsync("--key", "key1"));
        Assert.Equal([entries[2].RequestId], await IdsAsync("--status", "4xx"));
        Assert.Equal([entries[2].RequestId], await IdsAsync("--status", "400"));
        Assert.Equal([entries[1].RequestId], await IdsAsync("--last", "1"));
        Assert.Empty(await IdsAsync("--status", "429"));
        Assert.Contains(entries[2].RequestId, (await OkAsync("usage", "requests", "--day", Text(_tables.Today))).Output, StringComparison.Ordinal);

        async Task<string[]> IdsAsync(params string[] options)
        {
            Run run = await OkAsync(["usage", "requests", "--day", Text(_tables.Today), .. options, "--json"]);
            return [.. run.Json.EnumerateArray().Select(receipt => receipt.GetProperty("request_id").GetString()!)];
        }
    }

    [Fact]
    public async Task Purge_deletes_rows_of_requests_and_leaves_their_totals()
    {
        DateOnly old = _tables.Today.AddDays(-20);
        await _tables.AppendAsync(4, old);
        await _tables.AppendAsync(2, _tables.Today.AddDays(-3));

        Run purged = await OkAsync("usage", "purge", "--older-than", "10d", "--json");

        Assert.Equal((4, 0), (purged.Json.GetProperty("usage").GetInt32(), purged.Json.GetProperty("rollups").GetInt32()));
        Assert.Equal(2, (await _tables.RowsAsync("usage")).Count);
        Assert.Equal(4, await _tables.RequestsOnAsync(old));
        Run totals = await OkAsync("usage", "purge", "--older-than", "10d", "--totals-older-than", "10d", "--json");
        Assert.NotEqual(0, totals.Json.GetProperty("rollups").GetInt32());
        Assert.Equal(0, await _tables.RequestsOnAsync(old));
        Assert.Equal(2, await _tables.RequestsOnAsync(_tables.Today.AddDays(-3)));
    }

    [Theory]
    [InlineData("still being counted", "usage", "rebuild", "--day", "0")]
    [InlineData("no rows of requests", "usage", "rebuild", "--day", "5d")]
    [InlineData("past the time of Gateway:Retention:UsageDays", "usage", "rebuild", "--day", "100d")]
    [InlineData("--day takes", "usage", "rebuild", "--day", "whenever")]
    [InlineData("still being counted", "usage", "purge", "--older-than", "0")]
    [InlineData("--older-than", "usage", "purge", "--older-than", "old")]
    [InlineData("--from and --to take", "usage", "--from", "early")]
    [InlineData("--from lies after --to", "usage", "--from", "1d", "--to", "9d")]
    [InlineData("--status takes", "usage", "requests", "--status", "bad")]
    [InlineData("--from with or without --to", "usage", "requests", "--to", "2d")]
    [InlineData("--from with or without --to", "usage", "requests", "--day", "3d", "--to", "2d")]
    [InlineData("--from with or without --to", "usage", "requests", "--day", "3d", "--from", "4d")]
    public async Task What_makes_no_sense_is_refused_in_one_line(string expected, params string[] arguments)
    {
        Run run = await Run.GatewayAsync(_tables.Connection, arguments);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains(expected, Assert.Single(run.Error.TrimEnd().Split('\n')), StringComparison.Ordinal);
    }

    private static string Text(DateOnly day) => day.ToString("yyyyMMdd", CultureInfo.InvariantCulture);

    private async Task<string[]> RowsAsync(string name, params string[] options)
    {
        JsonElement report = (await OkAsync(["usage", .. options, "--json"])).Json;
        return [.. report.GetProperty("rows").EnumerateArray().Select(row => $"{row.GetProperty(name).GetString()} {row.GetProperty("requests").GetInt64()}")];
    }

    private async Task<Run> OkAsync(params string[] arguments)
    {
        Run run = await Run.GatewayAsync(_tables.Connection, arguments);
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Empty(run.Error);
        return run;
    }
}
