using Gateway.Diagnostics;
using Microsoft.Extensions.Logging;

namespace Gateway.Requests;

/// <summary>One line for each request. Never content, never keys.</summary>
public sealed partial class RequestLog(ILoggerFactory loggers)
{
    /// <summary>A report is cut to as much where it is made.</summary>
    private const int MaxReport = 512;

    private const int FirstError = 400;

    private static readonly EventId s_completed = new(1, nameof(Completed));
    private static readonly EventId s_stranger = new(4, "Stranger");

    private readonly ILogger _logger = loggers.CreateLogger("Gateway.Http.RequestLog");

    public void Completed(RequestRecord record, TimeSpan elapsed)
    {
        LogLevel level = IsQuiet(record) ? LogLevel.Debug : LogLevel.Information;
        if (_logger.IsEnabled(level))
        {
            _logger.Log(level, record.Stranger is null ? s_completed : s_stranger, new RequestLine(record, elapsed), null, static (line, _) => line.ToString());
        }

        if (record.Report is not null)
        {
            Translated(_logger, record.RequestId, LogText.Of(record.Report, MaxReport));
        }
    }

    public void Failed(RequestRecord record, Exception exception) => Failed(_logger, record.RequestId, exception);

    /// <summary>Whoever comes without a key must not fill the log: strangers are told of once a minute. Nor must those who ask every few seconds.</summary>
    private static bool IsQuiet(RequestRecord record) =>
        record.Stranger is not null || (record.IsProbe && (record.Status < FirstError || record.Caller is null));

    [LoggerMessage(2, LogLevel.Error, "{RequestId} failed inside the gateway")]
    private static partial void Failed(ILogger logger, string requestId, Exception exception);

    [LoggerMessage(3, LogLevel.Debug, "{RequestId} translation: {Report}")]
    private static partial void Translated(ILogger logger, string requestId, string report);
}
