using Gateway.Diagnostics;
using Gateway.Translation.Errors;
using Microsoft.Extensions.Logging;

namespace Gateway.Upstreams;

/// <summary>A warning for each call that failed, with all that an operator needs to find out why. No key, no content.</summary>
public sealed partial class FailureLog(ILoggerFactory loggers)
{
    /// <summary>The words of the gateway, and as many of the upstream as are kept of them.</summary>
    private const int MaxReason = 512;

    private readonly ILogger _logger = loggers.CreateLogger("Gateway.Upstreams.FailureLog");

    /// <summary>Comes back with the outcome, whatever it is.</summary>
    internal Outcome Heard(string requestId, UpstreamCall call, Outcome outcome)
    {
        if (outcome.Reason is { } reason && outcome is not (Outcome.Stopped or Refusal { Error.Code: GatewayError.StoppedCode }))
        {
            UpstreamRequest request = call.Request;
            string status = outcome.UpstreamStatus is { } number ? $"HTTP {number}" : "no answer";
            Failed(_logger, requestId, LogText.Of(request.Target.Provider.Name), LogText.Of(request.Target.ToString()), LogText.Of(UpstreamClient.AddressOf(request)), status, LogText.Of(reason, MaxReason));
        }

        return outcome;
    }

    [LoggerMessage(16, LogLevel.Warning, "{RequestId} provider={Provider}: {Target} at {Address} failed ({UpstreamStatus}): {Reason}")]
    private static partial void Failed(ILogger logger, string requestId, string provider, string target, string address, string upstreamStatus, string reason);
}
