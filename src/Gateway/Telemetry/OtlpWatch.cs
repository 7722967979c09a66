using System.Diagnostics.Tracing;
using Gateway.Diagnostics;
using Microsoft.Extensions.Logging;

namespace Gateway.Telemetry;

/// <summary>
/// Says that the collector does not take what is sent, which the exporter tells its own event source only: once, then
/// seldom, and once when it does again.
/// </summary>
internal sealed partial class OtlpWatch(ILoggerFactory loggers, TimeProvider time) : EventListener
{
    private const string Exporter = "OpenTelemetry-Exporter-OpenTelemetryProtocol";

    private readonly ILogger _logger = loggers.CreateLogger("Gateway.Telemetry.OtlpWatch");
    private readonly Lock _lock = new();
    private readonly LogInterval _warnings = new(time, LogInterval.Seldom);

    /// <summary>Addresses to which the last export failed. Some failures name the server alone.</summary>
    private readonly HashSet<string> _failing = new(StringComparer.Ordinal);
    private int _failures;
    private bool _told;

    protected override void OnEventSourceCreated(EventSource eventSource)
    {
        if (eventSource.Name == Exporter)
        {
            EnableEvents(eventSource, EventLevel.Informational);
        }
    }

    protected override void OnEventWritten(EventWrittenEventArgs eventData)
    {
        if (eventData is not { EventSource.Name: Exporter, Payload: [string endpoint, ..] payload } || !Uri.TryCreate(endpoint, UriKind.Absolute, out Uri? address))
        {
            return;
        }

        switch (eventData.EventName)
        {
            case "ExportSuccess":
                Worked(address);
                break;
            case "FailedToReachCollector" or "TransientHttpError" or "OperationUnexpectedlyCanceled" or "RequestTimedOut" or "GrpcStatusWarning":
                Failed(address, ReasonOf(payload[1]));
                break;
            case "HttpRequestFailed":
                Failed(address, ReasonOf(payload[2]));
                break;
            case "ExportFailure":
                Failed(address, ReasonOf($"{payload[1]} {payload[2]}"));
                break;
        }
    }

    private void Failed(Uri address, string reason)
    {
        lock (_lock)
        {
            _failures++;
            _failing.Add(Shown(address));
            if (_warnings.TryBegin())
            {
                _told = true;
                Unsent(_logger, Shown(address), reason, _failures);
            }
        }
    }

    private void Worked(Uri address)
    {
        lock (_lock)
        {
            bool failed = _failing.Remove(Shown(address)) | _failing.Remove(Shown(new Uri(address, "/")));
            if (failed && _failing.Count == 0)
            {
                if (_told)
                {
                    SentAgain(_logger, Shown(address), _failures);
                }

                (_failures, _told) = (0, false);
            }
        }
    }

    /// <summary>Without user and query, which may be keys.</summary>
    private static string Shown(Uri address) => LogText.Of(address.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped));

    /// <summary>The message of an exception that was written with its type in front and its stack below.</summary>
    private static string ReasonOf(object? exception)
    {
        string line = LogText.FirstLine(exception?.ToString() ?? "");
        int colon = line.IndexOf(": ", StringComparison.Ordinal);
        string text = colon > 0 && !line.AsSpan(0, colon).Contains(' ') && line.AsSpan(0, colon).EndsWith("Exception") ? line[(colon + 2)..] : line;
        return text.EndsWith('.') ? text : text + ".";
    }

    [LoggerMessage(80, LogLevel.Warning, "Traces and metrics cannot be sent to {Address}: {Reason} Exports that failed: {Failures}; requests are served all the same. Look at OTEL_EXPORTER_OTLP_ENDPOINT and OTEL_EXPORTER_OTLP_PROTOCOL. This is said again in 10 minutes at the earliest")]
    private static partial void Unsent(ILogger logger, string address, string reason, int failures);

    [LoggerMessage(81, LogLevel.Information, "Traces and metrics are sent to {Address} again; exports that failed: {Failures}")]
    private static partial void SentAgain(ILogger logger, string address, int failures);
}
