using Gateway.Routing.Prices;

namespace Gateway.Admission;

/// <summary>The part of a scope's budgets that this instance holds.</summary>
/// <param name="Usd">How much.</param>
/// <param name="Taken">When, by the monotonic clock.</param>
/// <param name="Under">The budgets that had room for it.</param>
internal sealed record HeldLease(Usd Usd, long Taken, IReadOnlyList<BudgetLimit> Under)
{
    public static HeldLease None { get; } = new(Usd.Zero, 0, []);

    /// <summary>A budget that was lowered meanwhile, or is new, may have no room for it.</summary>
    public bool IsUnder(IReadOnlyList<BudgetLimit> enforced) =>
        enforced.All(limit => Under.Any(known => known.Window == limit.Window && known.Amount <= limit.Amount));
}
