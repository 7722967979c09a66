using Gateway.Authentication.Access;
using Gateway.Telemetry;
using Gateway.Translation.Errors;
using Gateway.Translation.Hub;
using Gateway.Upstreams;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Http;

/// <summary>Metrics of this instance for Prometheus: where the operator has said so, and to whom.</summary>
public sealed class MetricsHandler(RequestPipeline pipeline, InfoHandler info, PrometheusOptions options, IServiceProvider services)
{
    private readonly TelemetryExport? _export = services.GetService<TelemetryExport>();

    public Task GetAsync(HttpContext http, CancellationToken cancellationToken) => options.Access switch
    {
        PrometheusAccess.Open => pipeline.RunOpenAsync(http, ApiForm.Messages, (_, _) => ScrapeAsync(http), cancellationToken),
        PrometheusAccess.Key => pipeline.RunAsync(http, ApiForm.Messages, (caller, _, _) => caller.ReadsAllTeams ? ScrapeAsync(http) : Task.FromResult<Outcome>(LacksScope(caller)), cancellationToken, metered: false),
        _ => info.FallbackAsync(http, cancellationToken),
    };

    /// <summary>Metrics tell of all teams, as usage does.</summary>
    private static Refusal LacksScope(Caller caller) => new(ScopeRefusal.Of(caller, Scopes.UsageOfAll, $"which /metrics needs: it tells of all teams ('{Scopes.Manage}' does, too)"));

    private async Task<Outcome> ScrapeAsync(HttpContext http)
    {
        if (_export?.Scrape is not { } scrape)
        {
            return new Refusal(GatewayError.Stopping("This instance of the gateway has not begun to measure. Please try again."));
        }

        http.Response.Headers.CacheControl = "no-store";
        await scrape(http);
        return new Outcome.Answered();
    }
}
