using Gateway.Manage;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace Gateway.Functions;

/// <summary>The settings in force, for operators.</summary>
public sealed class ManageConfigFunctions(ConfigHandler config)
{
    [Function("config")]
    public Task GetAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "manage/config")] HttpRequest request,
        CancellationToken cancellationToken) => config.GetAsync(request.HttpContext, cancellationToken);
}
