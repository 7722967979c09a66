using Gateway.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace Gateway.Functions;

/// <summary>The list of models, for clients of both APIs. Ids may hold slashes.</summary>
public sealed class ModelsFunctions(ModelsHandler models)
{
    [Function("models")]
    public Task ListAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "v1/models")] HttpRequest request,
        CancellationToken cancellationToken) => models.ListAsync(request.HttpContext, cancellationToken);

    [Function("models-by-id")]
    public Task GetAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "v1/models/{*id}")] HttpRequest request,
        CancellationToken cancellationToken) => models.GetAsync(request.HttpContext, cancellationToken);
}
