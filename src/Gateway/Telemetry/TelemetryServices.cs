using Gateway.Bounds;
using Gateway.Metering.Usage;
using Gateway.Storage;
using Gateway.Telemetry.Content;
using Gateway.Upstreams;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Gateway.Telemetry;

/// <summary>Registers the export of telemetry, if there is a collector to export to or Prometheus may come.</summary>
internal static class TelemetryServices
{
    private const string EndpointSetting = "OTEL_EXPORTER_OTLP_ENDPOINT";

    public static IServiceCollection AddTelemetry(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton(ContentCapture.Read(configuration));
        services.AddSingleton(_ => new TeamSeries());
        bool sends = configuration[EndpointSetting] is { Length: > 0 };
        bool isScraped = PrometheusOptions.Read(configuration).Access != PrometheusAccess.Off;
        if (sends)
        {
            services.AddSingleton(provider => new OtlpWatch(provider.GetRequiredService<ILoggerFactory>(), provider.GetRequiredService<TimeProvider>()));
        }

        if (sends || isScraped)
        {
            services.AddSingleton(provider => new InstanceGauges(
                provider.GetRequiredService<TargetHealth>(), provider.GetRequiredService<CallSlots>(), provider.GetRequiredService<UsageBuffer>(), provider.GetService<TableStorage>()));
            services.AddSingleton(provider => new TelemetryExport(configuration, provider.GetService<OtlpWatch>(), isScraped, provider.GetRequiredService<InstanceGauges>(), provider));
            services.AddSingleton<IHostedService>(provider => provider.GetRequiredService<TelemetryExport>());
        }

        return services;
    }

    public static IEnumerable<string> Mistakes(IConfiguration configuration)
    {
        if (configuration[EndpointSetting] is { Length: > 0 } endpoint && (!Uri.TryCreate(endpoint, UriKind.Absolute, out Uri? url) || url.Scheme is not ("http" or "https")))
        {
            // The SDK would only tell its own event source.
            yield return $"{EndpointSetting} is no http(s) address. Set it to that of a collector, such as http://127.0.0.1:4317.";
        }

        foreach (string mistake in ContentCapture.Mistakes(configuration))
        {
            yield return mistake;
        }
    }
}
