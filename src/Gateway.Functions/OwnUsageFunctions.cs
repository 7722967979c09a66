using Gateway.Manage;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace Gateway.Functions;

/// <summary>What a caller has used, for itself.</summary>
public sealed class OwnUsageFunctions(OwnUsageHandler usage)
{
    [Function("own-usage")]
    public Task GetAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "v1/usage")] HttpRequest request,
        CancellationToken cancellationToken) => usage.GetAsync(request.HttpContext, cancellationToken);

    [Function("own-usage-doubled")]
    public Task DoubledGetAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "v1/v1/usage")] HttpRequest request,
        CancellationToken cancellationToken) => usage.GetAsync(request.HttpContext, cancellationToken);
}
