using Gateway.Dashboard;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace Gateway.Functions;

/// <summary>The page for people, and its files.</summary>
public sealed class DashboardFunctions(DashboardHandler dashboard)
{
    [Function("dashboard")]
    public Task PageAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "dashboard")] HttpRequest request,
        CancellationToken cancellationToken) => dashboard.PageAsync(request.HttpContext, cancellationToken);

    [Function("dashboard-file")]
    public Task FileAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "dashboard/{file}")] HttpRequest request,
        CancellationToken cancellationToken) => dashboard.FileAsync(request.HttpContext, cancellationToken);
}
