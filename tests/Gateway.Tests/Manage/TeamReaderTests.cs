using System.Globalization;
using System.Text.Json;
using Azure.Data.Tables;
using Gateway.Metering.Reports;
using Gateway.Metering.Usage;
using Gateway.Tests.Security;

namespace Gateway.Tests.Manage;

/// <summary>A reader of one team sees all that is of it, and nothing that is of another, whatever it asks for.</summary>
public sealed class TeamReaderTests(TwoTeams teams) : IClassFixture<TwoTeams>
{
    private static readonly string[] s_groups =
        ["key", "team", "model", "day", "person", "model_and_day", "provider", "requested_model", "client", "session", "tag:ticket", "tag:env", "tag:build", "owner", "owner,model", "key,day,tag:env"];

    private static readonly (string Name, string[] Values)[] s_filters =
    [
        ("person", ["Ada", "Bob", "Rival Eve"]),
        ("model", ["m", "m*", "fake/*", "p2/m2", "*"]),
        ("requested_model", ["asked-1", "asked-*", "rival-asked", "*"]),
        ("provider", ["fake", "p2"]),
        ("client", ["codex", "curl"]),
        ("tag", ["ticket", "ticket=A", "ticket=rival", "rival", "env=dev,ticket=A", "build=b127"]),
        ("session", ["s1", "rival-session"]),
        ("team", ["search"]),
    ];

    [Fact]
    public async Task Random_questions_are_answered_from_the_rows_of_the_team_alone()
    {
        Random random = new(7);
        int found = 0;
        for (int i = 0; i < 60; i++)
        {
            Dictionary<string, string> asked = s_filters.Where(_ => random.Next(5) == 0).ToDictionary(filter => filter.Name, filter => Pick(filter.Values));
            if (random.Next(4) == 0)
            {
                asked["key"] = Pick([.. teams.OwnKeys, teams.RivalKey]);
            }

            string filters = string.Concat(asked.Select(each => $"&{each.Key}={Uri.EscapeDataString(each.Value)}"));
            UsageEntry[] meant = [.. teams.Own.Where(FilterOf(asked).Takes)];
            found += meant.Length;

            string by = Pick(s_groups);
            string question = $"/manage/usage?{teams.Days}&by={by}{filters}";
            JsonElement report = (await SeenAsync(question)).Json;
            JsonElement total = report.GetProperty("total");
            Assert.True(meant.Length == total.GetProperty("requests").GetInt64(), $"{question}: {report}");
            Assert.Equal(meant.Sum(entry => entry.Cost ?? 0), total.GetProperty("cost_usd").GetDecimal());
            Assert.Equal(meant.Count(entry => entry.Cost is null), total.GetProperty("unpriced_requests").GetInt64());
            Assert.Equal(meant.Length, report.GetProperty("rows").EnumerateArray().Sum(row => row.GetProperty("requests").GetInt64()));

            string status = Pick(["", "&status=200", "&status=5xx"]);
            UsageEntry[] listed = [.. meant.Where(entry => status.Length == 0 || entry.Status == (status == "&status=200" ? 200 : 500))];
            string ids = await SeenIdsAsync($"/manage/requests?{teams.Days}{filters}{status}", Pick(["json", "csv", "jsonl"]));
            Assert.Equal(string.Join(' ', listed.Select(entry => entry.RequestId).Order(StringComparer.Ordinal)), ids);
        }

        Assert.True(found > 500, $"{found}");

        string Pick(string[] of) => of[random.Next(of.Length)];
    }

