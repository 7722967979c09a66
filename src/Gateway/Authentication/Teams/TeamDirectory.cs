using Gateway.Authentication.Access;
using Gateway.Storage;

namespace Gateway.Authentication.Teams;

/// <summary>
/// Finds the limits of teams by name: one point read, kept for at most <see cref="Lifetimes.Known"/>, and one read at a time
/// for one team.
/// </summary>
internal sealed class TeamDirectory(ITeamStore store, TimeProvider time)
{
    private const int Capacity = 10_000;

    private readonly ExpiringCache<string, Limits> _cache = new(Capacity, time);
    private readonly SingleFlight<string, Limits> _reads = new();

    /// <summary>None for a team without a row.</summary>
    /// <exception cref="StorageUnavailableException">The limits are not known here, and the storage does not answer.</exception>
    public async ValueTask<Limits> LimitsOfAsync(string team, CancellationToken cancellationToken) =>
        _cache.TryGet(team, out Limits? limits) ? limits : await _reads.RunAsync(team, ReadAsync, cancellationToken);

    private async Task<Limits> ReadAsync(string team)
    {
        // Not the caller's token: others may be waiting for the same row. The store has its own time limit.
        long since = time.GetTimestamp();
        Limits limits = (await store.FindAsync(team, CancellationToken.None))?.Limits ?? Limits.None;
        _cache.Set(team, limits, since, Lifetimes.Known);
        return limits;
    }
}
