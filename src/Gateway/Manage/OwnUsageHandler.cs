using System.Text.Json;
using Gateway.Admission;
using Gateway.Authentication.Access;
using Gateway.Http;
using Gateway.Metering.Reports;
using Gateway.Storage;
using Gateway.Translation.Errors;
using Gateway.Upstreams;
using Microsoft.AspNetCore.Http;

namespace Gateway.Manage;

/// <summary>
/// <c>GET /v1/usage</c>: what one caller has used, and how its budgets stand. The only one of these routes that needs no
/// scope, so it can be asked about nobody else: who asks is who it is about.
/// </summary>
public sealed class OwnUsageHandler(RequestPipeline pipeline, UsageReporter reporter, AdmissionControl admission, TimeProvider time)
{
    private const int UsualDays = 30;
    private const int MostDays = 90;

    public Task GetAsync(HttpContext http, CancellationToken cancellationToken) => pipeline.RunAsync(
        http,
        ModelsHandler.FormOf(http.Request),
        async (caller, _, aborted) =>
        {
            http.Response.Headers.CacheControl = "no-store";
            try
            {
                (UsageQuery? query, GatewayError? error) = Read(http.Request, caller, out UsageGroup by);
                return query is null
                    ? new Refusal(error!)
                    : await JsonAnswer.WriteAsync(
                        http.Response, JsonSerializer.SerializeToUtf8Bytes(await OfAsync(caller, query, by, aborted), OwnUsageJson.Default.OwnUsage), aborted);
            }
            catch (StorageUnavailableException)
            {
                return new Refusal(GatewayError.Unavailable("The storage of usage cannot be reached. Try again in a moment."));
            }
        },
        cancellationToken,
        metered: false);

    private (UsageQuery? Query, GatewayError? Error) Read(HttpRequest request, Caller caller, out UsageGroup by)
    {
        QueryReader query = new(request.Query, "from", "to", "by");
        DateOnly to = query.Day("to") ?? DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);
        DateOnly from = query.Day("from") ?? to.AddDays(-Math.Min(UsualDays, to.DayNumber));
        by = query.Choice(
            "by", UsageGroup.ModelAndDay, ("model", UsageGroup.Model), ("day", UsageGroup.Day), ("model_and_day", UsageGroup.ModelAndDay));
        if (from > to)
        {
            query.Wrong("from", "lies after 'to'");
        }
        else if (to.DayNumber - from.DayNumber >= MostDays)
        {
            query.Wrong("from", $"must lie less than {MostDays} days before 'to'");
        }

        return query.Refusal is ManageAnswer.Refused(GatewayError error) ? (null, error) : (new UsageQuery(from, to, by, Key: caller.KeyId), null);
    }

    private async Task<OwnUsage> OfAsync(Caller caller, UsageQuery query, UsageGroup by, CancellationToken aborted)
    {
        DateTimeOffset now = time.GetUtcNow();
        UsageReport report = await reporter.ReportAsync(query, aborted);
        return new OwnUsage
        {
            KeyId = caller.KeyId,
            Team = caller.Team,
            Name = caller.Name,
            Person = caller.Person,
            AsOf = now - UsageReporter.Settled,
            Spend = (await reporter.SpendAsync(now, caller.KeyId, aborted))(caller.KeyId),
            Budgets = [.. (await admission.StatusAsync(caller, aborted)).Select(ToBudget)],
            From = report.From,
            To = report.To,
            By = by,
            Rows = report.Rows,
            Total = report.Total,
        };
    }

    private static OwnBudget ToBudget(BudgetStatus status) => new()
    {
        Scope = status.Owner,
        Window = status.Window.ToString().ToLowerInvariant(),
        Model = status.Model,
        Mode = status.Budget.Mode.ToString().ToLowerInvariant(),
        BudgetUsd = status.Budget.Usd,
        SpentUsd = status.Spent,
        ReservedUsd = status.Reserved,
        LeftUsd = status.Left,
        ResetsAt = status.ResetsAt,
    };
}
