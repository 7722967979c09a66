using System.Diagnostics;
using Gateway.Diagnostics;
using Gateway.Settings;
using Gateway.Translation.Hub;
using Microsoft.Extensions.Configuration;

namespace Gateway.Telemetry.Content;

/// <summary>Whether spans hold what was asked and answered: only if the operator switched that on by name.</summary>
public sealed class ContentCapture(bool enabled)
{
    private const string Setting = "OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT";

    /// <exception cref="ConfigurationException">The setting has another value than those it may have.</exception>
    public static ContentCapture Read(IConfiguration configuration) => new(configuration[Setting]?.Trim().ToLowerInvariant() switch
    {
        null or "" or "false" or "no_content" => false,
        "true" or "span_only" => true,
        _ => throw new ConfigurationException([$"{Setting} must be true (or SPAN_ONLY), so that spans hold messages and answers, or false (or NO_CONTENT)."]),
    });

    /// <summary>For the attempt whose span is current. Null when its content is nobody's business.</summary>
    internal CapturedContent? Begin(ApiForm form, ReadOnlyMemory<byte> request, bool stream) =>
        enabled && Activity.Current is { IsAllDataRequested: true } span && span.Source == GatewayTelemetry.Source
            ? new CapturedContent(span, form, request, stream)
            : null;
}
