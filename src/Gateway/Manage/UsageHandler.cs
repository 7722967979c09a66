using Gateway.Metering.Reports;
using Gateway.Metering.Usage;
using Microsoft.AspNetCore.Http;

namespace Gateway.Manage;

/// <summary><c>GET /manage/usage</c>: requests, tokens and cost, by key, team, model, day, person, tag and more.</summary>
public sealed class UsageHandler(ManagePipeline pipeline, UsageReporter reporter, TimeProvider time)
{
    private const int UsualDays = 30;

    public Task GetAsync(HttpContext http, CancellationToken cancellationToken) => pipeline.ShowAsync(http, async (sight, aborted) =>
    {
        QueryReader query = new(http.Request.Query, "from", "to", "by", "team", "key", "model", "person", "provider", "requested_model", "client", "tag", "session");
        (string? team, ManageAnswer? foreign) = sight.TeamFor(query.Text("team"));
        UsageQuery usage = Read(query, team);
        if ((foreign ?? query.Refusal) is { } refusal)
        {
            return refusal;
        }

        UsageReport? report = usage.NeedsRows ? await reporter.ReportRowsAsync(usage, aborted) : await reporter.ReportAsync(usage, aborted);
        return report is null
            ? ManageAnswer.Invalid([$"There are more than {UsageReporter.MostRows} requests in these days, which is more than are read at once. Ask for fewer days, or for one key or team."])
            : ManageAnswer.Of(report, UsageReportJson.Default.UsageReport);
    }, cancellationToken);

    private UsageQuery Read(QueryReader query, string? team)
    {
        UsageGrouping by = UsageGroup.Key;
        if (query.Text("by") is { } group && !UsageGrouping.TryRead(group, out by, out _))
        {
            query.Wrong("by", $"must be one of: {UsageGrouping.Forms}");
        }

        DateOnly to = query.Day("to") ?? DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);
        UsageQuery usage = new(to, to, by, team, query.KeyId("key"), query.Text("model"))
        {
            Person = query.Text("person"),
            Filter = new UsageFilter
            {
                Provider = query.Text("provider"),
                RequestedModel = query.Text("requested_model"),
                Client = query.Text("client"),
                Session = query.Text("session"),
                Tags = query.Tags("tag"),
            },
        };

        // Totals of many days are few rows; requests of many days are not.
        int usual = usage.NeedsRows ? UsageReporter.MostDaysOfRows - 1 : UsualDays;
        DateOnly from = query.Day("from") ?? to.AddDays(-Math.Min(usual, to.DayNumber));
        if (from > to)
        {
            query.Wrong("from", "lies after 'to'");
        }
        else if (usage.NeedsRows && to.DayNumber - from.DayNumber >= UsageReporter.MostDaysOfRows)
        {
            query.Wrong("from", $"lies too far back: {UsageReporter.OfRows} are added up from single requests, of {UsageReporter.MostDaysOfRows} days at most");
        }

        return usage with { From = from };
    }
}
