using Gateway.Authentication.Access;
using Gateway.Routing;

namespace Gateway.Manage;

/// <summary>What whoever sets a budget is told.</summary>
internal static class BudgetWarnings
{
    /// <summary>Null when there is nothing to say.</summary>
    public static IReadOnlyList<string>? Of(Limits limits, UnpricedModels unpriced) => Of(limits.HasBudget, unpriced);

    /// <summary>Null when there is nothing to say.</summary>
    public static IReadOnlyList<string>? Of(bool hasBudget, UnpricedModels unpriced) => hasBudget && unpriced.Warning is { } warning ? [warning] : null;
}
