using Gateway.Manage;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace Gateway.Functions;

/// <summary>How things stand at this moment: the caller, the budgets, the targets.</summary>
public sealed class ManageStandingFunctions(MeHandler me, BudgetsHandler budgets, TargetsHandler targets)
{
    [Function("me")]
    public Task MeAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "manage/me")] HttpRequest request,
        CancellationToken cancellationToken) => me.GetAsync(request.HttpContext, cancellationToken);

    [Function("budgets")]
    public Task BudgetsAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "manage/budgets")] HttpRequest request,
        CancellationToken cancellationToken) => budgets.ListAsync(request.HttpContext, cancellationToken);

    [Function("targets")]
    public Task TargetsAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "manage/targets")] HttpRequest request,
        CancellationToken cancellationToken) => targets.ListAsync(request.HttpContext, cancellationToken);
}
