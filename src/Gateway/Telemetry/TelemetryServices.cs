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
