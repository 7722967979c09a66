using Gateway.Manage;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace Gateway.Functions;

/// <summary>What operators look at. Never under <c>/admin</c>, which the Functions host keeps for itself.</summary>
public sealed class ManageFunctions(ReceiptHandler receipts, RequestsHandler requests, UsageHandler usage, AuditHandler audit, OpenApiHandler openApi)
{
    [Function("receipt")]
    public Task ReceiptAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "manage/requests/{id}")] HttpRequest request,
        CancellationToken cancellationToken) => receipts.GetAsync(request.HttpContext, cancellationToken);

    [Function("requests")]
    public Task RequestsAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "manage/requests")] HttpRequest request,
        CancellationToken cancellationToken) => requests.GetAsync(request.HttpContext, cancellationToken);

    [Function("usage")]
    public Task UsageAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "manage/usage")] HttpRequest request,
        CancellationToken cancellationToken) => usage.GetAsync(request.HttpContext, cancellationToken);

    [Function("audit")]
    public Task AuditAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "manage/audit")] HttpRequest request,
        CancellationToken cancellationToken) => audit.GetAsync(request.HttpContext, cancellationToken);

    [Function("openapi")]
    public Task OpenApiAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "manage/openapi.json")] HttpRequest request,
        CancellationToken cancellationToken) => openApi.GetAsync(request.HttpContext, cancellationToken);
}
