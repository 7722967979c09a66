using Gateway.Alerts;
using Microsoft.AspNetCore.Http;

namespace Gateway.Manage;

/// <summary><c>/manage/alerts</c>: what operators were told, or are still to be told, and whether their webhooks work.</summary>
public sealed class AlertsHandler(ManagePipeline pipeline, IAlertStore alerts, WebhookTest test)
{
    private const int UsualPage = 100;
    private const int LargestPage = 1000;

    public Task ListAsync(HttpContext http, CancellationToken cancellationToken) => pipeline.ShowAllAsync(http, async (_, aborted) =>
    {
        QueryReader query = new(http.Request.Query, "limit", "after");
        int most = query.Whole("limit", UsualPage, 1, LargestPage);
        return query.Refusal ?? ManageAnswer.Of(await alerts.ListAsync(most, query.Text("after"), aborted), StoredAlertJson.Default.AlertPage);
    }, cancellationToken);

    public Task TestAsync(HttpContext http, CancellationToken cancellationToken) => pipeline.RunAsync(http, async (_, aborted) =>
        new QueryReader(http.Request.Query).Refusal ?? ManageAnswer.Of(await test.RunAsync(aborted), StoredAlertJson.Default.WebhookAnswers), cancellationToken);
}
