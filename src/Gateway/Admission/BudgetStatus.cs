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
internal sealed record BudgetStatus(string Owner, BudgetWindow Window, string? Model, Budget Budget, Usd Spent, Usd Reserved, Usd Left, DateTimeOffset? ResetsAt);
