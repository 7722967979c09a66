using Gateway.Manage;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace Gateway.Functions;

/// <summary>Limits of teams, for operators.</summary>
public sealed class ManageTeamsFunctions(TeamsHandler teams)
{
    [Function("teams")]
    public Task ListAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "manage/teams")] HttpRequest request,
        CancellationToken cancellationToken) => teams.ListAsync(request.HttpContext, cancellationToken);

    [Function("team")]
    public Task GetAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "manage/teams/{id}")] HttpRequest request,
        CancellationToken cancellationToken) => teams.GetAsync(request.HttpContext, cancellationToken);

    [Function("team-set")]
    public Task SetAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "patch", Route = "manage/teams/{id}")] HttpRequest request,
        CancellationToken cancellationToken) => teams.SetAsync(request.HttpContext, cancellationToken);

    [Function("team-remove")]
    public Task RemoveAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = "manage/teams/{id}")] HttpRequest request,
        CancellationToken cancellationToken) => teams.RemoveAsync(request.HttpContext, cancellationToken);
}
