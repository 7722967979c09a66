using Gateway.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace Gateway.Functions;

/// <summary>The operators' surface. Never under <c>/admin</c>, which the Functions host keeps for itself.</summary>
public sealed class ManageFunctions(ReceiptHandler receipts)
{
    [Function("receipt")]
    public Task ReceiptAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "manage/requests/{id}")] HttpRequest request,
        CancellationToken cancellationToken) => receipts.GetAsync(request.HttpContext, cancellationToken);
}
