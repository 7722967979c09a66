using System.Text.Json;
using Gateway.Metering.Usage;
using Gateway.Requests;
using Gateway.Tests.Cli;
using Gateway.Tests.Metering.Usage;
using Gateway.Tests.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Tests.Manage;

/// <summary>Questions about usage and requests that are odd: answered as they are meant, or refused, and never misread.</summary>
public sealed class ReportQueryTests : IAsyncLifetime
{
    private UsageTables _tables = null!;
    private Operator _ada = null!;

    public async Task InitializeAsync()
    {
        _tables = new UsageTables(await Azurite.ShareAsync(), new FakeClock(TimeProvider.System.GetUtcNow()));
        _ada = await Operator.StartAsync(_tables.Connection);
    }

    public async Task DisposeAsync()
    {
        await _ada.DisposeAsync();
        await _tables.DisposeAsync();
    }

    [Theory]
    [InlineData("usage?by=key,,team", "'by' must be one of")]
    [InlineData("usage?by=team,0", "'by' must be one of")]
    [InlineData("usage?by=day%20", "'by' must be one of")]
    [InlineData("usage?by=0", "'by' must be one of")]
    [InlineData("usage?by=tag:%20", "'by' must be one of")]
    [InlineData("usage?tag=env=dev,env=prod", "'tag' must be tags")]
    [InlineData("usage?tag=env,ENV=prod", "'tag' must be tags")]
    [InlineData("requests?tag=env=dev,env=dev", "'tag' must be tags")]
    [InlineData("requests?tag==x", "'tag' must be tags")]
    [InlineData("requests?tag=a=1,=", "'tag' must be tags")]
    public async Task Question_that_could_only_be_misread_is_refused(string query, string expected) =>
        Assert.Contains(expected, await _ada.RefusedAsync(400, "invalid_request_error", "GET", "/manage/" + query), StringComparison.Ordinal);

    [Fact]
    public async Task Command_line_refuses_the_same()
    {
        foreach (string[] arguments in (string[][])[["usage", "--by", "key,team,key"], ["usage", "--tag", "a=1,a=2"], ["usage", "requests", "--tag", "=x"]])
        {
            Run run = await Run.GatewayAsync(_tables.Connection, arguments);
            Assert.True(run.ExitCode != 0 && run.Error.Contains(arguments[^2], StringComparison.Ordinal), run.Error);
        }
    }

    [Fact]
    public async Task Comma_in_the_value_of_a_keys_tag_can_be_asked_for_and_is_written_so()
    {
        UsageEntry[] entries =
        [
            UsageTables.Entry(_tables.Today, second: 1) with { Tags = new Dictionary<string, string> { ["cc"] = "a,b", ["x"] = "1" } },
            UsageTables.Entry(_tables.Today, second: 2) with { Tags = new Dictionary<string, string> { ["cc"] = "a" } },
        ];
        Assert.Empty(await _tables.Instance().GetRequiredService<IUsageStore>().AppendAsync(entries, default));
        Assert.Equal([entries[0].RequestId], await IdsAsync(@"tag=cc=a\,b"));
        Assert.Equal([entries[0].RequestId], await IdsAsync(@"tag=x=1,cc=a\,b"));
        Assert.Equal([entries[1].RequestId], await IdsAsync("tag=cc=a"));
        Run csv = await Run.GatewayAsync(_tables.Connection, "usage", "requests", "--format", "csv", "--tag", @"cc=a\,b");
        Assert.Contains(@",""cc=a\,b, x=1"",", csv.Output, StringComparison.Ordinal);
    }

