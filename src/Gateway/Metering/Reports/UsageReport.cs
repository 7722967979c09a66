using System.Text.Json.Serialization;
using Gateway.Metering.Usage;
using Gateway.Storage;

namespace Gateway.Metering.Reports;

/// <summary>Who used what in a span of days, as operators read it.</summary>
public sealed record UsageReport(DateOnly From, DateOnly To, UsageGrouping By, IReadOnlyList<UsageReportRow> Rows, UsageReportRow Total)
{
    /// <summary>The name of the tag that it is by, when it is one.</summary>
    public string? Tag { get; init; }

    /// <summary>Requests of the facet that totals count together: some more of what was asked for may be among them. Null for none.</summary>
    public long? UncountedRequests { get; init; }
}

/// <summary>One line. It has those names that it is about; a request that was refused early has no key or model.</summary>
public sealed record UsageReportRow
{
    public DateOnly? Day { get; init; }

    public string? KeyId { get; init; }

    public string? Team { get; init; }

    /// <summary>As the token named who called.</summary>
    public string? Person { get; init; }

    /// <summary>As in the header <c>x-gateway-upstream</c>.</summary>
    public string? Model { get; init; }

    public string? Provider { get; init; }

    /// <summary>The model that was asked for.</summary>
    public string? RequestedModel { get; init; }

    /// <summary>The family of programs that sent the requests.</summary>
    public string? Client { get; init; }

    /// <summary>What the tag says that the report is by; without it are the requests that do not have the tag.</summary>
    public string? Tag { get; init; }

    /// <summary>The same where the report is by several tags: those that the requests have.</summary>
    public IReadOnlyDictionary<string, string>? Tags { get; init; }

    public string? Session { get; init; }

    /// <summary>Who answers for the keys, as they say today.</summary>
    public string? Owner { get; init; }

    public required long Requests { get; init; }

    /// <summary>Refused by the gateway itself.</summary>
    public required long Refused { get; init; }

    /// <summary>Ended in an error after an upstream was called.</summary>
    public required long Failed { get; init; }

    public required ReceiptTokens Tokens { get; init; }

    /// <summary>Without the <see cref="UnpricedRequests"/>.</summary>
    public required decimal CostUsd { get; init; }

    /// <summary>Requests whose cost nobody knows.</summary>
    public required long UnpricedRequests { get; init; }

    /// <summary>Answered by the response cache.</summary>
    public long CachedRequests { get; init; }

    /// <summary>When the newest of them began; null where nobody knows.</summary>
    public DateTimeOffset? LastRequestAt { get; init; }

    /// <summary>How long those took that were answered; null where there are none, or none that is known of.</summary>
    public UsagePercentiles? LatencyMs { get; init; }

    /// <summary>Of the streams among them: until the client was sent the first byte.</summary>
    public UsagePercentiles? FirstTokenMs { get; init; }

    public static UsageReportRow Of(RollupTotals totals) => new()
    {
        Requests = totals.Requests,
        Refused = totals.Refused,
        Failed = totals.Failed,
        Tokens = ReceiptTokens.Of(totals.Tokens),
        CostUsd = UsdText.Plain(totals.CostUsd),
        UnpricedRequests = totals.Unpriced,
        CachedRequests = totals.Cached,
        LastRequestAt = totals.LastRequestAt,
        LatencyMs = UsagePercentiles.Of(totals.Latency),
        FirstTokenMs = UsagePercentiles.Of(totals.FirstToken),
    };
}

/// <summary>Milliseconds, right to a tenth of them.</summary>
/// <param name="P50">As long as half of the requests took, or less.</param>
/// <param name="P95">The same of 95 of a hundred.</param>
public sealed record UsagePercentiles(double P50, double P95)
{
    internal static UsagePercentiles? Of(DurationBuckets durations) =>
        durations.Percentile(50) is { } half && durations.Percentile(95) is { } most ? new UsagePercentiles(half, most) : null;
}

/// <summary>How reports are written, on the command line and under <c>/manage</c>.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(UsageReport))]
public sealed partial class UsageReportJson : JsonSerializerContext;
