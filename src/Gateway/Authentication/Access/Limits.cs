using System.Text.Json.Serialization;

namespace Gateway.Authentication.Access;

/// <summary>Whether a limit refuses, or only reports what it would have refused.</summary>
public enum LimitMode
{
    [JsonStringEnumMemberName("enforce")]
    Enforce,

    [JsonStringEnumMemberName("shadow")]
    Shadow,
}

/// <summary>So many of something per minute, or at once.</summary>
public sealed record RateLimit(long Value, LimitMode Mode = LimitMode.Enforce);

/// <summary>So much money in one window.</summary>
public sealed record Budget(decimal Usd, LimitMode Mode = LimitMode.Enforce);

/// <summary>What a caller may use. A limit that is null does not exist.</summary>
public sealed record Limits
{
    public static Limits None { get; } = new();

    public RateLimit? RequestsPerMinute { get; init; }

    public RateLimit? InputTokensPerMinute { get; init; }

    public RateLimit? OutputTokensPerMinute { get; init; }

    public RateLimit? ConcurrentStreams { get; init; }

    public Budget? BudgetPerDay { get; init; }

    public Budget? BudgetPerWeek { get; init; }

    public Budget? BudgetPerMonth { get; init; }

    public Budget? BudgetForLifetime { get; init; }

    /// <summary>At which percentages of its budgets somebody is told: null for <see cref="UsualAlerts"/>, empty for none.</summary>
    public IReadOnlyList<int>? AlertAt { get; init; }

    /// <summary>For some models only, each beside all others that hold: null for none. Theirs have no models and no percentages of their own.</summary>
    public IReadOnlyList<ModelLimits>? Models { get; init; }

    public static IReadOnlyList<int> UsualAlerts { get; } = [50, 80, 100];

    /// <summary>Money is counted.</summary>
    [JsonIgnore]
    public bool HasBudget => (BudgetPerDay ?? BudgetPerWeek ?? BudgetPerMonth ?? BudgetForLifetime) is not null || Models?.Any(entry => entry.Limits.HasBudget) == true;

    /// <summary>These, where there are any; of each kind that they lack, the others'.</summary>
    public Limits Or(Limits others) => new()
    {
        RequestsPerMinute = RequestsPerMinute ?? others.RequestsPerMinute,
        InputTokensPerMinute = InputTokensPerMinute ?? others.InputTokensPerMinute,
        OutputTokensPerMinute = OutputTokensPerMinute ?? others.OutputTokensPerMinute,
        ConcurrentStreams = ConcurrentStreams ?? others.ConcurrentStreams,
        BudgetPerDay = BudgetPerDay ?? others.BudgetPerDay,
        BudgetPerWeek = BudgetPerWeek ?? others.BudgetPerWeek,
        BudgetPerMonth = BudgetPerMonth ?? others.BudgetPerMonth,
        BudgetForLifetime = BudgetForLifetime ?? others.BudgetForLifetime,
        AlertAt = AlertAt ?? others.AlertAt,
        Models = ModelLimits.Or(Models, others.Models),
    };
}