    [Fact]
    public async Task Another_team_by_its_name_is_refused_whether_there_is_one_or_not()
    {
        foreach (string path in (string[])
        [
            "/manage/usage?team=", "/manage/usage?by=day&team=", "/manage/requests?team=", "/manage/requests?format=csv&team=", "/manage/requests?format=jsonl&limit=5&team=", "/manage/keys?team=", "/manage/teams/",
        ])
        {
            HashSet<string> words = [];
            foreach (string team in (string[])["rivals", "nobody", "Search", "search%20", "search,rivals", "*", "finance"])
            {
                Told told = await SeenAsync(path + team, 403);
                words.Add(told.Error);
            }

            Assert.Matches("^This key reads the usage of its own team only, 'search': another one was asked for, which needs the scope 'usage:all'\\. An operator gives it: gw keys update [a-z0-9]+ --scope usage,usage:all$", Assert.Single(words));
            Assert.Equal(200, (await teams.AskAsync(teams.Reader, path + "search")).Status);
            Assert.Equal(200, (await teams.AskAsync(teams.ReaderOfAll, path + "rivals")).Status);
        }

        Told twice = await SeenAsync("/manage/usage?team=search&team=rivals", 400);
        Assert.Contains("'team' is given more than once", twice.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Receipt_of_another_team_reads_like_one_that_is_not_there()
    {
        Assert.Equal(teams.Own[0].RequestId, (await SeenAsync($"/manage/requests/{teams.Own[0].RequestId}")).Json.GetProperty("request_id").GetString());
        foreach (UsageEntry rival in (UsageEntry[])[teams.Rivals[0], teams.Rivals[5]])
        {
            Assert.Equal(200, (await teams.AskAsync(teams.ReaderOfAll, $"/manage/requests/{rival.RequestId}")).Status);
            string missing = rival.RequestId[..^2] + "00";
            Assert.Equal((await SeenAsync($"/manage/requests/{missing}", 404)).Error, (await SeenAsync($"/manage/requests/{rival.RequestId}", 404)).Error);
            string day = rival.StartedAt.ToString("yyyyMMdd", CultureInfo.InvariantCulture);
            Assert.Equal((await SeenAsync($"/manage/requests/{missing}?day={day}", 404)).Error, (await SeenAsync($"/manage/requests/{rival.RequestId}?day={day}", 404)).Error);
            Assert.Equal(404, (await teams.AskAsync(teams.Reader, $"/manage/requests/{rival.RequestId}", "HEAD")).Status);
        }

        // What is nobody's is the operators'.
        await SeenAsync($"/manage/requests/refused_invalid_key_rival?day={teams.Last:yyyyMMdd}", 404);
    }

    [Fact]
    public async Task Keys_of_the_team_are_shown_with_what_they_spent_and_without_operators()
    {
        JsonElement[] keys = [.. (await SeenAsync("/manage/keys")).Json.GetProperty("data").EnumerateArray()];
        Assert.Equal(3, keys.Length);
        Assert.All(keys, key => Assert.Equal(("search", "operator", false), (key.GetProperty("team").GetString(), key.GetProperty("created_by").GetString(), key.TryGetProperty("key", out _))));
        DateTime month = new(DateTime.UtcNow.Year, DateTime.UtcNow.Month, 1, 0, 0, 0, DateTimeKind.Utc);
        foreach (string id in teams.OwnKeys)
        {
            JsonElement key = (await SeenAsync($"/manage/keys/{id}")).Json;
            Assert.Equal(
                teams.Own.Where(entry => entry.KeyId == id && entry.StartedAt.UtcDateTime >= month).Sum(entry => entry.Cost ?? 0),
                key.GetProperty("spend").GetProperty("this_month_usd").GetDecimal());
        }

        Assert.Equal((await SeenAsync("/manage/keys/nosuchkey000", 404)).Error, (await SeenAsync($"/manage/keys/{teams.RivalKey}", 404)).Error);
        Assert.Empty((await SeenAsync("/manage/keys?state=revoked")).Json.GetProperty("data").EnumerateArray());

        string gone = (await teams.Ada.OkAsync("POST", "/manage/keys", """{"team":"gone"}""", 201)).GetProperty("id").GetString()!;
        await teams.Ada.OkAsync("DELETE", $"/manage/keys/{gone}");
        string reader = await teams.Ada.Gateway.KeyOfAsync(teams.Ada, "gone", "usage");
        Told revoked = await teams.AskAsync(reader, "/manage/keys?state=revoked");
        Assert.Equal(("operator", 1), (revoked.Json.GetProperty("data")[0].GetProperty("revoked_by").GetString(), revoked.Json.GetProperty("data").GetArrayLength()));
        Assert.DoesNotContain(teams.Ada.KeyId, revoked.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Limits_of_the_team_are_shown_and_of_one_without_any_nothing()
    {
        JsonElement team = Assert.Single((await SeenAsync("/manage/teams")).Json.GetProperty("data").EnumerateArray());
        Assert.Equal(("search", "operator"), (team.GetProperty("name").GetString(), team.GetProperty("updated_by").GetString()));
        Assert.Equal(team.GetRawText(), (await SeenAsync("/manage/teams/search")).Body);
        string reader = await teams.Ada.Gateway.KeyOfAsync(teams.Ada, "without limits", "usage");
        Assert.Equal("""{"data":[]}""", (await teams.AskAsync(reader, "/manage/teams")).Body);
        Assert.Equal(404, (await teams.AskAsync(reader, "/manage/teams/without%20limits")).Status);
    }

    [Fact]
    public async Task Cursor_of_another_opens_nothing_and_one_that_was_forged_the_own_rows()
    {
        string list = $"/manage/requests?{teams.Days}&limit=7";
        string ofAll = NextOf(await teams.AskAsync(teams.ReaderOfAll, list));
        string ofRivals = NextOf(await teams.AskAsync(teams.RivalReader, list));
        foreach (string cursor in (string[])[ofAll, ofRivals, NextOf(await teams.AskAsync(teams.ReaderOfAll, $"{list}&team=rivals"))])
        {
            Assert.Contains("'cursor' is no cursor of this list", (await SeenAsync($"{list}&cursor={cursor}", 400)).Error, StringComparison.Ordinal);
        }

        // The hash in a cursor is no secret: whoever makes one for the own team gets the own team.
        RequestQuery own = new(new UsageFilter { Team = "search" }, teams.First, teams.Last);
        foreach (UsageEntry rival in teams.Rivals.Where((_, i) => i % 60 == 0))
        {
            foreach (string? token in (string?[])[null, $"{Base64(RollupKey.Of(rival).Day.ToString("yyyyMMdd", CultureInfo.InvariantCulture))} {Base64(rival.RequestId)}"])
            {
                string forged = RequestCursor.Write(own, new RequestPlace(RollupKey.Of(rival).Day, new UsagePlace(token is null ? rival.RequestId : "", token)));
                await SeenAsync($"{list}&cursor={forged}");
            }
        }

        static string NextOf(Told page) => page.Json.GetProperty("next_cursor").GetString()!;
        static string Base64(string text) => Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(text));
    }

    [Fact]
    public async Task Requests_that_totals_count_together_are_those_of_the_team()
    {
        string question = $"/manage/usage?from={teams.First.AddDays(-20):yyyy-MM-dd}&to={teams.Last:yyyy-MM-dd}&tag=build=b129";
        long own = (await SeenAsync(question)).Json.GetProperty("uncounted_requests").GetInt64();
        long all = (await teams.AskAsync(teams.ReaderOfAll, question)).Json.GetProperty("uncounted_requests").GetInt64();
        Assert.Equal((30, 60), (own, all));
    }

    [Fact]
    public async Task Reader_of_all_teams_sees_what_operators_do()
    {
        foreach (string path in (string[])
        [
            $"/manage/usage?{teams.Days}&by=key", $"/manage/usage?{teams.Days}&by=tag:ticket", $"/manage/requests?{teams.Days}", $"/manage/requests/{teams.Rivals[0].RequestId}", "/manage/teams", "/manage/teams/rivals",
            $"/manage/keys/{teams.RivalKey}", "/manage/keys?team=rivals", "/manage/alerts", "/manage/learned", "/manage/openapi.json",
        ])
        {
            Assert.Equal((await teams.AskAsync(teams.Ada.Key, path)).Lasting, (await teams.AskAsync(teams.ReaderOfAll, path)).Lasting);
        }
    }

    [Fact]
    public async Task Row_that_cannot_be_read_is_named_to_those_who_see_all()
    {
        TableClient keys = new(teams.Connection, "keys");
        TableEntity row = new("rivalbroken0", "key") { ["Team"] = "rivals", ["Hash"] = "no hash" };
        await keys.AddEntityAsync(row);
        try
        {
            Assert.Contains("rivalbroken0", (await teams.AskAsync(teams.ReaderOfAll, "/manage/keys")).Error, StringComparison.Ordinal);
            Assert.Equal("The storage of the gateway does not answer. Please try again.", (await SeenAsync("/manage/keys", 503)).Error);
        }
        finally
        {
            await keys.DeleteEntityAsync(row);
        }
    }

    /// <summary>An answer to the reader of <c>search</c>, in which there is nothing of the rivals.</summary>
    private async Task<Told> SeenAsync(string path, int status = 200)
    {
        Told told = await teams.AskAsync(teams.Reader, path);
        Assert.True(told.Status == status, $"{path}: {told.Status} {told.Body}");
        Assert.DoesNotContain("rival", told.Body, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(teams.RivalKey, told.Body, StringComparison.Ordinal);
        Assert.DoesNotContain(teams.Ada.KeyId, told.Body, StringComparison.Ordinal);
        Assert.DoesNotContain(teams.Rivals, rival => told.Body.Contains(rival.RequestId, StringComparison.Ordinal));
        return told;
    }

    /// <summary>The ids of all pages, in their alphabetical order.</summary>
    private async Task<string> SeenIdsAsync(string list, string format)
    {
        List<string> ids = [];
        if (format == "json")
        {
            string? cursor = null;
            do
            {
                JsonElement page = (await SeenAsync($"{list}&limit=100{(cursor is null ? "" : $"&cursor={cursor}")}")).Json;
                ids.AddRange(page.GetProperty("data").EnumerateArray().Select(receipt => receipt.GetProperty("request_id").GetString()!));
                cursor = page.GetProperty("next_cursor").GetString();
            }
            while (cursor is not null);
        }
        else
        {
            IEnumerable<string> lines = (await SeenAsync($"{list}&format={format}")).Body.Split('\n', StringSplitOptions.RemoveEmptyEntries);
            ids.AddRange(format == "csv" ? lines.Skip(1).Select(line => line.Split(',')[0]) : lines.Select(line => JsonElement.Parse(line).GetProperty("request_id").GetString()!));
        }

        return string.Join(' ', ids.Order(StringComparer.Ordinal));
    }

    private static UsageFilter FilterOf(Dictionary<string, string> asked)
    {
        Assert.True(UsageFilter.TryReadTags(asked.GetValueOrDefault("tag"), out IReadOnlyDictionary<string, string?> tags));
        return new UsageFilter(asked.GetValueOrDefault("key"))
        {
            Person = asked.GetValueOrDefault("person"),
            Model = asked.GetValueOrDefault("model"),
            RequestedModel = asked.GetValueOrDefault("requested_model"),
            Provider = asked.GetValueOrDefault("provider"),
            Client = asked.GetValueOrDefault("client"),
            Session = asked.GetValueOrDefault("session"),
            Tags = tags,
        };
    }
}
