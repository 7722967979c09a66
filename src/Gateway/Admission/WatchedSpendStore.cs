namespace Gateway.Admission;

/// <summary>Tells windows apart by the team's calendar, and shows what the row of a scope says, as it is read and once it is written, to whoever tells of it.</summary>
internal sealed class WatchedSpendStore(ISpendStore store, BudgetWatch watch, Func<BudgetCalendar> calendar) : ISpendStore
{
    public async Task<SpendState> ReadAsync(string scope, CancellationToken cancellationToken)
    {
        SpendState state = (await store.ReadAsync(scope, cancellationToken)) with { Calendar = calendar() };
        watch.See(state);
        return state;
    }

    public Task<IReadOnlyList<SpendState>> ListAsync(Predicate<string> wanted, CancellationToken cancellationToken) => store.ListAsync(wanted, cancellationToken);

    public async Task<bool> TryWriteAsync(SpendState state, CancellationToken cancellationToken)
    {
        bool written = await store.TryWriteAsync(state, cancellationToken);
        if (written)
        {
            watch.See(state);
        }

        return written;
    }

    public Task<IReadOnlyList<RateShare>> ShareAsync(string scope, RateShare mine, CancellationToken cancellationToken) =>
        store.ShareAsync(scope, mine, cancellationToken);
}
