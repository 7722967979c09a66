using System.Globalization;
using Gateway.Authentication.Access;
using Gateway.Routing.Prices;

namespace Gateway.Admission;

/// <summary>The windows of budgets: calendar days, ISO weeks and months in UTC, and all time.</summary>
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

/// <summary>Names and ends of budget windows.</summary>
internal static class BudgetCalendar
{
    /// <summary>The window that a moment falls into, such as <c>2026-11-21</c>, <c>2026-W47</c>, <c>2026-11</c>.</summary>
    public static string IdOf(BudgetWindow window, DateTimeOffset now)
    {
        DateTime utc = now.UtcDateTime;
        return window switch
        {
            BudgetWindow.Day => utc.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            BudgetWindow.Week => string.Create(CultureInfo.InvariantCulture, $"{ISOWeek.GetYear(utc)}-W{ISOWeek.GetWeekOfYear(utc):00}"),
            BudgetWindow.Month => utc.ToString("yyyy-MM", CultureInfo.InvariantCulture),
            _ => "all",
        };
    }

    /// <summary>When the window ends; null when it never does.</summary>
    public static DateTimeOffset? EndOf(BudgetWindow window, DateTimeOffset now)
    {
        DateTime day = now.UtcDateTime.Date;
        return window switch
        {
            BudgetWindow.Day => Utc(day.AddDays(1)),
            BudgetWindow.Week => Utc(day.AddDays(7 - (((int)day.DayOfWeek + 6) % 7))),
            BudgetWindow.Month => Utc(new DateTime(day.Year, day.Month, 1).AddMonths(1)),
            _ => null,
        };
    }

    private static DateTimeOffset Utc(DateTime midnight) => new(midnight, TimeSpan.Zero);
}
