using System.Text.Json.Serialization;
using Gateway.Metering.Usage;

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

    public static UsageReportRow Of(RollupTotals totals) => new()
    {
        Requests = totals.Requests,
        Refused = totals.Refused,
        Failed = totals.Failed,
        Tokens = ReceiptTokens.Of(totals.Tokens),
        CostUsd = totals.CostUsd,
        UnpricedRequests = totals.Unpriced,
    };
}

/// <summary>How reports are written, on the command line and under <c>/manage</c>.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(UsageReport))]
public sealed partial class UsageReportJson : JsonSerializerContext;