    /// <summary>Days at which a calendar ends, and times that no table can say.</summary>
    [Theory]
    [InlineData("to=9999-12-31")]
    [InlineData("from=0001-01-01&to=0001-01-01")]
    [InlineData("from=9999-12-31&to=9999-12-31")]
    [InlineData("from=0001-01-01T00:01:00Z&to=0001-01-01T00:02:00Z")]
    [InlineData("from=9999-12-31T23:57:00Z&to=9999-12-31T23:58:00Z")]
    [InlineData("from=1500-06-01T10:00:00Z&to=1500-06-02T10:00:00Z")]
    public async Task No_day_is_too_odd(string query)
    {
        UsageEntry mine = Assert.Single(await _tables.AppendAsync(1, _tables.Today));
        Assert.Empty(await IdsAsync(query));
        Assert.Equal(200, (await _ada.SendAsync("GET", $"/manage/usage?{query.Replace("T00:01:00Z", "").Replace("T00:02:00Z", "").Replace("T23:57:00Z", "").Replace("T23:58:00Z", "").Replace("T10:00:00Z", "")}")).Status);

        // All of time, in as many calls as there are days with a gateway, and not as there are days.
        string[] lines = await LinesAsync("/manage/requests?from=0001-01-01&to=9999-12-31&format=jsonl");
        Assert.Contains(mine.RequestId, Assert.Single(lines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Person_is_named_in_lists_and_filters_sums_of_requests()
    {
        UsageEntry ada = UsageTables.Entry(_tables.Today, second: 1) with { Person = "Ada", Session = "s" };
        UsageEntry bob = UsageTables.Entry(_tables.Today, second: 2) with { Person = "Bob", Session = "s" };
        Assert.Empty(await _tables.Instance().GetRequiredService<IUsageStore>().AppendAsync([ada, bob], default));
        Assert.Equal([ada.RequestId], await IdsAsync("person=Ada"));
        Assert.Empty(await IdsAsync("person=" + Uri.EscapeDataString("Ada' or 'a' eq 'a")));
        JsonElement sums = await _ada.OkAsync("GET", "/manage/usage?by=session&person=Bob");
        Assert.Equal(1, sums.GetProperty("total").GetProperty("requests").GetInt64());
        Assert.EndsWith(",Bob,,,", (await LinesAsync("/manage/requests?format=csv&person=Bob"))[1].TrimEnd(), StringComparison.Ordinal);

        // All filters at once are as many comparisons as a table takes.
        Assert.Empty(await IdsAsync($"key=k&team=t&person=p&provider=p&client=c&session=s&requested_model=r&model=m&status=4xx&from={_tables.Today:yyyy-MM-dd}T00:00:01Z&to={_tables.Today:yyyy-MM-dd}T23:00:00Z"));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(2)]
    [InlineData(1)]
    public async Task Page_that_ends_with_a_day_loses_nothing_of_the_next(int limit)
    {
        List<string> all = [];
        foreach (int ago in (int[])[1, 2, 4])
        {
            all.AddRange((await _tables.AppendAsync(3, _tables.Today.AddDays(-ago))).Reverse().Select(entry => entry.RequestId));
        }

        List<string> read = [];
        string? cursor = null;
        do
        {
            JsonElement page = await _ada.OkAsync("GET", $"/manage/requests?limit={limit}{(cursor is null ? "" : $"&cursor={cursor}")}");
            read.AddRange(page.GetProperty("data").EnumerateArray().Select(receipt => receipt.GetProperty("request_id").GetString()!));
            cursor = page.GetProperty("next_cursor").GetString();
        }
        while (cursor is not null && read.Count <= all.Count);
        Assert.Equal(all, read);
    }

    [Fact]
    public async Task Borders_of_filters_are_where_they_are_said_to_be()
    {
        UsageEntry left = UsageTables.Entry(_tables.Today.AddDays(-1), second: 5) with { Status = 499 };

        // Its id was made three seconds after the time of its row: somebody set the clock.
        UsageEntry late = UsageTables.Entry(_tables.Today.AddDays(-1), second: 9) with { RequestId = RequestIds.OfRequest(left.StartedAt.AddSeconds(7)), Status = 500 };
        Assert.Empty(await _tables.Instance().GetRequiredService<IUsageStore>().AppendAsync([left, late], default));
        Assert.Equal([left.RequestId], await IdsAsync("status=4xx"));
        Assert.Equal([late.RequestId], await IdsAsync("status=5xx"));
        string day = $"{_tables.Today.AddDays(-1):yyyy-MM-dd}";
        Assert.Equal([late.RequestId], await IdsAsync($"from={day}T12:00:08Z&to={day}T12:00:10Z"));
        Assert.True(new UsageFilter { Since = left.StartedAt }.Takes(left));
        Assert.False(new UsageFilter { Until = left.StartedAt }.Takes(left));

        JsonElement page = await _ada.OkAsync("GET", $"/manage/requests?limit=1&to={day}T12:00:10Z");
        Assert.Contains("'cursor' is no cursor", await _ada.RefusedAsync(400, "invalid_request_error", "GET", $"/manage/requests?to={day}T12:00:11Z&cursor={page.GetProperty("next_cursor").GetString()}"), StringComparison.Ordinal);
    }

    private async Task<string[]> IdsAsync(string query) =>
        [.. (await _ada.OkAsync("GET", $"/manage/requests?{query}")).GetProperty("data").EnumerateArray().Select(receipt => receipt.GetProperty("request_id").GetString()!)];

    private async Task<string[]> LinesAsync(string path)
    {
        using HttpResponseMessage response = await _ada.Gateway.SendAsync(HttpMethod.Get, path, null, default, ("x-api-key", _ada.Key));
        return (await response.Content.ReadAsStringAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
