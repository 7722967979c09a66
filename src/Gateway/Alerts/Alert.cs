using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;

namespace Gateway.Alerts;

/// <summary>What somebody should know without asking. Holds no prompts and no secrets. As JSON it is what webhooks get.</summary>
public sealed record Alert
{
    /// <summary>The same for what is the same news, also when it is sent twice or found by two instances.</summary>
    public required string Id { get; init; }

    /// <summary>One of <see cref="AlertEvents"/>.</summary>
    public required string Event { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>A headline of the gateway's own words: nothing in it was chosen by anybody else.</summary>
    public required string Title { get; init; }

    /// <summary>The whole story in a sentence or two.</summary>
    public required string Message { get; init; }

    public BudgetNews? Budget { get; init; }

    public TargetNews? Target { get; init; }

    /// <param name="key">What makes it this news and no other; nobody sees it.</param>
    internal static string IdOf(string key) => "alert_" + Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(key)).AsSpan(0, 18));
}

/// <summary>How far a budget is used up.</summary>
public sealed record BudgetNews
{
    /// <summary><c>key</c>, <c>team</c>, <c>rule</c> (all tokens of an OIDC rule) or <c>person</c> (one subject of it).</summary>
    public required string Scope { get; init; }

    public required string Id { get; init; }

    public string? Name { get; init; }

    public required string Team { get; init; }

    /// <summary>The pattern of the models that the budget is for; absent for all.</summary>
    public string? Model { get; init; }

    /// <summary><c>day</c>, <c>week</c>, <c>month</c> or <c>lifetime</c>.</summary>
    public required string Window { get; init; }

    /// <summary>Which one, such as <c>2026-11</c>.</summary>
    public required string WindowId { get; init; }

    public required int Percent { get; init; }

    public required decimal SpentUsd { get; init; }

    public required decimal BudgetUsd { get; init; }

    /// <summary><c>enforce</c> or <c>shadow</c>.</summary>
    public required string Mode { get; init; }

    public DateTimeOffset? ResetsAt { get; init; }
}

/// <summary>What is the matter with a target.</summary>
/// <param name="Name">As the configuration names it: <c>provider/model</c>.</param>
/// <param name="Reason">Why it is not asked; null when it is well again.</param>
public sealed record TargetNews(string Name, string? Reason);

/// <summary>How alerts are written: to webhooks, and in the column of their row.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Alert))]
internal sealed partial class AlertJson : JsonSerializerContext;
