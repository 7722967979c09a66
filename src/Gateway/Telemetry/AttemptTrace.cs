using System.Diagnostics;
using Gateway.Diagnostics;
using Gateway.Requests;
using Gateway.Routing;
using Gateway.Translation.Hub;

namespace Gateway.Telemetry;

/// <summary>The span and the metrics of one call of an upstream; how it went is read from the request's record.</summary>
internal sealed class AttemptTrace : IDisposable
{
    private readonly RequestRecord _record;
    private readonly TimeProvider _time;
    private readonly long _started;
    private readonly int _before;
    private readonly TagList _tags;
    private readonly Activity? _span;

    private AttemptTrace(Target target, RequestRecord record, TimeProvider time)
    {
        _record = record;
        _time = time;
        _started = time.GetTimestamp();
        _before = record.Attempts.Count;
        _tags = TagsOf(target);
        GatewayTelemetry.ActiveCalls.Add(1, _tags);
        _span = GatewayTelemetry.Source.StartActivity(ActivityKind.Client, tags: TagsOf(target, target.UpstreamModel), name: $"{GenAiNames.Chat} {target.UpstreamModel}");
    }

    /// <summary>Null when nobody listens.</summary>
    public static AttemptTrace? Begin(Target target, RequestRecord record, TimeProvider time) =>
        GatewayTelemetry.Source.HasListeners() || GatewayTelemetry.OperationDuration.Enabled ? new AttemptTrace(target, record, time) : null;

    /// <summary>What was asked of whom, for metrics: every new name would be a series that is kept.</summary>
    public static TagList TagsOf(Target target) => TagsOf(target, target.Series);

    private static TagList TagsOf(Target target, string model) => new()
    {
        { GenAiNames.OperationName, GenAiNames.Chat },
        { GenAiNames.ProviderName, ProviderNames.Of(target.Provider) },
        { GenAiNames.RequestModel, model },
    };

    public void Dispose()
    {
        GatewayTelemetry.ActiveCalls.Add(-1, _tags);

        // An attempt that an exception ended has no record of its own: the client left, or the host stops.
        bool ended = _record.Attempts.Count > _before;
        string? error = ended ? RequestTrace.ErrorName(_record.Attempts[^1].Error) : GenAiNames.Canceled;
        TagList tags = _tags;
        if (error is not null)
        {
            tags.Add(GenAiNames.ErrorType, error);
            _span?.SetTag(GenAiNames.ErrorType, error).SetStatus(ActivityStatusCode.Error);
        }

        GatewayTelemetry.OperationDuration.Record(_time.GetElapsedTime(_started).TotalSeconds, tags);

        // A refusal costs nothing; a stream that broke off has used what it has used.
        if (!ended || error is null || ReferenceEquals(_record.Attempts[^1].Error, _record.StreamError))
        {
            AddUsage(_record.Usage);
            if (error is null && _record.FirstTokenAt is { } first)
            {
                GatewayTelemetry.TimeToFirstChunk.Record(_time.GetElapsedTime(_started, first).TotalSeconds, tags);
            }
        }

        _span?.Dispose();
    }

    private void AddUsage(TokenUsage usage)
    {
        TagList tags = _tags;
        tags.Add(new(GenAiNames.UsageEstimated, usage.Estimated));
        MeasureTokens("input", usage.TotalInput, tags);
        MeasureTokens("output", usage.Output, tags);
        _span?.SetTag(GenAiNames.InputTokens, usage.TotalInput)
            .SetTag(GenAiNames.OutputTokens, usage.Output)
            .SetTag(GenAiNames.CacheReadTokens, usage.CacheRead)
            .SetTag(GenAiNames.CacheCreationTokens, usage.CacheWrite)
            .SetTag(GenAiNames.ReasoningTokens, usage.Reasoning)
            .SetTag(GenAiNames.UsageEstimated, usage.Estimated);
    }

    private static void MeasureTokens(string type, long tokens, TagList tags)
    {
        tags.Add(GenAiNames.TokenType, type);
        GatewayTelemetry.TokenUsage.Record(tokens, tags);
    }
}
