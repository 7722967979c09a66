using System.Text.Json.Serialization;
using Gateway.Authentication.Keys;

namespace Gateway.Metering.Reports;

/// <summary>What one caller may know of itself, as <c>GET /v1/usage</c> says it.</summary>
public sealed record OwnUsage
{
    /// <summary>The caller; for tokens that are counted each by its subject, this subject.</summary>
    public required string KeyId { get; init; }

    public required string Team { get; init; }

    public string? Name { get; init; }

    public string? Person { get; init; }

    /// <summary>What ended before is counted; what ended later may be. Absent from older gateways.</summary>
    public DateTimeOffset? AsOf { get; init; }

    /// <summary>Today and this month (UTC), whatever days were asked for.</summary>
    public required KeySpend Spend { get; init; }

    /// <summary>All that hold for the caller, those of its team among them.</summary>
    public required IReadOnlyList<OwnBudget> Budgets { get; init; }

    public required DateOnly From { get; init; }

    public required DateOnly To { get; init; }

    public required UsageGroup By { get; init; }

    public required IReadOnlyList<UsageReportRow> Rows { get; init; }

    public required UsageReportRow Total { get; init; }
}

/// <summary>How one budget stands.</summary>
public sealed record OwnBudget
{
    /// <summary><c>key</c>, or <c>team</c>, whose sums hold what all of its keys spend.</summary>
    public required string Scope { get; init; }

    /// <summary><c>day</c>, <c>week</c>, <c>month</c> or <c>lifetime</c>.</summary>
    public required string Window { get; init; }

    /// <summary>The pattern of the models that it is for; absent for all.</summary>
    public string? Model { get; init; }

    /// <summary><c>enforce</c>, or <c>shadow</c>: it only reports.</summary>
    public required string Mode { get; init; }

    public required decimal BudgetUsd { get; init; }

    public required decimal SpentUsd { get; init; }

    /// <summary>Set aside for requests that run.</summary>
    public required decimal ReservedUsd { get; init; }

    public required decimal LeftUsd { get; init; }

    /// <summary>Absent for a budget that never does.</summary>
    public DateTimeOffset? ResetsAt { get; init; }
}

/// <summary>How it is written.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(OwnUsage))]
public sealed partial class OwnUsageJson : JsonSerializerContext;
