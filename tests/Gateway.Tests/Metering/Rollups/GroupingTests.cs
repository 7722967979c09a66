using System.Text.Json;
using Gateway.Authentication.Keys;
using Gateway.Metering.Reports;
using Gateway.Metering.Rollups;
using Gateway.Metering.Usage;
using Gateway.Tests.Cli;
using Gateway.Tests.Manage;
using Gateway.Tests.Metering.Usage;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Tests.Metering.Rollups;

/// <summary>Reports by several things at once: totals and single requests say the same, and so do the command line and HTTP.</summary>
public sealed class GroupingTests : IAsyncLifetime
{
    private static readonly string[] s_names = ["key", "team", "owner", "model", "day", "person", "model_and_day", "provider", "requested_model", "client", "tag:ticket", "tag:env"];

    private UsageTables _tables = null!;

    public async Task InitializeAsync()
    {
        _tables = await UsageTables.StartAsync();
        IServiceProvider gateway = _tables.Instance();
        KeyAdministration keys = gateway.GetRequiredService<KeyAdministration>();
        List<string?> ids = [null, "oidc.rule"];
        foreach (string? owner in (string?[])["ada", "bob", "ada", null])
        {
            KeyChange made = await keys.CreateAsync(new NewKey { Team = owner ?? "nobodys", Owner = owner }, "test", default);
            ids.Add(Assert.IsType<KeyChange.Issued>(made).Key.Id);
        }

        List<UsageEntry> entries = [];
        for (int i = 0; i < 120; i++)
        {
            entries.Add(UsageTables.Entry(_tables.Today.AddDays(-4 - (i % 2)), ids[i % 6], i % 7 == 0 ? null : $"m{i % 3}", i % 5 == 0 ? null : i * 0.001m, i % 11 == 0 ? "invalid_request_error" : null, i) with
            {
                Team = ids[i % 6] is null ? null : $"team{i % 2}",
                Provider = i % 7 == 0 ? null : $"p{i % 2}",
                Person = ids[i % 6] == "oidc.rule" ? "somebody" : null,
                Client = i % 4 == 0 ? null : $"client{i % 4}",
                RequestedModel = i % 13 == 0 ? null : $"asked{i % 4}",
                Tags = new Dictionary<string, string>(new Dictionary<string, string> { ["ticket"] = $"T-{i % 3}", ["env"] = i % 2 == 0 ? "prod" : "dev" }.Where((_, at) => (i + at) % 3 != 0)),
                Session = $"s{i % 5}",
            });
        }

        Assert.Empty(await gateway.GetRequiredService<IUsageStore>().AppendAsync([.. entries.Order(Comparer<UsageEntry>.Create((a, b) => a.StartedAt.CompareTo(b.StartedAt)))], default));
        foreach (DateOnly day in (DateOnly[])[_tables.Today.AddDays(-5), _tables.Today.AddDays(-4)])
        {
            await gateway.GetRequiredService<ClosedDays>().RebuildAsync(day, default);
        }
    }

    public async Task DisposeAsync() => await _tables.DisposeAsync();

    [Fact]
    public async Task Totals_say_what_the_requests_say_by_any_two_and_their_sum_is_the_whole()
    {
        UsageReporter reporter = _tables.Instance().GetRequiredService<UsageReporter>();
        int both = 0;
        foreach (string text in s_names.Concat(s_names.SelectMany(one => s_names.Where(other => other != one).Select(other => $"{one},{other}"))).Append("owner,tag:env,day,model,provider"))
        {
            UsageQuery query = new(_tables.Today.AddDays(-6), _tables.Today, By(text));
            UsageReport rows = (await reporter.ReportRowsAsync(query, default))!;
            Assert.Equal((120L, 120L), (rows.Total.Requests, rows.Rows.Sum(row => row.Requests)));
            Assert.Equal(rows.Total.CostUsd, rows.Rows.Sum(row => row.CostUsd));
            Assert.Equal(text.StartsWith("tag:", StringComparison.Ordinal) && !text.Contains(',', StringComparison.Ordinal) ? "tag" : text, Json(rows).GetProperty("by").GetString());
            if (!query.NeedsRows)
            {
                both++;
                UsageReport totals = await reporter.ReportAsync(query, default);
                Assert.Equal(Json(Dated(rows, totals)).GetRawText(), Json(totals).GetRawText());
            }
        }

        Assert.Equal(12 + (12 * 11) - (4 * 3) + 1, both);
    }

