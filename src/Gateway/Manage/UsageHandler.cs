using Gateway.Metering.Reports;
using Microsoft.AspNetCore.Http;

namespace Gateway.Manage;

/// <summary><c>GET /manage/usage</c>: requests, tokens and cost, by key, team, model, day or person.</summary>
public sealed class UsageHandler(ManagePipeline pipeline, UsageReporter reporter, TimeProvider time)
{
    private const int UsualDays = 30;

    public Task GetAsync(HttpContext http, CancellationToken cancellationToken) => pipeline.RunAsync(http, async (_, aborted) =>
    {
        QueryReader query = new(http.Request.Query, "from", "to", "by", "team", "key", "model", "person");
        DateOnly to = query.Day("to") ?? DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);
        DateOnly from = query.Day("from") ?? to.AddDays(-Math.Min(UsualDays, to.DayNumber));
        UsageGroup by = query.Choice("by", UsageGroup.Key, ("key", UsageGroup.Key), ("team", UsageGroup.Team), ("model", UsageGroup.Model), ("day", UsageGroup.Day), ("person", UsageGroup.Person), ("model_and_day", UsageGroup.ModelAndDay));
        if (from > to)
        {
            query.Wrong("from", "lies after 'to'");
        }

        return query.Refusal ?? ManageAnswer.Of(
            await reporter.ReportAsync(new UsageQuery(from, to, by, query.Text("team"), query.Text("key"), query.Text("model")) { Person = query.Text("person") }, aborted),
            UsageReportJson.Default.UsageReport);
    }, cancellationToken);
}
