using System.Text.Json;
using System.Threading.Channels;
using Gateway.Authentication.Access;
using Gateway.Diagnostics;
using Microsoft.Extensions.Logging;

namespace Gateway.Metering.Usage;

/// <summary>
/// Counts requests whose caller was not let in. Whoever has no key must cost nothing: no row, no line in the log and no
/// memory for each of them, however many come.
/// </summary>
public sealed partial class StrangerBook
{
    /// <summary>Keys that were revoked or have expired are counted each by itself, as long as they are so few.</summary>
    private const int MostKeys = 1_000;

    private readonly Lock _lock = new();
    private readonly Dictionary<Kind, long> _counts = [];
    private readonly Channel<bool> _signal = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly Dictionary<RefusalReason, LogInterval> _intervals;
    private readonly ILogger _logger;

    public StrangerBook(TimeProvider time, ILoggerFactory loggers)
    {
        _logger = loggers.CreateLogger("Gateway.Metering.StrangerBook");
        _intervals = Enum.GetValues<RefusalReason>().ToDictionary(reason => reason, _ => new LogInterval(time));
    }

    /// <summary>Those who are counted together.</summary>
    internal sealed record Kind(RefusalReason Reason, int Status, RefusedKey? Key);

    /// <param name="refused">Why it was not let in.</param>
    /// <param name="requestId">For the one line a minute.</param>
    /// <param name="metered">It asked for what leaves usage.</param>
    internal void Add(AuthenticationResult.Refused refused, string requestId, bool metered)
    {
        string reason = NameOf(refused.Reason);
        GatewayTelemetry.AuthRefused.Add(1, new KeyValuePair<string, object?>(GenAiNames.RefusalReason, reason));
        if (_intervals[refused.Reason].TryBegin())
        {
            // Why somebody could not be checked, whoever could not check has said.
            Told(_logger, refused.Reason == RefusalReason.Unchecked ? LogLevel.Debug : LogLevel.Warning, requestId, reason);
        }

        if (!metered)
        {
            return;
        }

        lock (_lock)
        {
            Kind kind = new(refused.Reason, refused.Error.Status, refused.Key);
            kind = _counts.ContainsKey(kind) || _counts.Count < MostKeys ? kind : kind with { Key = null };
            _counts[kind] = _counts.GetValueOrDefault(kind) + 1;
        }

        _signal.Writer.TryWrite(true);
    }

    /// <summary>Ends when somebody was refused since the last time.</summary>
    internal async Task WaitAsync(CancellationToken cancellationToken) => await _signal.Reader.ReadAsync(cancellationToken);

    /// <summary>What was counted since it was taken last.</summary>
    internal IReadOnlyList<(Kind Kind, long Requests)> Take()
    {
        lock (_lock)
        {
            (Kind, long)[] taken = [.. _counts.Select(count => (count.Key, count.Value))];
            _counts.Clear();
            return taken;
        }
    }

    /// <summary>As metrics, logs and rows say it: <c>invalid_key</c>.</summary>
    internal static string NameOf(RefusalReason reason) => JsonNamingPolicy.SnakeCaseLower.ConvertName(reason.ToString());

    [LoggerMessage(EventId = 25, Message = "{RequestId} was refused before its caller was known: {Reason}. Others of the next minute are counted and not named; Debug names each")]
    private static partial void Told(ILogger logger, LogLevel level, string requestId, string reason);
}
