using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace Gateway.Tests.Worker;

/// <summary>Functions whose names sort against the precedence that Kestrel gives to their routes.</summary>
public sealed class TrappedFunctions
{
    private readonly (string Literal, string CatchAll) _says = ("c", "b");

    [Function("c-literal")]
    public Task LiteralAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", "post", Route = "things")] HttpRequest request, CancellationToken cancellationToken) =>
        request.HttpContext.Response.WriteAsync(_says.Literal, cancellationToken);

    [Function("b-catch-all")]
    public Task CatchAllAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "things/{*rest}")] HttpRequest request, CancellationToken cancellationToken) =>
        request.HttpContext.Response.WriteAsync(_says.CatchAll, cancellationToken);
}
