using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Gateway.Diagnostics;

/// <summary>
/// All that the gateway measures. While nothing listens, spans are null and measurements return at once. Bucket
/// boundaries are those of the conventions.
/// </summary>
internal static class GatewayTelemetry
{
    /// <summary>Name of the source and of the meter.</summary>
    public const string Name = "Gateway";

    private static readonly double[] s_durations = [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92];

    private static readonly double[] s_firsts = [0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

    public static readonly ActivitySource Source = new(Name);

    private static readonly Meter s_meter = new(Name);

    public static readonly Histogram<long> TokenUsage = s_meter.CreateHistogram(
        GenAiNames.TokenUsageMetric, "{token}", "Tokens of one call of an upstream, by type.", null,
        new InstrumentAdvice<long> { HistogramBucketBoundaries = [1, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216, 67108864] });

    public static readonly Histogram<double> OperationDuration = Seconds(
        GenAiNames.OperationDurationMetric, "Duration of one call of an upstream.", s_durations);

    public static readonly Histogram<double> TimeToFirstChunk = Seconds(
        GenAiNames.TimeToFirstChunkMetric, "From the call of an upstream to the first event of its streamed answer.", s_firsts);

    public static readonly Histogram<double> RequestDuration = Seconds(
        GenAiNames.RequestDurationMetric, "Duration of a completion, from the request to its last byte.", s_durations);

    public static readonly Histogram<double> TimeToFirstToken = Seconds(
        GenAiNames.TimeToFirstTokenMetric, "From the request to the first event of a streamed answer; pings do not count.", s_firsts);

    public static readonly Histogram<double> TimePerOutputToken = Seconds(
        GenAiNames.TimePerOutputTokenMetric, "Time per token after the first of a streamed answer.",
        [0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1, 2.5]);

    public static readonly Counter<long> Requests = s_meter.CreateCounter<long>(
        GenAiNames.RequestsMetric, "{request}", "Requests of any kind, by route and status.");

    public static readonly Counter<long> Limits = s_meter.CreateCounter<long>(
        GenAiNames.LimitsMetric, "{request}", "Requests that a limit refused, or would have refused had it not only to report.");

    public static readonly Counter<long> AuthRefused = s_meter.CreateCounter<long>(
        GenAiNames.AuthRefusedMetric, "{request}", "Requests whose caller was not let in, by reason.");

    public static readonly UpDownCounter<long> ActiveRequests = s_meter.CreateUpDownCounter<long>(
        GenAiNames.ActiveRequestsMetric, "{request}", "Requests that are being served; probes do not count.");

    public static readonly UpDownCounter<long> ActiveCalls = s_meter.CreateUpDownCounter<long>(
        GenAiNames.ActiveCallsMetric, "{call}", "Calls of upstreams that are under way.");

    public static readonly Counter<double> Cost = s_meter.CreateCounter<double>(
        GenAiNames.CostMetric, "{USD}", "What requests cost in USD, by team, where the price is known.");

    public static readonly Counter<long> Unpriced = s_meter.CreateCounter<long>(
        GenAiNames.UnpricedMetric, "{request}", "Requests that used tokens whose price nobody said.");

    public static readonly Counter<long> TeamTokens = s_meter.CreateCounter<long>(
        GenAiNames.TeamTokensMetric, "{token}", "Tokens by team; each counts once, as one of the kinds.");

    /// <summary>A span for one stage of the way. Null when nobody listens.</summary>
    public static Activity? Stage(string name, ActivityKind kind = ActivityKind.Internal) => Source.StartActivity(name, kind);

    private static Histogram<double> Seconds(string name, string description, double[] boundaries) =>
        s_meter.CreateHistogram(name, "s", description, null, new InstrumentAdvice<double> { HistogramBucketBoundaries = boundaries });
}
