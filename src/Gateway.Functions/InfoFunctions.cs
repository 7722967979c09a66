using Gateway.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace Gateway.Functions;

/// <summary>Health, the front page, and our own 404 and 405: the host's would be empty.</summary>
public sealed class InfoFunctions(InfoHandler info)
{
    [Function("health")]
    public Task HealthAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "health")] HttpRequest request,
        CancellationToken cancellationToken) => info.HealthAsync(request.HttpContext, cancellationToken);

    [Function("zz-everything-else")]
    public Task FallbackAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "{*path}")] HttpRequest request,
        CancellationToken cancellationToken) => info.FallbackAsync(request.HttpContext, cancellationToken);
}
