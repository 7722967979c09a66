using System.Globalization;
using System.Text.Json;
using Azure.Data.Tables;
using Gateway.Metering.Usage;
using Gateway.Requests;
using Gateway.Tests.Cli;
using Gateway.Tests.Metering.Usage;
using Gateway.Tests.Storage;
using Gateway.Translation.Hub;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Tests.Manage;

/// <summary><c>GET /manage/requests</c>: pages, filters and formats, of thousands of rows on several days.</summary>
public sealed class RequestListTests : IAsyncLifetime
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

    [Fact]
    public async Task Pages_bring_each_of_thousands_of_rows_once_newest_first_while_more_arrive()
    {
        List<UsageEntry> all = [];
        foreach (int ago in (int[])[4, 3, 1])
        {
            all.AddRange(await _tables.AppendAsync(1_150, _tables.Today.AddDays(-ago)));
        }

        List<JsonElement> read = [];
        string? cursor = null;
        int pages = 0;
        do
        {
            JsonElement page = await _ada.OkAsync("GET", $"/manage/requests?limit=400{(cursor is null ? "" : $"&cursor={cursor}")}");
            read.AddRange(page.GetProperty("data").EnumerateArray());
            cursor = page.GetProperty("next_cursor").GetString();
            Assert.Equal(cursor is not null, page.GetProperty("has_more").GetBoolean());
            Assert.InRange(page.GetProperty("data").GetArrayLength(), 1, 400);

            // Newer ones than the page that was read: no later page may move for them.
            await _tables.AppendAsync(2, _tables.Today, key: "late");
            pages++;
        }
        while (cursor is not null);

        Assert.Equal(9, pages);
        Assert.Equal(all.OrderByDescending(entry => entry.StartedAt).Select(entry => entry.RequestId), read.Select(IdOf));
        Assert.Equal(pages * 2, (await _ada.OkAsync("GET", "/manage/requests?key=late&limit=1000")).GetProperty("data").GetArrayLength());
    }

    [Fact]
    public async Task Every_filter_finds_its_own()
    {
        UsageEntry mine = UsageTables.Entry(_tables.Today.AddDays(-1), second: 7) with
        {
            KeyId = "it's",
            Team = "größe",
            Person = "Zoë O'Neil",
            Provider = "p2",
            Model = "up/a-1",
            RequestedModel = "alias-1",
            Status = 429,
            Error = "rate_limit_error",
            Client = "codex",
            Session = "s 1",
            Tags = new Dictionary<string, string> { ["ticket"] = "ABC-1", ["env"] = "dev" },
        };
        UsageEntry other = UsageTables.Entry(_tables.Today.AddDays(-1), second: 8) with { RequestedModel = "m", Client = "curl", Tags = new Dictionary<string, string> { ["ticket"] = "B" } };
        Assert.Empty(await _tables.Instance().GetRequiredService<IUsageStore>().AppendAsync([mine, other], default));
        string day = mine.StartedAt.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

        Assert.Equal([other.RequestId, mine.RequestId], await IdsAsync(""));
        foreach (string filter in (string[])
        [
            "key=it%27s", "team=gr%C3%B6%C3%9Fe", "person=Zo%C3%AB%20O%27Neil", "provider=p2", "model=up/a-1", "model=p2/up/a-1", "model=*/a-*", "requested_model=alias-1", "requested_model=a*", "status=429", "status=4xx", "status=4XX",
            "client=codex", "session=s%201", "tag=ticket=ABC-1", "tag=env", "tag=ENV=dev,ticket=ABC-1", $"to={day}T12:00:08Z", $"from={day}T12:00:00%2B00:00&to={day}T12:00:07.5Z",
            $"from={day}T12:00:07Z&to={day}T12:00:08Z&client=codex",
        ])
        {
            Assert.True((await IdsAsync(filter)) is [var id] && id == mine.RequestId, filter);
        }

        foreach (string filter in (string[])
        [
            "key=its", "team=x", "person=zo%C3%AB%20o%27neil", "provider=p", "model=a-1", "requested_model=alias", "status=400", "status=5xx", "client=Codex", "session=s", "tag=ticket=ABC", "tag=none", "tag=ticket=B,env=dev",
            $"from={day}T12:00:09Z", $"to={day}T12:00:07Z", "from=2020-01-01&to=2020-01-31",
        ])
        {
            Assert.True((await IdsAsync(filter)) is [], filter);
        }

        Run cli = await Run.GatewayAsync(_tables.Connection, "usage", "requests", "--from", "5d", "--tag", "ticket=ABC-1", "--client", "codex", "--requested-model", "alias-*", "--provider", "p2", "--session", "s 1", "--person", "Zoë O'Neil", "--json");
        Assert.Equal([mine.RequestId], cli.Json.EnumerateArray().Select(IdOf));
        Run report = await Run.GatewayAsync(_tables.Connection, "usage", "--from", "5d", "--by", "tag:ticket", "--client", "codex", "--json");
        Assert.Equal("ABC-1", Assert.Single(report.Json.GetProperty("rows").EnumerateArray()).GetProperty("tag").GetString());
    }

    [Fact]
    public async Task What_matches_nothing_comes_back_soon_with_a_place_to_go_on()
    {
        await _tables.AppendAsync(300, _tables.Today.AddDays(-99));
        string query = "/manage/requests?from=2020-01-01&tag=never=there";
        JsonElement page = await _ada.OkAsync("GET", query);
        Assert.Equal((0, true), (page.GetProperty("data").GetArrayLength(), page.GetProperty("has_more").GetBoolean()));
        JsonElement next = await _ada.OkAsync("GET", $"{query}&cursor={page.GetProperty("next_cursor").GetString()}");
        Assert.NotEqual(page.GetProperty("next_cursor").GetString(), next.GetProperty("next_cursor").GetString());
    }

    [Fact]
    public async Task Cursor_that_was_changed_or_belongs_to_another_list_is_refused()
    {
        await _tables.AppendAsync(5, _tables.Today.AddDays(-1));
        string cursor = (await _ada.OkAsync("GET", "/manage/requests?limit=2")).GetProperty("next_cursor").GetString()!;
        for (int i = 0; i < cursor.Length; i++)
        {
            await RefusedAsync($"limit=2&cursor={cursor[..i]}{(cursor[i] == 'A' ? 'B' : 'A')}{cursor[(i + 1)..]}");
        }

        foreach (string wrong in (string[])["x", "%00", cursor[..^1], cursor + "A", cursor + "=", $"{cursor}&to=2020-01-01"])
        {
            await RefusedAsync($"limit=2&cursor={wrong}");
        }

        string time = Uri.EscapeDataString($"{_tables.Today.AddDays(-1):yyyy-MM-dd}T12:00Z");
        foreach (string other in (string[])["key=key1", "team=search", "person=a", "model=m", "requested_model=m", "provider=fake", "status=200", "status=2xx", "client=a", "session=a", "tag=a", "tag=a=1", $"from={time}", $"to={time}"])
        {
            await RefusedAsync($"limit=2&{other}&cursor={cursor}");
        }

        Assert.Equal(3, (await _ada.OkAsync("GET", $"/manage/requests?limit=7&cursor={cursor}")).GetProperty("data").GetArrayLength());

        async Task RefusedAsync(string query) =>
            Assert.Contains("'cursor' is no cursor of this list", await _ada.RefusedAsync(400, "invalid_request_error", "GET", "/manage/requests?" + query), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("limit=0", "'limit' must be a whole number from 1 to 1000")]
    [InlineData("limit=1001", "'limit' must be")]
    [InlineData("limit=-1", "'limit' must be")]
    [InlineData("format=xml", "'format' must be one of: json, csv, jsonl")]
    [InlineData("status=bad", "'status' must be an HTTP status")]
    [InlineData("from=yesterday", "'from' must be a day (UTC) such as 2030-01-31 or 20300131, or a time such as")]
    [InlineData("from=2026-01-02&to=2026-01-01", "'from' does not lie before 'to'")]
    [InlineData("from=2026-01-01T10:00Z&to=2026-01-01T10:00Z", "'from' does not lie before 'to'")]
    [InlineData("user=x", "'user' is unknown. Known here: from, to, key,")]
    public async Task Mistake_in_a_query_is_named(string query, string expected) =>
        Assert.Contains(expected, await _ada.RefusedAsync(400, "invalid_request_error", "GET", "/manage/requests?" + query), StringComparison.Ordinal);

    [Fact]
    public async Task Rows_of_before_ids_had_a_time_are_listed_too()
    {
        UsageEntry old = UsageTables.Entry(_tables.Today.AddDays(-1)) with { RequestId = "req_1AbCdEfGhIjKlMnOpQrStUvW" };
        UsageEntry[] fresh = await _tables.AppendAsync(2, _tables.Today.AddDays(-1), "k2");
        await _tables.Instance().GetRequiredService<IUsageStore>().AppendAsync([old], default);
        string day = old.StartedAt.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        Assert.Equal([fresh[1].RequestId, fresh[0].RequestId, old.RequestId], await IdsAsync(""));
        Assert.Equal([fresh[0].RequestId, old.RequestId], await IdsAsync($"from={day}T11:00Z&to={day}T12:00:00.5Z"));
        Assert.Empty(await IdsAsync($"from={day}T13:00Z"));

        // Rows that count the refused requests of many strangers have no request's id.
        UsageEntry strangers = old with { RequestId = "refused_wrong_secret_1", KeyId = null };
        await _tables.Instance().GetRequiredService<IUsageStore>().AppendAsync([strangers], default);
        Assert.Contains(strangers.RequestId, await IdsAsync(""));
        Assert.Equal([strangers.RequestId, fresh[0].RequestId, old.RequestId], await IdsAsync($"from={day}T11:00Z&to={day}T12:00:00.5Z&limit=9"));

        // No column of today's: a row as the version before wrote it.
        TableEntity bare = new(old.StartedAt.ToString("yyyyMMdd", CultureInfo.InvariantCulture), "req_2AbCdEfGhIjKlMnOpQrStUvW") { ["StartedAt"] = old.StartedAt };
        await new TableClient(_tables.Connection, "usage").AddEntityAsync(bare);
        JsonElement receipt = await _ada.OkAsync("GET", $"/manage/requests/{bare.RowKey}?day={day}");
        Assert.Equal(("{}", JsonValueKind.Null), (receipt.GetProperty("tags").GetRawText(), receipt.GetProperty("client").ValueKind));
    }

    [Fact]
    public async Task Page_that_ends_with_its_day_goes_on_with_the_first_row_of_the_day_before()
    {
        UsageEntry[] newer = await _tables.AppendAsync(2, _tables.Today.AddDays(-1));
        UsageEntry older = Assert.Single(await _tables.AppendAsync(1, _tables.Today.AddDays(-2)));

        // Its name sorts before those of all requests.
        UsageEntry strangers = older with { RequestId = "refused_wrong_secret_1", KeyId = null };
        await _tables.Instance().GetRequiredService<IUsageStore>().AppendAsync([strangers], default);
        JsonElement first = await _ada.OkAsync("GET", "/manage/requests?limit=2");
        Assert.Equal([newer[1].RequestId, newer[0].RequestId], first.GetProperty("data").EnumerateArray().Select(IdOf));
        Assert.Equal([strangers.RequestId, older.RequestId], await IdsAsync($"limit=2&cursor={first.GetProperty("next_cursor").GetString()}"));
    }

    /// <summary>The two times are read one after the other.</summary>
    [Fact]
    public async Task Row_whose_id_has_another_time_than_its_request_is_listed_by_that_of_the_request()
    {
        DateTimeOffset noon = UsageTables.Entry(_tables.Today.AddDays(-1)).StartedAt;
        UsageEntry[] entries =
        [
            .. ((int[])[4, -4]).Select(minutes => UsageTables.Entry(_tables.Today.AddDays(-1)) with { RequestId = RequestIds.OfRequest(noon.AddMinutes(minutes)) }),
        ];
        await _tables.Instance().GetRequiredService<IUsageStore>().AppendAsync(entries, default);
        string day = noon.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        Assert.Equal(entries.Select(entry => entry.RequestId), await IdsAsync($"from={day}T12:00Z&to={day}T12:00:01Z"));
        Assert.Empty(await IdsAsync($"from={day}T12:00:01Z&to={day}T12:10Z"));
        Assert.Empty(await IdsAsync($"from={day}T11:50Z&to={day}T12:00Z"));
    }

    [Fact]
    public async Task Receipt_is_found_without_its_day()
    {
        UsageEntry old = Assert.Single(await _tables.AppendAsync(1, _tables.Today.AddDays(-50)));
        Assert.Equal(old.RequestId, IdOf(await _ada.OkAsync("GET", $"/manage/requests/{old.RequestId}")));
        Assert.Contains(_tables.Today.AddDays(-50).ToString("yyyyMMdd", CultureInfo.InvariantCulture), await _ada.RefusedAsync(404, "not_found_error", "GET", $"/manage/requests/{old.RequestId[..^1]}_"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Csv_and_lines_bring_all_rows_and_no_formulas()
    {
        await _tables.AppendAsync(2_100, _tables.Today.AddDays(-2));
        UsageEntry odd = UsageTables.Entry(_tables.Today.AddDays(-1)) with
        {
            RequestedModel = "=HYPERLINK(\"http://x\",\"y\")",
            Session = "@SUM(1)\r\n+2",
            Person = "=Ada",
            Client = " -1",
            Cost = 1234.000000001m,
            Usage = new TokenUsage { Input = 7 },
            Tags = new Dictionary<string, string> { ["a"] = "1,2", ["b"] = "\"" },
        };
        await _tables.Instance().GetRequiredService<IUsageStore>().AppendAsync([odd], default);

        string csv = await TextAsync("/manage/requests?format=csv", "text/csv");
        string[] lines = csv.Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.StartsWith("request_id,started_at,key_id,", lines[0], StringComparison.Ordinal);
        Assert.StartsWith($"{odd.RequestId},{odd.StartedAt:yyyy-MM-dd}T12:00:00.000Z,key1,search,anthropic,\"'=HYPERLINK(\"\"http://x\"\",\"\"y\"\")\",fake,m,200,", lines[1], StringComparison.Ordinal);
        Assert.EndsWith(",7,0,0,0,0,0,false,1234.000000001,5,' -1,\"'@SUM(1)", lines[1], StringComparison.Ordinal);
        Assert.Equal("+2\",\"a=1\\,2, b=\"\"\",'=Ada,,,", lines[2]);
        Assert.Equal(2_103, lines.Length);

        string[] receipts = (await TextAsync("/manage/requests?format=jsonl", "application/jsonl")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2_101, receipts.Select(line => IdOf(JsonElement.Parse(line))).Distinct().Count());
        Assert.Equal(receipts, (await TextAsync("/manage/requests", "application/jsonl", "application/jsonl")).Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Run cli = await Run.GatewayAsync(_tables.Connection, "usage", "requests", "--from", "5d", "--format", "csv");
        Assert.Equal(csv, cli.Output);

        // Generated clients accept all that a path may answer with, and are written for the first.
        foreach ((string accept, string type) in ((string, string)[])
        [
            ("application/json, application/jsonl, text/csv", "application/json"), ("text/csv;q=0.5, application/x-ndjson", "application/jsonl"), ("*/*, text/csv", "text/csv"),
            ("application/jsonl;q=0, text/html", "application/json"), ("*/*", "application/json"), ("text/csv, application/json;q=0.9", "text/csv"), ("nonsense", "application/json"),
        ])
        {
            await TextAsync("/manage/requests?key=nobody", type, accept);
        }

        // With a limit they come in pages, too.
        using HttpResponseMessage page = await GetAsync("/manage/requests?format=csv&limit=1000");
        string next = page.Headers.GetValues("x-gateway-next-cursor").Single();
        string rest = await TextAsync($"/manage/requests?format=jsonl&limit=1000&cursor={next}", "application/jsonl");
        Assert.Equal(receipts[1000], rest[..rest.IndexOf('\n', StringComparison.Ordinal)]);
    }

    private static string IdOf(JsonElement receipt) => receipt.GetProperty("request_id").GetString()!;

    private async Task<string[]> IdsAsync(string query) =>
        [.. (await _ada.OkAsync("GET", $"/manage/requests?{query}")).GetProperty("data").EnumerateArray().Select(IdOf)];

    private Task<HttpResponseMessage> GetAsync(string path, string? accept = null) =>
        _ada.Gateway.SendAsync(HttpMethod.Get, path, null, default, [("x-api-key", _ada.Key), .. accept is null ? [] : new[] { ("accept", accept) }]);

    private async Task<string> TextAsync(string path, string type, string? accept = null)
    {
        using HttpResponseMessage response = await GetAsync(path, accept);
        string text = await response.Content.ReadAsStringAsync();
        Assert.Equal((200, type), ((int)response.StatusCode, response.Content.Headers.ContentType?.MediaType));
        return text;
    }
}
