namespace Gateway.Diagnostics;

/// <summary>
/// Names of the OpenTelemetry semantic conventions for generative AI, as of version 1.41 (still in development there,
/// so they are written down once), of HTTP, and the gateway's own below <c>gateway.</c>.
/// </summary>
internal static class GenAiNames
{
    public const string OperationName = "gen_ai.operation.name";
    public const string ProviderName = "gen_ai.provider.name";
    public const string RequestModel = "gen_ai.request.model";
    public const string ResponseModel = "gen_ai.response.model";
    public const string InputTokens = "gen_ai.usage.input_tokens";
    public const string OutputTokens = "gen_ai.usage.output_tokens";
    public const string CacheReadTokens = "gen_ai.usage.cache_read.input_tokens";
    public const string CacheCreationTokens = "gen_ai.usage.cache_creation.input_tokens";
    public const string ReasoningTokens = "gen_ai.usage.reasoning.output_tokens";
    public const string SystemInstructions = "gen_ai.system_instructions";
    public const string InputMessages = "gen_ai.input.messages";
    public const string OutputMessages = "gen_ai.output.messages";
    public const string TokenType = "gen_ai.token.type";
    public const string ErrorType = "error.type";

    /// <summary>The one operation that the gateway's upstreams do.</summary>
    public const string Chat = "chat";

    public const string HttpMethod = "http.request.method";
    public const string HttpRoute = "http.route";
    public const string HttpStatus = "http.response.status_code";

    public const string RequestId = "gateway.request.id";
    public const string Team = "gateway.team";
    public const string KeyId = "gateway.key.id";
    public const string Client = "gateway.client";

    /// <summary>Followed by the name of a tag.</summary>
    public const string TagPrefix = "gateway.tag.";

    public const string Stream = "gateway.stream";
    public const string Attempts = "gateway.attempts";
    public const string UsageEstimated = "gateway.usage.estimated";

    public const string TokenUsageMetric = "gen_ai.client.token.usage";
    public const string OperationDurationMetric = "gen_ai.client.operation.duration";
    public const string TimeToFirstChunkMetric = "gen_ai.client.operation.time_to_first_chunk";
    public const string RequestDurationMetric = "gen_ai.server.request.duration";
    public const string TimeToFirstTokenMetric = "gen_ai.server.time_to_first_token";
    public const string TimePerOutputTokenMetric = "gen_ai.server.time_per_output_token";
    public const string RequestsMetric = "gateway.requests";

    public const string AuthRefusedMetric = "gateway.auth.refused";
    public const string RefusalReason = "gateway.refusal.reason";

    public const string LimitsMetric = "gateway.limits.exceeded";
    public const string LimitMode = "gateway.limit.mode";

    public const string ActiveRequestsMetric = "gateway.requests.active";
    public const string ActiveCallsMetric = "gateway.upstream.calls.active";

    /// <summary>The currency is in the name, and in braces no unit: exporters would put it into the name once more.</summary>
    public const string CostMetric = "gateway.cost.usd";
    public const string UnpricedMetric = "gateway.requests.unpriced";
    public const string TeamTokensMetric = "gateway.tokens";
    public const string TokenKind = "gateway.token.kind";

    public const string Target = "gateway.target";
    public const string TargetStateMetric = "gateway.target.state";
    public const string QueueMetric = "gateway.requests.queued";
    public const string UsageWaitingMetric = "gateway.usage.waiting";
    public const string UsageLostMetric = "gateway.usage.lost";
    public const string StorageFailingMetric = "gateway.storage.failing";
    public const string UptimeMetric = "process.uptime";
    public const string MemoryMetric = "process.memory.usage";

    public const string Authenticate = "authenticate";
    public const string Admit = "admit";
    public const string Route = "route";
    public const string Translate = "translate";
    public const string CountTokens = "count_tokens";

    /// <summary>The value of <see cref="ErrorType"/> when the client left or the host stopped.</summary>
    public const string Canceled = "canceled";
}
