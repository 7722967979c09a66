using Gateway.Storage;

namespace Gateway.Admission;

/// <summary>
/// Keeps what keys and teams have spent, and how often they called. Every method throws
/// <see cref="StorageUnavailableException"/> when the storage does not answer; a write may have arrived all the same.
/// </summary>
internal interface ISpendStore
{
    Task<SpendState> ReadAsync(string scope, CancellationToken cancellationToken);

    /// <summary>Of all scopes that <paramref name="wanted"/> says; those that nobody spent from have no row. One look at the table: others' rows are passed over.</summary>
    Task<IReadOnlyList<SpendState>> ListAsync(Predicate<string> wanted, CancellationToken cancellationToken);

    /// <summary>False when the row is no longer the version that <paramref name="state"/> came from.</summary>
    Task<bool> TryWriteAsync(SpendState state, CancellationToken cancellationToken);

    /// <summary>Publishes this instance's counts of a scope and returns the others'.</summary>
    Task<IReadOnlyList<RateShare>> ShareAsync(string scope, RateShare mine, CancellationToken cancellationToken);
}
