using Gateway.Manage;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace Gateway.Functions;

/// <summary>Keys, for operators.</summary>
public sealed class ManageKeysFunctions(KeysHandler keys)
{
    [Function("keys")]
    public Task ListAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "manage/keys")] HttpRequest request,
        CancellationToken cancellationToken) => keys.ListAsync(request.HttpContext, cancellationToken);

    [Function("key-create")]
    public Task CreateAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "manage/keys")] HttpRequest request,
        CancellationToken cancellationToken) => keys.CreateAsync(request.HttpContext, cancellationToken);

    [Function("key")]
    public Task GetAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "manage/keys/{id}")] HttpRequest request,
        CancellationToken cancellationToken) => keys.GetAsync(request.HttpContext, cancellationToken);

    [Function("key-update")]
    public Task UpdateAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "patch", Route = "manage/keys/{id}")] HttpRequest request,
        CancellationToken cancellationToken) => keys.UpdateAsync(request.HttpContext, cancellationToken);

    [Function("key-revoke")]
    public Task RevokeAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = "manage/keys/{id}")] HttpRequest request,
        CancellationToken cancellationToken) => keys.RevokeAsync(request.HttpContext, cancellationToken);

    [Function("key-rotate")]
    public Task RotateAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "manage/keys/{id}/rotate")] HttpRequest request,
        CancellationToken cancellationToken) => keys.RotateAsync(request.HttpContext, cancellationToken);
}
