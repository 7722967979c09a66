using Gateway.Manage;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace Gateway.Functions;

/// <summary>
/// What was learned of upstreams, for operators. The names matter: the host asks routes in their order, and a target may
/// be empty, so the route of all comes first.
/// </summary>
public sealed class ManageLearnedFunctions(LearnedHandler learned)
{
    [Function("learned")]
    public Task ListAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "manage/learned")] HttpRequest request,
        CancellationToken cancellationToken) => learned.ListAsync(request.HttpContext, cancellationToken);

    [Function("learned-clear")]
    public Task ClearAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = "manage/learned")] HttpRequest request,
        CancellationToken cancellationToken) => learned.ClearAsync(request.HttpContext, cancellationToken);

    [Function("learned-clear-target")]
    public Task ClearTargetAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = "manage/learned/{*target}")] HttpRequest request,
        CancellationToken cancellationToken) => learned.ClearAsync(request.HttpContext, cancellationToken);
}
