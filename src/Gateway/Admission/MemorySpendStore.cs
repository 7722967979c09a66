using System.Collections.Concurrent;
using System.Globalization;

namespace Gateway.Admission;

/// <summary>Spend of one process, forgotten with it.</summary>
internal sealed class MemorySpendStore : ISpendStore
{
    private readonly ConcurrentDictionary<string, SpendState> _states = new(StringComparer.Ordinal);
    private long _version;

    public Task<SpendState> ReadAsync(string scope, CancellationToken cancellationToken) =>
        Task.FromResult(_states.TryGetValue(scope, out SpendState? state) ? state : new SpendState(scope));

    public Task<IReadOnlyList<SpendState>> ListAsync(Predicate<string> wanted, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<SpendState>>([.. _states.Values.Where(state => wanted(state.Scope))]);

    public Task<bool> TryWriteAsync(SpendState state, CancellationToken cancellationToken)
    {
        SpendState next = state with { Version = Interlocked.Increment(ref _version).ToString(CultureInfo.InvariantCulture) };
        return Task.FromResult(state.Version is null
            ? _states.TryAdd(state.Scope, next)
            : _states.TryGetValue(state.Scope, out SpendState? stored) && stored.Version == state.Version && _states.TryUpdate(state.Scope, next, stored));
    }

    /// <summary>There are no other instances.</summary>
    public Task<IReadOnlyList<RateShare>> ShareAsync(string scope, RateShare mine, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<RateShare>>([]);
}
