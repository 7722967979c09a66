namespace Gateway.Admission;

/// <summary>Why a budget has no room for a request. All amounts in USD.</summary>
/// <param name="Limit">The budget.</param>
/// <param name="Spent">In its window, what is not yet written included.</param>
/// <param name="Held">Reserved by requests that run now, here and on other instances.</param>
/// <param name="Needed">What the request may cost.</param>
/// <param name="Now">When it was decided.</param>
internal sealed record BudgetRefusal(BudgetLimit Limit, decimal Spent, decimal Held, decimal Needed, DateTimeOffset Now)
{
    /// <summary>Waiting for running requests may help; otherwise only the window's end or a larger budget does.</summary>
    public bool MayPass => Spent + Needed <= Limit.Budget.Usd;

    /// <summary>The first budget without room; null when all have it.</summary>
    public static BudgetRefusal? Find(SpendState state, IEnumerable<BudgetLimit> limits, decimal unwritten, decimal held, decimal needed, DateTimeOffset now) =>
        limits.Select(limit => new BudgetRefusal(limit, state.Spent(limit.Window) + unwritten, held, needed, now))
            .FirstOrDefault(refusal => refusal.Spent + held + needed > refusal.Limit.Budget.Usd);
}