    /// <summary>When the newest of those without a tag or client began only the requests know: totals say when the newest of all did.</summary>
    private static UsageReport Dated(UsageReport rows, UsageReport totals) => rows with
    {
        Rows = [.. rows.Rows.Zip(totals.Rows, (row, total) => rows.By.Facets.Any() && total.LastRequestAt > row.LastRequestAt ? row with { LastRequestAt = total.LastRequestAt } : row)],
    };

    [Fact]
    public async Task Rows_of_one_are_together_in_the_order_of_its_cost_and_days_in_theirs()
    {
        UsageReporter reporter = _tables.Instance().GetRequiredService<UsageReporter>();
        UsageReport alone = await reporter.ReportAsync(new UsageQuery(_tables.Today.AddDays(-6), _tables.Today, UsageGroup.Key), default);
        UsageReport both = await reporter.ReportAsync(new UsageQuery(_tables.Today.AddDays(-6), _tables.Today, By("key,day")), default);
        Assert.Equal(alone.Rows.Select(row => (row.KeyId, row.Team)), both.Rows.Select(row => (row.KeyId, row.Team)).Distinct());
        Assert.All(both.Rows.GroupBy(row => (row.KeyId, row.Team)), key => Assert.Equal(key.Select(row => row.Day).Order(), key.Select(row => row.Day)));
        UsageReport owners = await reporter.ReportAsync(new UsageQuery(_tables.Today.AddDays(-6), _tables.Today, UsageGroup.Owner), default);
        Assert.Equal(["", "ada", "bob"], owners.Rows.Select(row => row.Owner ?? "").Order(StringComparer.Ordinal));
        Assert.Equal(40, owners.Rows.Single(row => row.Owner == "ada").Requests);
    }

    [Fact]
    public async Task Command_line_and_HTTP_speak_alike()
    {
        await using Operator ada = await Operator.StartAsync(_tables.Connection);
        string from = $"{_tables.Today.AddDays(-6):yyyy-MM-dd}";
        string to = $"{_tables.Today:yyyy-MM-dd}";
        foreach (string by in (string[])["key,model", "owner", "owner,model,day", "tag:ticket,key", "key,client", "tag:ticket,tag:env", "session,team", "Model,KEY"])
        {
            JsonElement http = await ada.OkAsync("GET", $"/manage/usage?by={by}&from={from}&to={to}");
            Run cli = await Run.GatewayAsync(_tables.Connection, "usage", "--by", by, "--from", from, "--to", to, "--json");
            Assert.Equal(http.GetRawText(), cli.Output.TrimEnd());
            Assert.Equal(by.ToLowerInvariant(), http.GetProperty("by").GetString());
        }

        JsonElement tags = (await Run.GatewayAsync(_tables.Connection, "usage", "--by", "tag:ticket,tag:env", "--from", from, "--to", to, "--json")).Json;
        Assert.Contains(tags.GetProperty("rows").EnumerateArray(), row => row.TryGetProperty("tags", out JsonElement both) && both.TryGetProperty("ticket", out _) && both.TryGetProperty("env", out _));
        JsonElement tag = (await Run.GatewayAsync(_tables.Connection, "usage", "--by", "key,tag:ticket", "--from", from, "--to", to, "--json")).Json;
        Assert.Equal("ticket", tag.GetProperty("tag").GetString());
        Run table = await Run.GatewayAsync(_tables.Connection, "usage", "--by", "tag:ticket,tag:env", "--from", from, "--to", to);
        Assert.StartsWith("TAG TICKET  TAG ENV  ", table.Output, StringComparison.Ordinal);
        Run many = await Run.GatewayAsync(_tables.Connection, "usage", "--by", "client,tag:env", "--from", "30d");
        Assert.Equal(1, many.ExitCode);
        Assert.Contains("two of client, requested model and tags at once, are added up from single requests, of 7 days at most", many.Error, StringComparison.Ordinal);
    }

    private static UsageGrouping By(string text) => UsageGrouping.TryRead(text, out UsageGrouping by, out string? problem) ? by : throw new ArgumentException(problem);

    private static JsonElement Json(UsageReport report) => JsonSerializer.SerializeToElement(
        report with { Rows = [.. report.Rows.Select(Plain)], Total = Plain(report.Total) }, UsageReportJson.Default.UsageReport);

    /// <summary>Sums of several rows may end in more zeros.</summary>
    private static UsageReportRow Plain(UsageReportRow row) => row with { CostUsd = row.CostUsd / 1.0000000000000000000000000000m };
}
