using Gateway.Diagnostics;
using Microsoft.Extensions.Logging;

namespace Gateway.Requests;

/// <summary>One line for each request. Never content, never keys.</summary>
public sealed partial class RequestLog(ILoggerFactory loggers)
{
    /// <summary>A report is cut to as much where it is made.</summary>
    private const int MaxReport = 512;

    private readonly ILogger _logger = loggers.CreateLogger("Gateway.Http.RequestLog");

    public void Completed(RequestRecord record, TimeSpan elapsed)
    {
        AttemptRecord? last = record.Attempts.LastOrDefault();
        string? error = (record.Error ?? record.StreamError)?.Type.ToString();
        if (record.Stranger is not null)
        {
            // Whoever comes without a key must not fill the log: strangers are told of once a minute.
            Stranger(_logger, record.RequestId, record.Status, (long)elapsed.TotalMilliseconds, error);
            return;
        }

        Completed(_logger, record.RequestId, record.Status, LogText.Of(record.RequestedModel), LogText.Of(last?.Target.ToString()), record.Attempts.Count, record.Stream,
            record.Usage.TotalInput, record.Usage.Output, (long)elapsed.TotalMilliseconds, error, record.ClientLeft);
        if (record.Report is not null)
        {
            Translated(_logger, record.RequestId, LogText.Of(record.Report, MaxReport));
        }
    }

    public void Failed(RequestRecord record, Exception exception) => Failed(_logger, record.RequestId, exception);

    [LoggerMessage(1, LogLevel.Information, "{RequestId} {Status} model={Model} upstream={Upstream} attempts={Attempts} stream={Stream} input={InputTokens} output={OutputTokens} ms={Milliseconds} error={Error} left={ClientLeft}")]
    private static partial void Completed(ILogger logger, string requestId, int status, string? model, string? upstream, int attempts, bool stream, long inputTokens, long outputTokens, long milliseconds, string? error, bool clientLeft);

    [LoggerMessage(4, LogLevel.Debug, "{RequestId} {Status} caller unknown ms={Milliseconds} error={Error}")]
    private static partial void Stranger(ILogger logger, string requestId, int status, long milliseconds, string? error);

    [LoggerMessage(2, LogLevel.Error, "{RequestId} failed inside the gateway")]
    private static partial void Failed(ILogger logger, string requestId, Exception exception);

    [LoggerMessage(3, LogLevel.Debug, "{RequestId} translation: {Report}")]
    private static partial void Translated(ILogger logger, string requestId, string report);
}
