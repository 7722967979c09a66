using Gateway.Authentication.Access;
using Gateway.Routing.Prices;

namespace Gateway.Admission;

/// <summary>How one budget stands.</summary>
/// <param name="Owner"><c>key</c> or <c>team</c>.</param>
/// <param name="Window">Which window.</param>
/// <param name="Model">The pattern of the models that it is for; null for all.</param>
/// <param name="Budget">How much, and whether it refuses.</param>
/// <param name="Spent">In this window.</param>
/// <param name="Reserved">Set aside for requests that run.</param>
/// <param name="Left">For others.</param>
/// <param name="ResetsAt">Null when never.</param>
internal sealed record BudgetStatus(string Owner, BudgetWindow Window, string? Model, Budget Budget, Usd Spent, Usd Reserved, Usd Left, DateTimeOffset? ResetsAt)
{
    /// <summary>Of all budgets of a scope: what instances set aside counts as reserved.</summary>
    /// <param name="id">The scope.</param>
    /// <param name="limits">That hold for it.</param>
    /// <param name="stored">What its row says.</param>
    /// <param name="calendar">Tells windows apart.</param>
    /// <param name="now">When.</param>
    public static IEnumerable<BudgetStatus> Of(ScopeId id, Limits limits, SpendState stored, BudgetCalendar calendar, DateTimeOffset now)
    {
        SpendState state = (stored with { Calendar = calendar }).At(now);
        Usd reserved = state.HeldByOthers("", now);
        return BudgetLimit.Of(limits).Select(limit => new BudgetStatus(
            id.Owner, limit.Window, id.Model, limit.Budget, state.Spent(limit.Window), reserved, limit.Amount - state.Spent(limit.Window) - reserved,
            state.ResetsAt(limit.Window, now)));
    }
}
