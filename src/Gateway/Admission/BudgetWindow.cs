using Gateway.Authentication.Access;
using Gateway.Routing.Prices;

namespace Gateway.Admission;

/// <summary>The windows of budgets: days, weeks and months of a <see cref="BudgetCalendar"/>, and all time.</summary>
internal enum BudgetWindow
{
    Day,
    Week,
    Month,
    Lifetime,
}

/// <summary>One budget of a caller or a team.</summary>
internal sealed record BudgetLimit(BudgetWindow Window, Budget Budget)
{
    public Usd Amount => Usd.Of(Budget.Usd);

    public static IEnumerable<BudgetLimit> Of(Limits limits)
    {
        (BudgetWindow, Budget?)[] all =
        [
            (BudgetWindow.Day, limits.BudgetPerDay),
            (BudgetWindow.Week, limits.BudgetPerWeek),
            (BudgetWindow.Month, limits.BudgetPerMonth),
            (BudgetWindow.Lifetime, limits.BudgetForLifetime),
        ];
        foreach ((BudgetWindow window, Budget? budget) in all)
        {
            if (budget is not null)
            {
                yield return new BudgetLimit(window, budget);
            }
        }
    }
}
