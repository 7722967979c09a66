using System.Collections.Concurrent;
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
    private readonly ConcurrentDictionary<string, Collector> _collectors = new(StringComparer.Ordinal);

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

    private Collector Of(Uri address) => _collectors.GetOrAdd(address.Authority, static (_, time) => new Collector(time), time);

    private void Failed(Uri address, string reason)
    {
        if (Of(address).Fail(Shown(address)) is { } failures)
        {
            Unsent(_logger, Shown(address), reason, failures);
        }
    }

    private void Worked(Uri address)
    {
        if (Of(address).Work(Shown(address), Shown(new Uri(address, "/"))) is { } failures)
        {
            SentAgain(_logger, Shown(address), failures);
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

    /// <summary>What is known of one server.</summary>
    private sealed class Collector(TimeProvider time)
    {
        private readonly Lock _lock = new();
        private readonly LogInterval _warnings = new(time, LogInterval.Seldom);

        /// <summary>Addresses to which the last export failed. Some failures name the server alone.</summary>
        private readonly HashSet<string> _failing = new(StringComparer.Ordinal);
        private int _failures;
        private bool _told;

        /// <summary>How many failed so far, when that is to be said.</summary>
        public int? Fail(string address)
        {
            lock (_lock)
            {
                _failures++;
                _failing.Add(address);
                if (!_warnings.TryBegin())
                {
                    return null;
                }

                _told = true;
                return _failures;
            }
        }

        /// <summary>How many failed before, when it is to be said that they do no more.</summary>
        public int? Work(string address, string server)
        {
            lock (_lock)
            {
                if (!(_failing.Remove(address) | _failing.Remove(server)) || _failing.Count > 0)
                {
                    return null;
                }

                int? failures = _told ? _failures : null;
                (_failures, _told) = (0, false);
                return failures;
            }
        }
    }
}
