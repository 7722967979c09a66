using System.Globalization;
using Gateway.Authentication.Access;

namespace Gateway.Cli.Shared;

/// <summary>Limits in one cell of a table.</summary>
internal static class LimitsText
{
    public static string Of(Limits limits) => string.Join(", ", ((string?[])
    [
        Rate(limits.RequestsPerMinute, "requests/min"),
        Rate(limits.InputTokensPerMinute, "input tokens/min"),
        Rate(limits.OutputTokensPerMinute, "output tokens/min"),
        Rate(limits.ConcurrentStreams, "streams"),
        Money(limits.BudgetPerDay, "a day"),
        Money(limits.BudgetPerWeek, "a week"),
        Money(limits.BudgetPerMonth, "a month"),
        Money(limits.BudgetForLifetime, "in all"),
        Alerts(limits.AlertAt),
        .. (limits.Models ?? []).Select(entry => $"for {entry.Model}: {Of(entry.Limits)}"),
    ]).OfType<string>());

    private static string? Rate(RateLimit? limit, string unit) =>
        limit is null ? null : string.Create(CultureInfo.InvariantCulture, $"{limit.Value} {unit}{Mode(limit.Mode)}");

    private static string? Money(Budget? budget, string window) =>
        budget is null ? null : string.Create(CultureInfo.InvariantCulture, $"${budget.Usd} {window}{Mode(budget.Mode)}");

    private static string? Alerts(IReadOnlyList<int>? percentages) =>
        percentages is null ? null : percentages.Count == 0 ? "no alerts" : $"alerts at {string.Join('/', percentages)} %";

    private static string Mode(LimitMode mode) => mode == LimitMode.Shadow ? " (shadow)" : "";
}
