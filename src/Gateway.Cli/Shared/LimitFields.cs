using Gateway.Authentication.Access;

namespace Gateway.Cli.Shared;

/// <summary>Limits in CSV: a number a column; which of them only report is said apart.</summary>
internal static class LimitFields
{
    private static readonly (string Name, Func<Limits, object?> Value, Func<Limits, LimitMode?> Mode)[] s_limits =
    [
        ("requests_per_minute", limits => limits.RequestsPerMinute?.Value, limits => limits.RequestsPerMinute?.Mode),
        ("input_tokens_per_minute", limits => limits.InputTokensPerMinute?.Value, limits => limits.InputTokensPerMinute?.Mode),
        ("output_tokens_per_minute", limits => limits.OutputTokensPerMinute?.Value, limits => limits.OutputTokensPerMinute?.Mode),
        ("concurrent_streams", limits => limits.ConcurrentStreams?.Value, limits => limits.ConcurrentStreams?.Mode),
        ("budget_per_day", limits => limits.BudgetPerDay?.Usd, limits => limits.BudgetPerDay?.Mode),
        ("budget_per_week", limits => limits.BudgetPerWeek?.Usd, limits => limits.BudgetPerWeek?.Mode),
        ("budget_per_month", limits => limits.BudgetPerMonth?.Usd, limits => limits.BudgetPerMonth?.Mode),
        ("budget_for_lifetime", limits => limits.BudgetForLifetime?.Usd, limits => limits.BudgetForLifetime?.Mode),
    ];

    public static IEnumerable<Field<T>> Of<T>(Func<T, Limits> limitsOf) =>
    [
        .. s_limits.Select(limit => new Field<T>(limit.Name, row => limit.Value(limitsOf(row)))),
        new Field<T>("shadow", row => s_limits.Where(limit => limit.Mode(limitsOf(row)) == LimitMode.Shadow).Select(limit => limit.Name)),
        new Field<T>("limits_of_models", row => (limitsOf(row).Models ?? []).Select(entry => $"{entry.Model}: {LimitsText.Of(entry.Limits)}")),
    ];
}
