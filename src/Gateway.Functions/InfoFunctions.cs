using Gateway.Completions;
using Gateway.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace Gateway.Functions;

/// <summary>Health, and what no other route takes: the front page, clients' other paths, and our own 404 and 405, since the host's would be empty.</summary>
public sealed class InfoFunctions(InfoHandler info, ClientPathsHandler paths)
{
    [Function("health")]
    public Task HealthAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "health")] HttpRequest request,
        CancellationToken cancellationToken) => info.HealthAsync(request.HttpContext, cancellationToken);

    [Function("zz-everything-else")]
    public Task FallbackAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "{*path}")] HttpRequest request,
        CancellationToken cancellationToken) => paths.HandleAsync(request.HttpContext, cancellationToken);
}
