using Gateway.Telemetry.Content;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Gateway.Telemetry;

/// <summary>Registers the export of telemetry, if there is a collector to export to.</summary>
internal static class TelemetryServices
{
    private const string EndpointSetting = "OTEL_EXPORTER_OTLP_ENDPOINT";

    public static IServiceCollection AddTelemetry(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton(ContentCapture.Read(configuration));
        return configuration[EndpointSetting] is { Length: > 0 }
            ? services.AddSingleton<IHostedService>(_ => new TelemetryExport(configuration))
            : services;
    }
}
