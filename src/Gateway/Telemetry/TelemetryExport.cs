using System.Diagnostics.Metrics;
using Gateway.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Gateway.Telemetry;

/// <summary>
/// Sends spans and metrics to an OTLP collector for as long as the host runs, and what is left when it stops; and keeps
/// metrics for Prometheus, which comes for them.
/// </summary>
/// <param name="configuration">Where all settings come from.</param>
/// <param name="watch">Over what is sent; null where there is no collector to send to.</param>
/// <param name="isScraped">Prometheus comes.</param>
/// <param name="gauges">Are measured when somebody asks.</param>
/// <param name="services">The host's.</param>
internal sealed class TelemetryExport(IConfiguration configuration, OtlpWatch? watch, bool isScraped, InstanceGauges gauges, IServiceProvider services) : IHostedService, IDisposable
{
    private const string ServiceName = "messages-gateway";
    private const string Runtime = "System.Runtime";
    private const int FlushMilliseconds = 5000;

    /// <summary>Of one metric: so many teams use so many models. The SDK's own bound would be reached.</summary>
    private const int MostSeries = 10_000;

    private TracerProvider? _traces;
    private MeterProvider? _metrics;

    /// <summary>Answers with all metrics, in the form that the reader asks for. Null where nobody may.</summary>
    public RequestDelegate? Scrape { get; private set; }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        // With our configuration the SDK reads every OTEL_ setting from where all others come from.
        MeterProviderBuilder metrics = Sdk.CreateMeterProviderBuilder()
            .ConfigureServices(services => services.AddSingleton(configuration))
            .ConfigureResource(Describe)
            .AddMeter(GatewayTelemetry.Name, Runtime)
            .AddView(Shape);
        if (watch is not null)
        {
            _traces = Sdk.CreateTracerProviderBuilder()
                .ConfigureServices(services => services.AddSingleton(configuration))
                .ConfigureResource(Describe)
                .AddSource(GatewayTelemetry.Name)
                .AddOtlpExporter()
                .Build();
            metrics.AddOtlpExporter();
        }

        if (isScraped)
        {
            metrics.AddPrometheusExporter(prometheus => (prometheus.ScopeInfoEnabled, prometheus.ScrapeResponseCacheDurationMilliseconds) = (false, 0));
        }

        _metrics = metrics.Build();
        Scrape = isScraped ? new ApplicationBuilder(services).UseOpenTelemetryPrometheusScrapingEndpoint(_metrics, _ => true, null, null, null).Build() : null;
        if (watch is not null)
        {
            // A collector that cannot be reached is found out now, beside the start, and not with the first request.
            _ = Task.Run(() => _metrics.ForceFlush(FlushMilliseconds), CancellationToken.None);
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.WhenAll(
        Task.Run(() => _traces?.Shutdown(FlushMilliseconds), cancellationToken),
        Task.Run(() => _metrics?.Shutdown(FlushMilliseconds), cancellationToken));

    public void Dispose()
    {
        _traces?.Dispose();
        _metrics?.Dispose();
    }

    private MetricStreamConfiguration? Shape(Instrument instrument) =>
        !gauges.MayShow(instrument) ? MetricStreamConfiguration.Drop
        : instrument == GatewayTelemetry.Cost || instrument == GatewayTelemetry.TeamTokens || instrument == GatewayTelemetry.Requests ? new MetricStreamConfiguration { CardinalityLimit = MostSeries }
        : null;

    /// <summary>The name first, so that <c>OTEL_SERVICE_NAME</c> and <c>OTEL_RESOURCE_ATTRIBUTES</c> win.</summary>
    private static void Describe(ResourceBuilder resource) =>
        resource.Clear().AddService(ServiceName).AddTelemetrySdk().AddEnvironmentVariableDetector();
}
