using Gateway.Manage;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace Gateway.Functions;

/// <summary>Alerts, for operators.</summary>
public sealed class ManageAlertsFunctions(AlertsHandler alerts)
{
    [Function("alerts")]
    public Task ListAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "manage/alerts")] HttpRequest request,
        CancellationToken cancellationToken) => alerts.ListAsync(request.HttpContext, cancellationToken);

    [Function("alerts-test")]
    public Task TestAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "manage/alerts/test")] HttpRequest request,
        CancellationToken cancellationToken) => alerts.TestAsync(request.HttpContext, cancellationToken);
}
