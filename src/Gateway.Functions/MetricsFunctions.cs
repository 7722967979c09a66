using Gateway.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace Gateway.Functions;

/// <summary>Metrics for Prometheus.</summary>
public sealed class MetricsFunctions(MetricsHandler metrics)
{
    [Function("metrics")]
    public Task GetAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "metrics")] HttpRequest request,
        CancellationToken cancellationToken) => metrics.GetAsync(request.HttpContext, cancellationToken);
}
