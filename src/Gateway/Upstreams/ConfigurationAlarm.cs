using System.Collections.Concurrent;
using Gateway.Diagnostics;
using Gateway.Routing;
using Gateway.Translation.Errors;
using Microsoft.Extensions.Logging;

namespace Gateway.Upstreams;

/// <summary>
/// Refusals that only the operator can cure. While another target answers, no client complains, so the log must say it:
/// as an error, once a minute for each target and not for each request.
/// </summary>
public sealed partial class ConfigurationAlarm
{
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly TargetAlerts? _alerts;

    /// <summary>For each target; by names that the operator wrote, so that clients cannot make it grow.</summary>
    private readonly ConcurrentDictionary<(string Provider, string Series), LogInterval> _named = new();

    internal ConfigurationAlarm(TimeProvider time, ILoggerFactory loggers, TargetAlerts? alerts = null) =>
        (_time, _logger, _alerts) = (time, loggers.CreateLogger("Gateway.Upstreams.ConfigurationAlarm"), alerts);

    internal void Hear(UpstreamCall call, Outcome outcome)
    {
        Target target = call.Request.Target;
        if (outcome is not Refusal { IsBlameless: false } refusal || call.Request.ClientCredential is not null || Mistake(target, refusal.Error) is not { } mistake)
        {
            return;
        }

        if (_named.GetOrAdd((target.Provider.Name, target.Series), static (_, time) => new LogInterval(time), _time).TryBegin())
        {
            Misconfigured(_logger, LogText.Of(target.ToString()), mistake, refusal.UpstreamStatus);
            _alerts?.Misconfigured(target, mistake);
        }
    }

    /// <summary>Forgets what has changed or is gone: what was not mended is to be named again.</summary>
    internal void Keep(Unchanged unchanged)
    {
        foreach ((string Provider, string Series) target in _named.Keys.Where(target => !unchanged.HasTarget(target.Provider, target.Series)))
        {
            _named.TryRemove(target, out _);
        }
    }

    /// <summary>Null when it is not the operator's. The upstream's own words may quote the request.</summary>
    private static string? Mistake(Target target, GatewayError error) => error.Type switch
    {
        _ when error.Code == GatewayError.FilterCode => null,
        _ when error.Code == GatewayError.NoApiCode => "what answers at its BaseUrl is no API, or has another path",
        ErrorType.Billing => "its account is empty",
        ErrorType.Permission => "the gateway may not use this model there",
        _ when error.OfCredentials => target.Provider is { ApiKey: null, Cloud: null, TokenScope: { } scope }
            ? $"it refuses the token of the gateway's identity, which is for {scope}{(TokenScopes.OtherThan(scope) is { } other ? $"; some resources want TokenScope to be {other}" : "")}"
            : "it refuses the gateway's credentials",

        // Under a wildcard clients make up names.
        ErrorType.NotFound when target.Series == target.UpstreamModel => "it has no such model",
        _ => null,
    };

    [LoggerMessage(15, LogLevel.Error, "{Target} cannot be used: {Mistake} (HTTP {Status}). Check its settings under Gateway:Providers and Gateway:Models")]
    private static partial void Misconfigured(ILogger logger, string target, string mistake, int? status);
}
