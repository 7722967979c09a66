using System.Diagnostics;
using Gateway.Diagnostics;
using Gateway.Translation.Hub;
using Microsoft.Extensions.Configuration;

namespace Gateway.Telemetry.Content;

/// <summary>Whether spans hold what was asked and answered: only if the operator switched that on by name.</summary>
public sealed class ContentCapture(bool enabled)
{
    private const string Setting = "OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT";

    public static ContentCapture Read(IConfiguration configuration) => new(IsOn(configuration) ?? false);

    /// <summary>What is wrong with the setting.</summary>
    public static IEnumerable<string> Mistakes(IConfiguration configuration) =>
        IsOn(configuration) is null ? [$"{Setting} must be true (or SPAN_ONLY), so that spans hold messages and answers, or false (or NO_CONTENT)."] : [];

    /// <summary>Null for a value that it cannot have.</summary>
    private static bool? IsOn(IConfiguration configuration) => configuration[Setting]?.Trim().ToLowerInvariant() switch
    {
        null or "" or "false" or "no_content" => false,
        "true" or "span_only" => true,
        _ => null,
    };

    /// <summary>For the attempt whose span is current. Null when its content is nobody's business.</summary>
    internal CapturedContent? Begin(ApiForm form, ReadOnlyMemory<byte> request, bool stream) =>
        enabled && Activity.Current is { IsAllDataRequested: true } span && span.Source == GatewayTelemetry.Source
            ? new CapturedContent(span, form, request, stream)
            : null;
}
