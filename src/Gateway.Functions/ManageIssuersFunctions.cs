using Gateway.Manage;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace Gateway.Functions;

/// <summary>Trusted issuers of tokens, for operators.</summary>
public sealed class ManageIssuersFunctions(IssuersHandler issuers)
{
    [Function("issuers")]
    public Task ListAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "manage/issuers")] HttpRequest request,
        CancellationToken cancellationToken) => issuers.ListAsync(request.HttpContext, cancellationToken);

    [Function("issuer-add")]
    public Task AddAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "manage/issuers")] HttpRequest request,
        CancellationToken cancellationToken) => issuers.AddAsync(request.HttpContext, cancellationToken);

    [Function("issuer")]
    public Task GetAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "manage/issuers/{id}")] HttpRequest request,
        CancellationToken cancellationToken) => issuers.GetAsync(request.HttpContext, cancellationToken);

    [Function("issuer-remove")]
    public Task RemoveAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = "manage/issuers/{id}")] HttpRequest request,
        CancellationToken cancellationToken) => issuers.RemoveAsync(request.HttpContext, cancellationToken);
}
