using System.Text.Json.Serialization;
using Gateway.Metering.Usage;

namespace Gateway.Metering.Reports;

/// <summary>What usage is added up by.</summary>
public enum UsageGroup
{
    [JsonStringEnumMemberName("key")]
    Key,

    [JsonStringEnumMemberName("team")]
    Team,

    [JsonStringEnumMemberName("model")]
    Model,

    [JsonStringEnumMemberName("day")]
    Day,

    /// <summary>Each caller once, by the name that was seen last; callers without one are their keys.</summary>
    [JsonStringEnumMemberName("person")]
    Person,

    [JsonStringEnumMemberName("model_and_day")]
    ModelAndDay,
}

/// <summary>Which usage to report; null for any.</summary>
/// <param name="From">The first day (UTC).</param>
/// <param name="To">The last day, which is included.</param>
/// <param name="By">What to add up by.</param>
/// <param name="Team">Only this team.</param>
/// <param name="Key">Only the key of this id.</param>
/// <param name="Model">Only models, or <c>provider/model</c>s, that match; * stands for any text.</param>
public sealed record UsageQuery(DateOnly From, DateOnly To, UsageGroup By, string? Team = null, string? Key = null, string? Model = null)
{
    /// <summary>Only requests of callers who were named so.</summary>
    public string? Person { get; init; }
}

/// <summary>Who used what in a span of days, as operators read it.</summary>
public sealed record UsageReport(DateOnly From, DateOnly To, UsageGroup By, IReadOnlyList<UsageReportRow> Rows, UsageReportRow Total);

/// <summary>One line. Of day, key, team and model it has those that it is about; a request that was refused early has no key or model.</summary>
public sealed record UsageReportRow
{
    public DateOnly? Day { get; init; }

    public string? KeyId { get; init; }

    public string? Team { get; init; }

    /// <summary>As the token named who called.</summary>
    public string? Person { get; init; }

    /// <summary>As in the header <c>x-gateway-upstream</c>.</summary>
    public string? Model { get; init; }

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
